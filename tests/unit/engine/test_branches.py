"""Two branches at once: one may end plainly, a terminate end event ends them all, none disturbs another."""

from __future__ import annotations

from typing import Any

import pytest

from sip_workflow.domain.process import Step
from sip_workflow.engine import Engine, NotOpen, StepFailed
from tests.support.diagrams import bpmn, bundle
from tests.support.walks import Action, Stored
from tests.unit.engine import diagrams

ENGINE = Engine()


def begun(source: bytes, **payload: Any) -> Stored:
    deployed = bundle(source)
    (process_id,) = deployed.processes
    return Stored(ENGINE, deployed, process_id, payload or {"id": "1"})


def complete(walk: Stored, **answers: Any) -> Step:
    return walk.act(Action("complete", walk.step.user_tasks[0].ref), answers)


def answer(walk: Stored, **result: Any) -> Step:
    return walk.act(Action("answer", walk.step.operations[0].ref), result)


def deliver(walk: Stored, message: str, **payload: Any) -> Step:
    ref = next(wait.ref for wait in walk.step.waits if wait.message == message)
    return walk.act(Action("deliver", ref, message), payload)


def test_one_branch_ends_plainly_and_the_other_waits_on() -> None:
    walk = begun(diagrams.TWO_BRANCHES)
    complete(walk, again=False)
    step = answer(walk, end="here")
    assert not step.ended
    assert step.user_tasks == step.operations == step.timers == ()
    assert [wait.message for wait in step.waits] == ["stop", "change"]
    step = deliver(walk, "change", id="7")
    assert [call.parameters for call in step.operations] == [{"event": "7"}]
    step = answer(walk)
    assert [wait.message for wait in step.waits] == ["stop", "change"]
    step = deliver(walk, "stop")
    assert step.ended
    assert step.waits == ()


def test_a_terminate_end_event_ends_everything_that_is_open() -> None:
    walk = begun(diagrams.TWO_BRANCHES)
    complete(walk, again=False)
    step = answer(walk, end="all")
    assert step.ended
    assert step.user_tasks == step.operations == step.waits == step.timers == ()


def test_the_other_branch_may_end_everything_in_the_middle_of_work() -> None:
    walk = begun(diagrams.TWO_BRANCHES)
    ref = walk.step.user_tasks[0].ref
    assert deliver(walk, "stop").ended
    with pytest.raises(NotOpen):
        walk.opened().complete(ref=ref, answers={})


def test_an_operation_that_is_asked_for_ends_too() -> None:
    walk = begun(diagrams.TWO_BRANCHES)
    ref = complete(walk, again=False).operations[0].ref
    deliver(walk, "stop")
    with pytest.raises(NotOpen):
        walk.opened().answer(ref=ref, result={})


def test_a_branch_that_is_about_to_run_does_not_run_after_the_end() -> None:
    source = bpmn(
        "p",
        """
        start begun
        split both
        terminate over
        service work does=work.do
        send tell message=told
        end done
        begun > both > over
        both > work > done
        both > tell > done
        """,
    )
    step = begun(source).step
    assert step.ended
    assert step.operations == step.thrown == ()


def test_branches_keep_their_own_values() -> None:
    source = bpmn(
        "p",
        """
        start begun message=go into=order
        split both
        user mine form=form
        service use does=mine.use form=form event=event
        end done
        catch change message=change into=event
        catch again message=again into=form
        service note does=other.note form=form event=event
        end noted
        begun > both > mine > use > done
        both > change > again > note > noted
        """,
    )
    walk = begun(source, list=[{"unit": "A"}, {"unit": "B"}])
    deliver(walk, "change", id="event of the other branch")
    deliver(walk, "again", answer="of the other branch")
    assert walk.step.operations[0].parameters == {
        "form": {"answer": "of the other branch"},
        "event": {"id": "event of the other branch"},
    }
    answer(walk)
    with pytest.raises(StepFailed, match="event has no value yet"):
        complete(walk, answer="of this branch")


def test_a_split_inside_a_loop_begins_both_branches_again() -> None:
    source = bpmn(
        "p",
        """
        start begun
        user ask
        split both
        end noted
        choice again
        terminate over
        begun > ask > both > again
        both > noted
        again > ask if ask['again'] == True
        again > over else
        """,
    )
    walk = begun(source)
    for _ in range(20):
        assert [task.element_id for task in complete(walk, again=True).user_tasks] == ["ask"]
    assert complete(walk, again=False).ended


def test_an_instance_that_has_ended_stays_ended() -> None:
    walk = begun(diagrams.TWO_BRANCHES)
    deliver(walk, "stop")
    again = walk.opened().step()
    assert again.ended
    assert again.state == walk.step.state


def test_a_process_without_a_wait_ends_as_it_starts() -> None:
    step = begun(bpmn("p", "start a\nthrow b\nend c\na > b > c")).step
    assert step.ended

"""Messages: thrown ones are recorded, awaited ones told with their correlation, and delivered by hand."""

from __future__ import annotations

from typing import Any

import pytest

from sip_workflow.domain.process import MessageWait, ThrownMessage
from sip_workflow.engine import Engine, NotOpen, StepFailed
from tests.support.diagrams import bpmn, bundle
from tests.support.walks import NOON, deadlines
from tests.unit.engine import diagrams
from tests.unit.engine.test_branches import answer, begun, complete, deliver

ENGINE = Engine()


def test_what_is_awaited_is_told_with_its_correlation() -> None:
    step = begun(diagrams.CLOCK, id="abc").step
    reply, over = step.waits
    assert reply == MessageWait(ref=reply.ref, element_id="ended", message="over", correlation="abc")
    assert over == MessageWait(ref=over.ref, element_id="await_reply", message="reply", correlation="abc")
    assert reply.ref < over.ref


def test_without_a_correlation_any_will_do() -> None:
    step = begun(diagrams.BESIDE).step
    assert {wait.correlation for wait in step.waits} == {None}


@pytest.mark.parametrize("value", [None, "", True, ["a"], {"id": "a"}, 1.5])
def test_a_correlation_that_is_asked_for_must_be_there(value: object) -> None:
    # None would let the wait take anybody's message.
    with pytest.raises(StepFailed, match=r"ended: .* gives no correlation"):
        begun(diagrams.CLOCK, id=value)


def test_a_number_is_a_correlation_too() -> None:
    assert {wait.correlation for wait in begun(diagrams.CLOCK, id=7).step.waits} == {"7"}


def test_a_payload_stands_under_its_variable() -> None:
    source = bpmn(
        "p",
        """
        start begun message=go into=order
        catch change message=change into=event
        catch quiet message=quiet
        service note does=it.note event=event order=order
        end done
        begun > change > quiet > note > done
        """,
    )
    walk = begun(source, id="1")
    deliver(walk, "change", id="2", typename="datetime")
    step = deliver(walk, "quiet", id="3")
    assert step.operations[0].parameters == {
        "event": {"id": "2", "typename": "datetime"},
        "order": {"id": "1"},
    }


def test_thrown_messages_are_recorded_in_order_with_payload_and_correlation() -> None:
    source = bpmn(
        "p",
        """
        start begun message=go into=order
        throw first message=first payload="{'id': order['id'], 'all': order}" correlation="order['id']"
        send second message=second payload=order
        throw milestone
        end third message=third
        begun > first > second > milestone > third
        """,
    )
    step = begun(source, id="1", names=["a"]).step
    assert step.thrown == (
        ThrownMessage(
            element_id="first",
            message="first",
            correlation="1",
            payload={"id": "1", "all": {"id": "1", "names": ["a"]}},
        ),
        ThrownMessage(
            element_id="second", message="second", correlation=None, payload={"id": "1", "names": ["a"]}
        ),
        ThrownMessage(element_id="third", message="third", correlation=None, payload={}),
    )
    assert step.ended


def test_what_was_thrown_is_told_once() -> None:
    walk = begun(diagrams.GIVEN_UP)
    session = walk.opened()
    session.complete(ref=walk.step.user_tasks[0].ref, answers={"agreed": True})
    assert len(session.step().thrown) == 1
    assert session.step().thrown == ()


def test_a_payload_is_an_object() -> None:
    source = bpmn("p", "start a message=go into=o\nend e message=m payload=\"o['list']\"\na > e")
    with pytest.raises(StepFailed, match=r"e: .* gave no object"):
        begun(source, list=[1])


def test_the_first_event_of_a_gateway_takes_the_others_away() -> None:
    walk = begun(diagrams.TIMED_WAIT)
    gateway = walk.step.waits[0].ref
    step = deliver(walk, "replies_complete")
    assert step.waits == step.timers == ()
    with pytest.raises(NotOpen):
        walk.opened().deliver(ref=gateway, message="replies_complete", payload={})


def test_a_message_that_is_not_awaited_there() -> None:
    walk = begun(diagrams.CLOCK)
    ref = walk.step.waits[0].ref
    with pytest.raises(NotOpen):
        walk.opened().deliver(ref=ref, message="reply", payload={})
    with pytest.raises(NotOpen):
        walk.opened().deliver(ref=walk.step.timers[0].ref, message="reply", payload={})


def test_a_message_is_never_taken_by_the_instance_that_throws_it() -> None:
    source = bpmn(
        "p",
        """
        start begun
        split both
        catch waits message=told
        end heard
        throw tells message=told
        end told
        begun > both > waits > heard
        both > tells > told
        """,
    )
    step = begun(source).step
    assert [thrown.message for thrown in step.thrown] == ["told"]
    assert [wait.message for wait in step.waits] == ["told"]


def test_a_boundary_message_that_does_not_interrupt_may_come_again_and_again() -> None:
    walk = begun(diagrams.BESIDE)
    for number in range(3):
        deliver(walk, "question", text=f"number {number}")
        assert [task.element_id for task in walk.step.user_tasks] == ["work"]
    assert [call.parameters["question"]["text"] for call in walk.step.operations] == [
        "number 0",
        "number 1",
        "number 2",
    ]
    step = complete(walk)
    assert [call.element_id for call in step.operations] == ["help", "help", "help", "finish"]
    for _ in range(4):
        step = answer(walk)
    assert step.ended


def test_a_boundary_message_that_interrupts() -> None:
    walk = begun(diagrams.BESIDE)
    deliver(walk, "question")
    step = deliver(walk, "called_off", reason="x")
    assert step.user_tasks == step.timers == step.waits == ()
    assert [call.element_id for call in step.operations] == ["help"]
    assert answer(walk).ended


def test_a_process_is_started_by_its_own_message() -> None:
    def start(message: str | None) -> Any:
        return ENGINE.start(
            bundle=bundle(diagrams.CLOCK), process_id="clock", message=message, payload={"id": "1"},
            now=NOON, deadline=deadlines(NOON),
        )  # fmt: skip

    assert start("go").step().waits
    for other in ("stop", "", None):
        with pytest.raises(ValueError, match="clock does not start with"):
            start(other)


def test_a_catch_event_may_be_reached_with_and_without_its_gateway() -> None:
    source = bpmn(
        "p",
        """
        start begun
        user ask
        choice straight
        events either
        catch one message=one into=one
        catch two message=two
        service note does=it.note one=one
        end done
        begun > ask > straight
        straight > one if ask['straight'] == True
        straight > either else
        either > one > note > done
        either > two > ask
        """,
    )
    for straight in (True, False):
        walk = begun(source)
        step = complete(walk, straight=straight)
        assert "one" in [wait.element_id for wait in step.waits]
        assert deliver(walk, "one", id="1").operations[0].parameters == {"one": {"id": "1"}}

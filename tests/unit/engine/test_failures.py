"""What goes wrong is said by names of the diagram, never by the data of a case."""

from __future__ import annotations

import logging
import threading
import traceback
from typing import Any
from unittest.mock import patch

import pytest

from sip_workflow.engine import DefinitionError, Engine, NotOpen, StateError, StepFailed, parsing
from tests.support.diagrams import bpmn, bundle
from tests.support.walks import NOON, Action, deadlines
from tests.unit.engine import diagrams
from tests.unit.engine.test_branches import ENGINE, begun, complete

SECRET = "19420317-9801"

FAILING = {
    "a condition": ("choice c\nend e\nuser u\nbegun > u > c\nc > e if u['a'] < 1\nc > e else", "c"),
    "a missing answer": ("choice c\nend e\nuser u\nbegun > u > c\nc > e if u['b'] == 1\nc > e else", "c"),
    "a parameter": ("user u\nservice s does=x.y a=\"len(u['n'])\"\nend e\nbegun > u > s > e", "s"),
    "an assignee": ("user u\nuser v assignee=\"u['b']\"\nend e\nbegun > u > v > e", "v"),
    "a correlation": ("user u\ncatch c message=m correlation=\"u['b']\"\nend e\nbegun > u > c > e", "c"),
    "a correlation behind a gateway": (
        (
            "user u\nevents g\ncatch c message=m correlation=\"u['b']\"\ncatch d message=n\nend e\n"
            "begun > u > g > c > e\ng > d > e"
        ),
        "c",
    ),
    "a deadline behind a gateway": (
        (
            "user u\nevents g\ncatch c message=m\ncatch d at=\"deadline('k')\"\nend e\n"
            "begun > u > g > c > e\ng > d > e"
        ),
        "d",
    ),
    "a payload": ("user u\nend e message=m payload=\"{'a': u['b']}\"\nbegun > u > e", "e"),
    "a deadline": ("user u\nuser v\ntimer t on=v at=\"deadline('k')\"\nend e\nbegun > u > v > e\nt > e", "t"),
}


def failing(what: str) -> tuple[bytes, str]:
    lines, element = FAILING[what]
    return bpmn("p", "start begun message=go into=order\n" + lines), element


@pytest.mark.parametrize("what", sorted(FAILING))
def test_a_step_that_fails_names_the_element_and_no_data(what: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    source, element = failing(what)
    walk = begun(source, person=SECRET)
    session = walk.opened()
    session._instance.script_engine.deadline = lambda kind, level: {}[SECRET]

    def step() -> None:
        session.complete(ref=walk.step.user_tasks[0].ref, answers={"a": SECRET, "n": 17})
        session.step()

    with pytest.raises(StepFailed) as failed:
        step()
    assert failed.value.element_id == element
    assert SECRET not in "".join(traceback.format_exception(failed.value))
    assert SECRET not in caplog.text
    assert all(SECRET not in repr(vars(record)) for record in caplog.records)


@pytest.mark.parametrize("name", ["spiff", "spiff.task", "spiff.workflow", "spiff.dmn"])
def test_the_library_keeps_its_records_to_itself(name: str) -> None:
    assert not logging.getLogger(name).isEnabledFor(logging.ERROR)


def test_a_failed_session_takes_no_more_commands_and_the_state_is_as_good_as_before() -> None:
    source, _ = failing("a missing answer")
    walk = begun(source)
    ref = walk.step.user_tasks[0].ref
    session = walk.opened()
    with pytest.raises(StepFailed, match="there is no 'b'"):
        session.complete(ref=ref, answers={})
    with pytest.raises(StepFailed, match="the session failed before"):
        session.step()
    with pytest.raises(StepFailed, match="the session failed before"):
        session.fire_due()
    with pytest.raises((NotOpen, StepFailed)):
        session.complete(ref=ref, answers={"b": 1})
    assert complete(walk, b=1).ended


def test_an_error_inside_the_library_is_told_by_its_kind_only() -> None:
    walk = begun(diagrams.TWO_BRANCHES)
    session = walk.opened()
    with (
        patch("sip_workflow.engine.elements.ServiceTask._execute", side_effect=RuntimeError(SECRET)),
        pytest.raises(StepFailed) as failed,
    ):
        session.complete(ref=walk.step.user_tasks[0].ref, answers={})
    assert str(failed.value) == "record: RuntimeError"
    assert failed.value.__cause__ is None
    assert failed.value.__suppress_context__


def test_a_loop_without_a_wait_is_stopped() -> None:
    source = bpmn(
        "p",
        """
        start begun message=go into=order
        choice round
        choice back
        end done
        begun > round > back
        back > round if order['id'] == '1'
        back > done else
        """,
    )
    with pytest.raises(StepFailed, match="500 elements ran and nothing waits"):
        begun(source, id="1")
    assert begun(source, id="2").step.ended


def test_the_library_never_routes_an_event() -> None:
    instance = begun(diagrams.CLOCK).opened()._instance
    with pytest.raises(StepFailed, match="not routed"):
        instance.catch(object())


def test_the_library_never_runs_a_script() -> None:
    instance = begun(diagrams.CLOCK).opened()._instance
    with pytest.raises(StepFailed, match="a script is not allowed"):
        instance.script_engine.execute(instance.task_tree, "import os")


def test_nothing_is_parsed_when_an_instance_starts_or_goes_on() -> None:
    engine = Engine()
    deployed = bundle(diagrams.TWO_BRANCHES)
    with patch("sip_workflow.engine.engine.parsing.parse", wraps=parsing.parse) as parse:
        engine.load(deployed)
        assert parse.call_count == 1
        arguments: dict[str, Any] = {"process_id": "two_branches", "now": NOON, "deadline": deadlines(NOON)}
        for _ in range(3):
            # The same content in another bundle is the same definition.
            again = bundle(bytes(bytearray(diagrams.TWO_BRANCHES)))
            step = engine.start(bundle=again, message="go", payload={"id": "1"}, **arguments).step()
            engine.resume(bundle=deployed, state=step.state, **arguments)
        engine.load(deployed)
        assert engine.starts(deployed) == {"go": "two_branches"}
        assert parse.call_count == 1


def test_threads_share_an_engine() -> None:
    engine = Engine()
    deployed = bundle(diagrams.TWO_BRANCHES)
    results: list[bytes] = []
    faults: list[BaseException] = []

    def work() -> None:
        try:
            for number in range(40):
                session = engine.start(
                    bundle=deployed, process_id="two_branches", message="go", payload={"id": str(number)},
                    now=NOON, deadline=deadlines(NOON),
                )  # fmt: skip
                session.complete(ref=session.step().user_tasks[0].ref, answers={"again": True})
                results.append(session.step().state)
        except BaseException as fault:
            faults.append(fault)
            raise

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    assert len(results) == 160
    assert len(set(results)) == 40


@pytest.mark.parametrize("what", ["resume", "start"])
def test_a_process_that_the_deployment_does_not_have(what: str) -> None:
    arguments: dict[str, Any] = {"bundle": bundle(diagrams.CLOCK), "process_id": "none", "now": NOON}
    arguments |= {"deadline": deadlines(NOON)}
    arguments |= {"state": b"x"} if what == "resume" else {"message": "go", "payload": {}}
    with pytest.raises(DefinitionError, match="none: the deployment has no such file"):
        getattr(ENGINE, what)(**arguments)


def test_what_errors_say() -> None:
    error = DefinitionError(file="sip", element="consent", message="no")
    assert (str(error), error.file, error.element, error.message) == (
        "sip: consent: no",
        "sip",
        "consent",
        "no",
    )
    assert str(DefinitionError(file="sip", element="", message="no")) == "sip: no"
    failed = StateError(process_id="sip", reason="damaged")
    assert isinstance(failed, StepFailed)
    assert (str(failed), failed.element_id, failed.reason) == ("sip: damaged", "sip", "damaged")
    assert NotOpen(ref=3).ref == 3


def test_a_task_that_waits_is_not_run_by_another_command() -> None:
    walk = begun(diagrams.BESIDE)
    before = walk.step
    walk.act(Action("deliver", before.waits[0].ref, "question"), {"a": 1})
    assert walk.step.user_tasks == before.user_tasks

"""User tasks, operations and what stands under their names."""

from __future__ import annotations

from collections import OrderedDict
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sip_workflow.domain.process import OperationCall, UserTask
from sip_workflow.engine import Engine, NotOpen, StepFailed
from tests.support.diagrams import bpmn, bundle
from tests.support.walks import NOON, Action, Stored, deadlines
from tests.unit.engine.test_branches import answer, begun, complete

ENGINE = Engine()
ECHO = bpmn(
    "echo",
    """
    start begun message=go into=order
    user ask form=asking
    service repeat does=ask.repeat into=repeated order=order asking=asking
    choice again
    end done
    begun > ask > repeat > again
    again > ask if repeated['again'] == True
    again > done else
    """,
)


def test_what_a_user_task_says_of_itself() -> None:
    source = bpmn(
        "p",
        """\
        start begun message=go into=order
        user ask name="Fråga enheten" lane="Mottagande funktion" deadline=asked form=question \
            assignee="order['user']"
        timer late on=ask at="deadline('asked', 'reminder')"
        user plain
        end done
        begun > ask > plain > done
        late > done
        """,
        pool="Inbjuden enhet",
    )
    walk = begun(source, user="anna")
    assert walk.step.user_tasks == (
        UserTask(
            ref=walk.step.user_tasks[0].ref,
            element_id="ask",
            name="Fråga enheten",
            lane="Mottagande funktion",
            form_key="question",
            deadline="asked",
            assignee="anna",
            timed=True,
        ),
    )
    step = complete(walk)
    assert step.user_tasks == (
        UserTask(
            ref=step.user_tasks[0].ref,
            element_id="plain",
            name="plain",
            lane="Inbjuden enhet",
            form_key="plain",
            deadline=None,
            assignee=None,
            timed=False,
        ),
    )


@pytest.mark.parametrize(("user", "assignee"), [(None, None), ("", None), ("bo", "bo")])
def test_nobody_may_be_named(user: str | None, assignee: str | None) -> None:
    source = bpmn("p", "start a message=go into=o\nuser u assignee=\"o['user']\"\nend e\na > u > e")
    assert begun(source, user=user).step.user_tasks[0].assignee == assignee


@pytest.mark.parametrize("user", [7, True, ["anna"], {"username": "anna"}])
def test_an_assignee_is_a_username(user: object) -> None:
    source = bpmn("p", "start a message=go into=o\nuser u assignee=\"o['user']\"\nend e\na > u > e")
    with pytest.raises(StepFailed, match=r"u: .* gives no username") as failed:
        begun(source, user=user)
    assert "anna" not in str(failed.value)


def test_what_an_operation_says_of_itself() -> None:
    walk = begun(ECHO, id="1")
    step = complete(walk, text="svar")
    assert step.operations == (
        OperationCall(
            ref=step.operations[0].ref,
            element_id="repeat",
            operation="ask.repeat",
            parameters={"order": {"id": "1"}, "asking": {"text": "svar"}},
        ),
    )


def test_answers_replace_and_never_mix() -> None:
    walk = begun(ECHO)
    complete(walk, units=["a", "b", "c"], nested={"one": 1}, first=True)
    answer(walk, again=True, units=["a", "b"])
    step = complete(walk, units=["c"], nested={"two": 2})
    assert step.operations[0].parameters["asking"] == {"units": ["c"], "nested": {"two": 2}}
    answer(walk, again=True)
    step = complete(walk, units=[{"id": "x"}])
    assert step.operations[0].parameters["asking"] == {"units": [{"id": "x"}]}


def test_numbers_and_truth_are_kept_apart() -> None:
    walk = begun(ECHO, value=True)
    step = complete(walk, value=1)
    assert repr(step.operations[0].parameters) == "{'order': {'value': True}, 'asking': {'value': 1}}"
    answer(walk, again=True)
    step = complete(walk, value=1.0)
    assert repr(step.operations[0].parameters["asking"]) == "{'value': 1.0}"


def test_a_task_is_completed_once() -> None:
    walk = begun(ECHO)
    ref = walk.step.user_tasks[0].ref
    session = walk.opened()
    session.complete(ref=ref, answers={})
    with pytest.raises(NotOpen, match=f"ref {ref} is not open"):
        session.complete(ref=ref, answers={})
    step = session.step()
    with pytest.raises(NotOpen):
        session.complete(ref=step.operations[0].ref, answers={})
    session.answer(ref=step.operations[0].ref, result={"again": True})
    with pytest.raises(NotOpen):
        session.answer(ref=step.operations[0].ref, result={"again": True})
    assert session.step().user_tasks[0].ref > ref


@pytest.mark.parametrize("ref", [0, 1, 2, -1, 10**9])
def test_what_never_was_open(ref: int) -> None:
    session = begun(ECHO).opened()
    with pytest.raises(NotOpen):
        session.complete(ref=ref, answers={})
    with pytest.raises(NotOpen):
        session.answer(ref=ref, result={})
    with pytest.raises(NotOpen):
        session.deliver(ref=ref, message="go", payload={})


def test_a_result_without_a_variable_is_not_kept() -> None:
    source = bpmn(
        "p", "start a\nservice s does=x.y\nservice t does=x.z all=spiff__s_result\nend e\na > s > t > e"
    )
    walk = begun(source)
    with pytest.raises(StepFailed, match="spiff__s_result has no value yet"):
        answer(walk, kept="no")


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.text()
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
HOSTILE: list[dict[str, Any]] = [
    {"typename": "datetime", "value": "2026-01-01"},
    {"typename": "BpmnProcessSpec", "spec": {"typename": "Task"}},
    {"__class__": "os.system", "__reduce__": ["os.system", "true"]},
    {"data_objects": {}, "spiff__x": 1, "event_value": "x", "event_fired": True, "seen_events": [1]},
    {"key_or_index": 0, "item": 1, "iteration": 2},
    {"": "", " ": " ", "a.b": 1, "a[0]": 2, "é": "\u0000\u202e", "😀": "😀" * 50},
    {"deadline": "x", "len": "y", "dmninputexpr": "z", "True": False, "None": 1},
    {"long": "x" * 200_000, "deep": [[[[[[[[[[[[]]]]]]]]]]]]},
    {"numbers": [0, -0.0, 1e308, -(2**63), 2**63 - 1, 0.1]},
]


@pytest.mark.parametrize("data", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_data_survives(data: dict[str, Any]) -> None:
    walk = begun(ECHO, **data)
    assert repr(complete(walk, **data).operations[0].parameters) == repr({"order": data, "asking": data})


@given(
    payload=st.dictionaries(st.text(), JSON, max_size=4), answers=st.dictionaries(st.text(), JSON, max_size=4)
)
def test_any_json_survives(payload: dict[str, Any], answers: dict[str, Any]) -> None:
    walk = Stored(ENGINE, bundle(ECHO), "echo", payload)
    step = walk.act(Action("complete", walk.step.user_tasks[0].ref), answers)
    assert walk.opened().step().operations == step.operations
    assert repr(step.operations[0].parameters) == repr({"order": payload, "asking": answers})


def nested(levels: int) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for _ in range(levels):
        value = {"inside": value}
    return value


NOT_JSON = {
    "a number of more than 64 bits": {"n": 2**64},
    "half a character": {"text": "\ud800"},
    "a key that is no text": {1: "x"},
    "bytes": {"b": b"x"},
    "a set": {"s": {1}},
    "an object": {"o": object()},
    "too deep": nested(400),
    "a complex number": {"c": 1j},
}


@pytest.mark.parametrize("what", sorted(NOT_JSON))
def test_what_is_not_json_is_refused_and_the_session_goes_on(what: str) -> None:
    session = begun(ECHO).opened()
    ref = session.step().user_tasks[0].ref
    with pytest.raises(ValueError, match="ask: what is given is not JSON"):
        session.complete(ref=ref, answers=NOT_JSON[what])  # type: ignore[arg-type]
    session.complete(ref=ref, answers={})
    call = session.step().operations[0].ref
    with pytest.raises(ValueError, match="repeat: what is given is not JSON"):
        session.answer(ref=call, result=NOT_JSON[what])
    with pytest.raises(ValueError, match="echo: what is given is not JSON"):
        ENGINE.start(
            bundle=bundle(ECHO), process_id="echo", message="go", payload=NOT_JSON[what],  # type: ignore[arg-type]
            now=NOON, deadline=deadlines(NOON),
        )  # fmt: skip


def test_whatever_can_be_kept_can_also_be_handed_on() -> None:
    source = bpmn(
        "p",
        """
        start begun message=go into=order
        user ask
        service pass does=it.pass all="{'a': [[[[[[[[[[[[[[[{'b': ask}]]]]]]]]]]]]]]]}"
        end done message=told payload="{'a': [[[[[[[[[[[[[[[{'b': ask}]]]]]]]]]]]]]]]}"
        begun > ask > pass > done
        """,
    )
    deepest = next(levels for levels in range(300, 0, -1) if _accepted(levels))
    assert deepest > 100
    walk = begun(source, **nested(deepest))
    complete(walk, **nested(deepest))
    assert answer(walk).ended


def _accepted(levels: int) -> bool:
    try:
        begun(ECHO, **nested(levels))
    except ValueError:
        return False
    return True


def test_mappings_of_other_kinds_are_taken() -> None:
    walk = begun(ECHO)
    step = complete(walk, **MappingProxyType({"a": MappingProxyType({"b": 1}), "c": OrderedDict(d=(1, 2))}))
    assert step.operations[0].parameters["asking"] == {"a": {"b": 1}, "c": {"d": [1, 2]}}


def test_numbers_that_json_does_not_have_are_null() -> None:
    step = complete(begun(ECHO), values=[float("nan"), float("inf"), -float("inf")])
    assert step.operations[0].parameters["asking"] == {"values": [None, None, None]}


def test_nobody_shares_the_engines_values() -> None:
    given_payload: dict[str, Any] = {"list": [1]}
    session = ENGINE.start(
        bundle=bundle(ECHO), process_id="echo", message="go", payload=given_payload,
        now=NOON, deadline=deadlines(NOON),
    )  # fmt: skip
    answers: dict[str, Any] = {"list": [2]}
    session.complete(ref=session.step().user_tasks[0].ref, answers=answers)
    given_payload["list"].append("changed")
    answers["list"].append("changed")
    first = session.step().operations[0].parameters
    assert first == {"order": {"list": [1]}, "asking": {"list": [2]}}
    first["order"]["list"].append("changed")
    assert session.step().operations[0].parameters == {"order": {"list": [1]}, "asking": {"list": [2]}}

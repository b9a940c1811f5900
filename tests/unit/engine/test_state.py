"""States: read for ever, equal for equal histories, refused when damaged."""

from __future__ import annotations

import base64
import json
from datetime import datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

import orjson
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from sip_workflow.engine import Engine, Session, StateError
from sip_workflow.engine.state import VERSION
from tests.support import walks
from tests.support.diagrams import bpmn, bundle, deployment
from tests.support.engine_states import told, write
from tests.support.walks import NOON, Action, deadlines
from tests.unit.engine import diagrams
from tests.unit.engine.test_branches import answer, begun, complete, deliver

ENGINE = Engine()
SECRET = "19420317-9801"
FILES = sorted((Path(__file__).parents[2] / "fixtures" / "engine_states").glob("v*.json"))


def resumed(source: bytes, state: bytes, now: datetime = NOON) -> Session:
    deployed = bundle(source)
    (process_id,) = deployed.processes
    return ENGINE.resume(
        bundle=deployed, process_id=process_id, state=state, now=now, deadline=deadlines(now)
    )


def test_there_are_states_of_every_version() -> None:
    assert [path.stem for path in FILES] == [f"v{number}" for number in range(1, VERSION + 1)]


def stored() -> list[Any]:
    entries = []
    for path in FILES:
        content = json.loads(path.read_text(encoding="utf-8"))
        deployed = deployment(**{name: text.encode() for name, text in content["diagrams"].items()})
        for number, entry in enumerate(content["states"]):
            entries.append(pytest.param(deployed, entry, id=f"{path.stem}-{entry['process_id']}-{number}"))
    return entries


@pytest.mark.parametrize(("deployed", "entry"), stored())
def test_a_state_of_the_past_goes_on_as_it_would_have_then(deployed: Any, entry: dict[str, Any]) -> None:
    def opened(now: datetime) -> Session:
        state = base64.b64decode(entry["state"])
        return ENGINE.resume(
            bundle=deployed, process_id=entry["process_id"], state=state, now=now, deadline=deadlines(now)
        )

    now = datetime.fromisoformat(entry["now"])
    assert told(opened(now).step()) == entry["step"]
    action = Action(**{**entry["action"], "at": datetime.fromisoformat(entry["action"]["at"])})
    session = opened(max(now, action.at))
    walks.perform(session, action, entry["value"])
    assert told(session.step()) == entry["after"]


def test_a_file_of_states_is_never_written_again() -> None:
    with pytest.raises(FileExistsError):
        write({"clock": diagrams.CLOCK})


def test_equal_histories_give_equal_bytes() -> None:
    def history() -> list[bytes]:
        walk = begun(diagrams.TWO_BRANCHES, id="1", unit="Å")
        steps = [walk.step, complete(walk, again=True), answer(walk), deliver(walk, "change", id="7")]
        return [step.state for step in steps]

    first = history()
    assert first == history()
    assert len(set(first)) == len(first)


def test_a_state_holds_what_is_open_and_not_the_diagram() -> None:
    state = begun(diagrams.TWO_BRANCHES, id="1").step.state
    assert state[0] == VERSION
    process_id, last_ref, rows = orjson.loads(zstandard.decompress(state[1:]))
    assert process_id == "two_branches"
    assert [row[2] for row in rows] == [
        "Start",
        "ask.BoundaryEventSplit",
        "until",
        "ask",
        "ask_reminder",
        "ask_manager",
        "ask_process_owner",
    ]
    assert last_ref == max(row[0] for row in rows)
    assert [row[4] for row in rows] == [0, {"order": {"id": "1"}}, {"order": {"id": "1"}}, 0, 0, 0, 0]


def test_numbers_and_truth_are_kept_apart_in_a_tree_that_was_not_pruned() -> None:
    source = bpmn("p", "start a message=go into=o\nuser o\nservice s does=x.y o=o\nend e\na > o > s > e")
    with patch("sip_workflow.engine.session.prune"):
        walk = begun(source, value=True)
        complete(walk, value=1)
        assert repr(walk.opened().step().operations[0].parameters) == "{'o': {'value': 1}}"


def test_states_are_small() -> None:
    walk = begun(diagrams.TWO_BRANCHES, id="0190b1f2-7a3c-7d4e-8f5a-6b7c8d9e0f1a")
    assert len(walk.step.state) < 300
    assert len(complete(walk, again=False).state) < 300
    assert len(deliver(walk, "stop").state) < 60


def damaged(state: bytes, change: Any) -> bytes:
    """The same state with other content, properly packed."""
    content = orjson.loads(zstandard.decompress(state[1:]))
    return bytes([VERSION]) + zstandard.compress(orjson.dumps(change(content)))


def rows_with(content: list[Any], index: int, column: int, value: Any) -> list[Any]:
    content[2][index][column] = value
    return content


DAMAGES: dict[str, Any] = {
    "another process": lambda c: ["clock", *c[1:]],
    "no rows": lambda c: [c[0], c[1], []],
    "no list": lambda c: {"a": 1},
    "a row too short": lambda c: [c[0], c[1], [row[:2] for row in c[2]]],
    "a row too long": lambda c: [c[0], c[1], [[*row, 1, 2, 3, 4, 5] for row in c[2]]],
    "an element that is not drawn": lambda c: rows_with(c, 3, 2, "never_drawn"),
    "a task that waits as an event": lambda c: rows_with(c, 3, 3, 8),
    "an event that is open as a task": lambda c: rows_with(c, 4, 3, 16),
    "a state that there is not": lambda c: rows_with(c, 3, 3, 3),
    "a parent that is not there": lambda c: rows_with(c, 3, 1, 99),
    "data of another kind": lambda c: rows_with(c, 3, 4, [SECRET]),
    "data that is a text": lambda c: rows_with(c, 3, 4, SECRET),
    "an origin of another kind": lambda c: [c[0], c[1], [[*row[:5], None, [1]] for row in c[2]]],
}


@pytest.mark.parametrize("what", sorted(DAMAGES))
def test_a_state_that_does_not_fit_is_refused_without_its_data(what: str) -> None:
    state = damaged(begun(diagrams.TWO_BRANCHES, id=SECRET).step.state, DAMAGES[what])
    with pytest.raises(StateError) as refused:
        resumed(diagrams.TWO_BRANCHES, state)
    assert SECRET not in str(refused.value)
    assert refused.value.__cause__ is None


BYTES = {
    "nothing": b"",
    "an unknown version": b"\x00rest",
    "a later version": bytes([VERSION + 1]) + begun(diagrams.CLOCK).step.state[1:],
    "a version only": bytes([VERSION]),
    "no zstd": bytes([VERSION]) + b"hello",
    "no JSON": bytes([VERSION]) + zstandard.compress(b"hello"),
    "an old library's JSON": b'{"serializer_version": "1.3"}',
}


@pytest.mark.parametrize("what", sorted(BYTES))
def test_bytes_that_are_no_state(what: str) -> None:
    with pytest.raises(StateError):
        resumed(diagrams.CLOCK, BYTES[what])


def test_a_state_that_would_fill_the_memory_is_refused() -> None:
    bomb = bytes([VERSION]) + zstandard.compress(b"[" * (65 * 1024 * 1024))
    with pytest.raises(StateError, match="damaged"):
        resumed(diagrams.CLOCK, bomb)


def test_every_cut_and_every_flipped_bit_is_noticed() -> None:
    state = begun(diagrams.CLOCK, id=SECRET).step.state
    for length in range(len(state)):
        with pytest.raises(StateError):
            resumed(diagrams.CLOCK, state[:length])
    for position in range(len(state)):
        flipped = bytearray(state)
        flipped[position] ^= 1 << position % 8
        try:
            step = resumed(diagrams.CLOCK, bytes(flipped)).step()
        except StateError:
            continue
        assert step.state == state, position  # a bit that zstd does not read


@given(st.binary(max_size=200))
def test_any_bytes_are_refused(data: bytes) -> None:
    for state in (data, bytes([VERSION]) + data, bytes([VERSION]) + zstandard.compress(data)):
        with pytest.raises(StateError):
            resumed(diagrams.CLOCK, state)


def test_the_next_number_is_never_one_that_is_taken() -> None:
    def forget(content: list[Any]) -> list[Any]:
        return [content[0], 0, content[2]]

    step = begun(diagrams.TWO_BRANCHES).step
    session = resumed(diagrams.TWO_BRANCHES, damaged(step.state, forget))
    session.complete(ref=step.user_tasks[0].ref, answers={"again": True})
    after = session.step()
    assert after.operations[0].ref > step.timers[-1].ref


def test_a_diagram_whose_task_became_something_else_does_not_take_the_state() -> None:
    text = "start begun message=go into=order\n{} ask {}\nend done\nbegun > ask > done"
    before = bpmn("p", text.format("user", ""))
    state = begun(before).step.state
    for kind, more in (("service", "does=it.ask"), ("receive", "message=m"), ("send", "message=m")):
        with pytest.raises(StateError, match="ask cannot wait as it does"):
            resumed(bpmn("p", text.format(kind, more)), state)
    assert resumed(bpmn("p", text.format("user", "lane=Chef")), state).step().user_tasks[0].lane == "Chef"

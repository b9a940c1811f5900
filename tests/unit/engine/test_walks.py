"""Random walks: packed at every step, never packed, and never pruned come to the same."""

from __future__ import annotations

import dataclasses
import random
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from sip_workflow.domain.process import Step
from sip_workflow.engine import Engine
from tests.support import walks
from tests.support.diagrams import bpmn, bundle
from tests.unit.engine import diagrams

PROCESSES = Path(__file__).parents[3] / "processes"
SHIPPED = {path.stem: path.read_bytes() for path in sorted(PROCESSES.glob("*/*.bpmn"))}
WALKED = {**diagrams.ALL, **SHIPPED}
ENGINE = Engine()


def seen(step: Step) -> dict[str, Any]:
    """A step without its bytes."""
    return {f.name: getattr(step, f.name) for f in dataclasses.fields(step) if f.name != "state"}


def longest(process_id: str) -> int:
    return 25 if process_id in SHIPPED else 40


@pytest.mark.parametrize("process_id", sorted(WALKED))
@settings(max_examples=25)
@for_all(seed=st.integers(min_value=0, max_value=2**32))
def test_packed_and_never_packed_and_never_pruned_are_one(process_id: str, seed: int) -> None:
    chance = random.Random(seed)
    deployed = bundle(WALKED[process_id])
    pool = {"id": ["1"], **walks.values([WALKED[process_id]])}
    first = walks.given(pool, chance)
    stored = walks.Stored(ENGINE, deployed, process_id, first)
    live = walks.Live(ENGINE, deployed, process_id, first)
    with patch("sip_workflow.engine.session.prune"):
        grown = walks.Stored(ENGINE, deployed, process_id, first)
    for _ in range(longest(process_id)):
        assert stored.step == live.step
        assert seen(stored.step) == seen(grown.step)
        possible = walks.actions(stored.step)
        if not possible:
            assert stored.step.ended
            break
        action, value = walks.choose(possible, chance), walks.given(pool, chance)
        stored.act(action, value)
        live.act(action, value)
        with patch("sip_workflow.engine.session.prune"):
            grown.act(action, value)


@pytest.mark.parametrize("process_id", sorted(WALKED))
def test_a_state_read_and_written_again_is_the_same(process_id: str) -> None:
    chance = random.Random(7)
    deployed = bundle(WALKED[process_id])
    pool = {"id": ["1"], **walks.values([WALKED[process_id]])}
    for _ in range(5):
        walk = walks.Stored(ENGINE, deployed, process_id, walks.given(pool, chance))
        while (possible := walks.actions(walk.step)) and walk.step.timers != ():
            assert walk.opened().step().state == walk.step.state
            walk.act(walks.choose(possible, chance), walks.given(pool, chance))
            if walk.now.year > 2026:
                break


@pytest.mark.parametrize("process_id", sorted(diagrams.LOOPS))
def test_the_state_stays_as_large_after_2000_rounds_as_after_two(process_id: str) -> None:
    deployed = bundle(diagrams.ALL[process_id])
    walk = walks.Stored(ENGINE, deployed, process_id, {"id": "1"})
    sizes, counts = [], []
    for _ in range(2000):
        walk.act(diagrams.LOOPS[process_id](walk.step), {"again": True, "list": ["a", "b"]})
        while walk.step.operations:
            walk.act(walks.Action("answer", walk.step.operations[0].ref), {"again": True})
        sizes.append(len(walk.step.state))
        counts.append(len(walk.opened()._instance.tasks))
    assert max(counts[2:]) == min(counts[2:])
    assert max(sizes[2:]) <= min(sizes[2:]) + 32


def test_the_values_of_walks_are_found() -> None:
    source = bpmn(
        "p",
        """
        start begin
        choice which
        end one
        end two
        begin > which
        which > one if a['k'] == 'x' and b['n'] in [1, 2]
        which > two else
        """,
    )
    assert walks.values([source]) == {"k": ["other", "x"], "n": ["other", 1, 2]}

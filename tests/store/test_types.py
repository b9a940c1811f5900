"""Times and JSON mean the same on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sip_workflow.domain.rows import Setting, Timer
from sip_workflow.domain.sip import Meeting
from sip_workflow.store import Store, Transaction
from tests.store.samples import NOW, PARENT, TIMES, add_parents, make, undone

NAIVE = datetime(2027, 3, 28, 2, 30)


@pytest.mark.parametrize(
    "use",
    [
        lambda tx: tx.timers.add(make(Timer, id="t", due_at=NAIVE)),
        lambda tx: tx.timers.add_all([make(Timer, id="t"), make(Timer, id="u", due_at=NAIVE)]),
        lambda tx: tx.meetings.change(PARENT, starts_at=NAIVE),
        lambda tx: tx.meetings.find(starts_at=NAIVE),
        lambda tx: tx.meetings.find(starts_at=[NOW, NAIVE]),
        lambda tx: tx.timers.due(now=NAIVE, limit=1),
        lambda tx: tx.outbox.claim(now=NAIVE, lease_seconds=1, limit=1),
    ],
)
def test_a_time_without_offset_is_refused_everywhere(store: Store, use: Callable[[Transaction], Any]) -> None:
    with undone(store) as tx:
        add_parents(tx)
        with pytest.raises(ValueError, match="without an offset"):
            use(tx)


def test_times_are_found_by_their_instant(store: Store) -> None:
    swedish = timezone(timedelta(hours=2))
    with undone(store) as tx:
        add_parents(tx)
        tx.meetings.add(make(Meeting, id="m", starts_at=datetime(2027, 6, 1, 9, 0, 0, 1, tzinfo=swedish)))
        (found,) = tx.meetings.find(starts_at=datetime(2027, 6, 1, 7, 0, 0, 1, tzinfo=UTC))
        assert found.starts_at == datetime(2027, 6, 1, 7, 0, 0, 1, tzinfo=UTC)
        assert found.starts_at.tzinfo is UTC
        assert tx.meetings.find(starts_at=datetime(2027, 6, 1, 7, 0, 0, 2, tzinfo=UTC)) == []


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(times=st.lists(TIMES, min_size=2, max_size=8))
def test_times_sort_as_instants(store: Store, times: list[datetime]) -> None:
    with undone(store) as tx:
        add_parents(tx)
        tx.timers.remove(id=PARENT)
        tx.timers.add_all([make(Timer, id=str(number), due_at=at) for number, at in enumerate(times)])
        found = [timer.due_at for timer in tx.timers.find(order_by="due_at")]
        assert found == sorted(at.astimezone(UTC) for at in times)
        assert tx.timers.next_due_at() == found[0]


def test_keys_keep_their_order(store: Store) -> None:
    document = {"z": 1, "a": {"å": [1, 1.0, None, True], "B": "\u0000\U0001f600"}, "": {}}
    with undone(store) as tx:
        add_parents(tx)
        tx.meetings.change(PARENT, record=document)
        found = tx.meetings.get(PARENT).record
        assert found == document
        assert list(found) == ["z", "a", ""]
        assert list(found["a"]) == ["å", "B"]
        assert [type(each) for each in found["a"]["å"]] == [int, float, type(None), bool]


@pytest.mark.parametrize("wrong", [{"a": object()}, {"a": 2**64}, {1: "a"}, {"a": "\ud800"}])
def test_what_is_not_json_is_refused(store: Store, wrong: Any) -> None:
    with undone(store) as tx:
        add_parents(tx)
        with pytest.raises(TypeError):
            tx.meetings.change(PARENT, record=wrong)


def test_text_that_is_not_unicode_is_refused(store: Store) -> None:
    with undone(store) as tx, pytest.raises(ValueError, match="not valid Unicode"):
        tx.settings.add(Setting(id="a", value="\ud800"))

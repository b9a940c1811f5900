"""Timers come due in their order; timers and waits are rewritten with the least."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from sip_workflow.domain.rows import Timer, Wait
from sip_workflow.store import Store, Transaction
from tests.store.samples import NOW, add_parents, later, make


@pytest.fixture(autouse=True)
def parents(store: Store) -> None:
    with store.write() as tx:
        add_parents(tx)


def timer(identity: str, **given: Any) -> Timer:
    return make(Timer, **{"id": identity, "kind": "event", **given})


def wait(identity: str, **given: Any) -> Wait:
    return make(Wait, **{"id": identity, "message": "m", "correlation": None, **given})


def ids(rows: list[Any]) -> list[str]:
    return [row.id for row in rows]


def test_the_oldest_is_due_first(store: Store) -> None:
    due = {"c": 0, "a": -1, "b": -1, "never": 1e-6, "long ago": -3600, "d": -1e-6}
    with store.write() as tx:
        assert tx.timers.next_due_at() is None
        tx.timers.add_all([timer(name, due_at=later(seconds=each)) for name, each in due.items()])
        assert ids(tx.timers.due(now=NOW, limit=10)) == ["long ago", "a", "b", "d", "c"]
        assert ids(tx.timers.due(now=NOW, limit=2)) == ["long ago", "a"]
        assert tx.timers.next_due_at() == later(hours=-1)
        assert ids(tx.timers.due(now=later(days=-1), limit=2)) == []


def test_due_times_are_compared_as_instants(store: Store) -> None:
    """Local time turned back on 2027-10-31: the offset counts, not the figures."""
    summer, winter = timezone(timedelta(hours=2)), timezone(timedelta(hours=1))
    early = datetime(2027, 10, 31, 2, 45, tzinfo=summer)
    late = datetime(2027, 10, 31, 2, 15, tzinfo=winter)
    with store.write() as tx:
        tx.timers.add_all([timer("late", due_at=late), timer("early", due_at=early)])
        assert ids(tx.timers.due(now=datetime(2027, 10, 31, 0, 50, tzinfo=UTC), limit=9)) == ["early"]
        assert ids(tx.timers.due(now=late, limit=9)) == ["early", "late"]
        assert tx.timers.next_due_at() == datetime(2027, 10, 31, 0, 45, tzinfo=UTC)


def statements_of(tx: Transaction, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts of the statements that the transaction runs from now on."""
    seen: list[str] = []
    for name in ("read", "change", "change_each"):
        run = getattr(tx.connection, name)

        def noted(statement: Any, parameters: Any = None, *, run: Any = run, name: str = name) -> Any:
            if name != "change_each" or len(parameters) > 1:
                seen.append(statement.prepared(tx.connection.dialect).text.split()[0])
            return run(statement, parameters)

        monkeypatch.setattr(tx.connection, name, noted)
    return seen


def test_timers_are_replaced(store: Store) -> None:
    with store.write() as tx:
        tx.timers.add_all(
            [
                timer("old", ref=1),
                timer("watch", kind="watch", level="reminder"),
                timer("other", instance_id="parent", ref=9),
            ]
        )
        tx.timers.replace(instance_id="parent", kind="event", timers=[timer("new", ref=2)])
        assert sorted(ids(tx.timers.find())) == ["new", "watch"]
        tx.timers.replace(instance_id="parent", kind="event", timers=[])
        assert ids(tx.timers.find()) == ["watch"]


def test_equal_timers_need_no_statement(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    was = [timer("a", ref=1, attempts=3), timer("b", ref=2), timer("c", ref=3)]
    with store.write() as tx:
        tx.timers.add_all(was)
        seen = statements_of(tx, monkeypatch)
        now = [replace(each, id=f"new {each.id}", attempts=0) for each in reversed(was)]
        tx.timers.replace(instance_id="parent", kind="event", timers=now, was=was)
        assert seen == []
        assert tx.timers.find() == was


def test_only_what_differs_is_written(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    was = [timer("a", ref=1, attempts=3), timer("b", ref=2), timer("c", ref=3)]
    with store.write() as tx:
        tx.timers.add_all(was)
        seen = statements_of(tx, monkeypatch)
        now = [
            timer("a2", ref=1),
            timer("b2", ref=2, due_at=later(hours=1)),
            timer("d", ref=4),
            timer("e", ref=4),
        ]
        tx.timers.replace(instance_id="parent", kind="event", timers=now, was=was)
        assert seen == ["DELETE", "INSERT"]
        assert tx.timers.find() == [was[0], now[1], now[2], now[3]]


@pytest.mark.parametrize(
    "change", [{"ref": 5}, {"element_id": "other"}, {"due_at": later(seconds=1e-6)}, {"level": "manager"}]
)
def test_every_difference_counts(store: Store, change: dict[str, Any]) -> None:
    was = timer("a", level="reminder")
    with store.write() as tx:
        tx.timers.add(was)
        new = replace(was, id="b", **change)
        tx.timers.replace(instance_id="parent", kind="event", timers=[new], was=[was])
        assert tx.timers.find() == [new]


def test_waits_are_replaced_likewise(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    was = [wait("a", ref=1), wait("b", ref=2, correlation="x")]
    with store.write() as tx:
        tx.waits.replace(instance_id="parent", waits=was)
        assert tx.waits.find() == was
        seen = statements_of(tx, monkeypatch)
        tx.waits.replace(instance_id="parent", waits=[replace(each, id="new") for each in was], was=was)
        assert seen == []
        new = replace(was[1], id="c", correlation="y")
        tx.waits.replace(instance_id="parent", waits=[was[0], new], was=was)
        assert tx.waits.find() == [was[0], new]
        tx.waits.replace(instance_id="parent", waits=[], was=[was[0], new])
        assert tx.waits.find() == []

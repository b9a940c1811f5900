"""The words of ``Records``: add, get, find, change, remove, count."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from sip_workflow.domain.register import Principal, Role, Unit, UnitKind
from sip_workflow.domain.rows import Instance, OutboxItem, Setting, Task, Timer
from sip_workflow.domain.sip import Escalation, Meeting
from sip_workflow.store import Duplicate, Inconsistent, NotFound, Store, Transaction
from tests.store.samples import NOW, PARENT, RECORDS, add_parents, later, make


@pytest.fixture
def tx(store: Store) -> Iterator[Transaction]:
    with store.write() as tx:
        add_parents(tx)
        yield tx


def settings_of(tx: Transaction, **equals: object) -> list[str]:
    return [setting.id for setting in tx.settings.find(**equals)]


def test_a_missing_row_is_not_found(tx: Transaction) -> None:
    with pytest.raises(NotFound, match="cases: no row with that key"):
        tx.cases.get("nobody")
    with pytest.raises(NotFound):
        tx.cases.change("nobody", leader="x")
    with pytest.raises(NotFound):
        tx.lock_case("nobody")


def test_one_or_several_are_added(tx: Transaction) -> None:
    tx.settings.add(Setting(id="a", value="1"))
    tx.settings.add([Setting(id="b", value="1"), Setting(id="c", value="1")])
    tx.settings.add_all(Setting(id=each, value="1") for each in "de")
    tx.settings.add_all([])
    assert settings_of(tx) == ["a", "b", "c", "d", "e"]


def test_find_compares_orders_and_stops(tx: Transaction) -> None:
    for number in range(6):
        tx.meetings.add(
            make(
                Meeting,
                id=f"m{number}",
                purpose="sip",
                round=number // 2,
                state="held" if number % 2 else "planned",
                held_at=later(hours=number) if number % 2 else None,
            )
        )

    def found(**words: Any) -> str:
        return "".join(meeting.id[1] for meeting in tx.meetings.find(purpose="sip", **words))

    assert found() == "012345"
    assert found(state="held") == "135"
    assert found(state="held", round=1) == "3"
    assert found(round=[0, 2]) == found(round=(0, 2)) == found(round={0, 2}) == "0145"
    assert found(round=[0, 1, 2], state={"held"}) == "135"
    assert found(round=[]) == ""
    assert found(held_at=None) == "024"
    assert found(held_at=later(hours=3)) == "3"
    assert found(order_by="-round") == "543210"
    assert found(order_by=("-round", "state")) == "543210"
    assert found(order_by=("round", "-state")) == "012345"
    assert found(order_by="held_at") == "135024"
    assert found(order_by="-held_at") == "531420"
    assert found(order_by="-starts_at", limit=2) == "54"
    assert found(limit=0) == ""


def test_one_is_found_or_none(tx: Transaction) -> None:
    assert tx.settings.find_one(id="a") is None
    tx.settings.add([Setting(id="a", value="1"), Setting(id="b", value="1")])
    assert tx.settings.find_one(value="1") == Setting(id="a", value="1")
    assert tx.settings.find_one(value="1", order_by="-id") == Setting(id="b", value="1")
    assert tx.settings.find_one(id=[]) is None


def test_change_sets_only_what_it_is_told(tx: Transaction) -> None:
    before = tx.cases.get(PARENT)
    tx.cases.change(PARENT, leader="anna", needed_at=NOW, consent_attempts=7)
    after = tx.cases.get(PARENT)
    assert (after.leader, after.needed_at, after.consent_attempts) == ("anna", NOW, 7)
    assert (after.urgency, after.opened_at) == (before.urgency, before.opened_at)
    tx.cases.change(PARENT, leader=None)
    assert tx.cases.get(PARENT).leader is None


def test_a_draft_is_a_document_or_nothing(tx: Transaction) -> None:
    tx.tasks.add(make(Task, id="t", draft=None))
    assert tx.tasks.find_one(id="t", draft=None) is not None
    tx.tasks.change("t", draft={})
    assert tx.tasks.get("t").draft == {}


def test_remove_and_count(tx: Transaction) -> None:
    tx.settings.add_all([Setting(id=each, value=each) for each in "abc"])
    assert tx.settings.count() == 3
    assert tx.settings.count(value=["a", "b", "x"]) == 2
    assert tx.settings.count(value=[]) == 0
    assert tx.settings.remove(value=[]) == 0
    assert tx.settings.remove(value=["a", "x"]) == 1
    assert tx.settings.remove(id="b", value="b") == 1
    assert settings_of(tx) == ["c"]


def test_long_lists_are_compared(tx: Transaction) -> None:
    tx.settings.add_all([Setting(id=f"{each:04}", value="1") for each in range(1000)])
    for length in (1, 2, 3, 4, 5, 8, 9, 1000):
        wanted = [f"{each:04}" for each in range(length)]
        assert settings_of(tx, id=wanted) == wanted


@pytest.mark.parametrize(
    "words",
    [{"nobody": 1}, {"draft": {"a": 1}}, {"id": ["a", None]}, {"order_by": "nobody"}, {"order_by": "draft"}],
)
def test_nonsense_is_told_at_once(tx: Transaction, words: dict[str, object]) -> None:
    with pytest.raises(TypeError, match="tasks"):
        tx.tasks.find(**words)  # type: ignore[arg-type]


def test_nothing_is_changed_or_removed_by_mistake(tx: Transaction) -> None:
    with pytest.raises(TypeError, match="all rows at once"):
        tx.tasks.remove()
    with pytest.raises(TypeError, match="no column to change"):
        tx.tasks.change(PARENT)
    with pytest.raises(TypeError, match="has no column nobody"):
        tx.tasks.change(PARENT, nobody=1)


def test_codes_are_kept_as_their_values(tx: Transaction) -> None:
    tx.units.add(make(Unit, id="u", kind=UnitKind.SCHOOL))
    assert tx.units.get("u").kind is UnitKind.SCHOOL
    assert [unit.id for unit in tx.units.find(kind="school")] == ["u"]
    tx.units.change("u", kind=UnitKind.HOSPITAL_WARD)
    assert tx.units.get("u").kind is UnitKind.HOSPITAL_WARD
    with pytest.raises(ValueError, match="not a code of UnitKind"):
        tx.units.change("u", kind="prison")
    # A role in a column of plain text is its value too.
    tx.tasks.add(make(Task, id="t", role=Role.MANAGER))
    assert tx.tasks.find_one(id="t", role="manager") is not None


def test_a_row_is_added_once(store: Store) -> None:
    item = make(OutboxItem, id="a", key="k", case_id=None)
    with store.write() as tx:
        assert tx.outbox.add_once(item)
        assert not tx.outbox.add_once(make(OutboxItem, id="b", key="k", case_id=None))
        assert not tx.outbox.add_once(item)
    with store.read() as tx:
        assert [each.id for each in tx.outbox.find()] == ["a"]


@pytest.mark.parametrize(
    ("name", "together"),
    [
        ("outbox", ["key"]),
        ("first_answers", ["actor", "key"]),
        ("escalations", ["about", "kind", "level", "occasion"]),
        ("discharges", ["external_id"]),
        ("discharge_events", ["key"]),
        ("users", ["username"]),
        ("clients", ["token_hash"]),
        ("clients", ["name"]),
    ],
)
def test_unique_values_are_unique(store: Store, name: str, together: list[str]) -> None:
    record = RECORDS[name]

    def row(identity: str, **given: object) -> Any:
        others = {"name": identity, "token_hash": identity} if name == "clients" else {}
        same = {column: later(days=1) if column == "occasion" else "same" for column in together}
        return make(record, **{**others, **same, **given, "id": identity})

    with store.write() as tx:
        add_parents(tx)
        getattr(tx, name).add(row("first"))
    with store.write() as tx:
        for column in together:
            getattr(tx, name).add(row(column, **{column: NOW if column == "occasion" else "other"}))
    with pytest.raises(Duplicate, match=f"^{name}: there is already one") as refused, store.write() as tx:
        getattr(tx, name).add(row("again"))
    assert all(column in str(refused.value) for column in together)
    with store.read() as tx:
        assert getattr(tx, name).count(id="again") == 0


def test_a_reference_must_lead_somewhere(store: Store) -> None:
    with pytest.raises(Inconsistent), store.write() as tx:
        tx.units.add(make(Unit, id="u", principal_id="nobody"))
    with store.write() as tx:
        add_parents(tx)
    with pytest.raises(Inconsistent), store.write() as tx:
        tx.timers.add(make(Timer, id="t", instance_id="nobody"))
    with pytest.raises(Inconsistent), store.write() as tx:
        tx.principals.add(Principal(id="p", name=None, kind="region"))  # type: ignore[arg-type]
    with store.read() as tx:
        assert tx.units.count() == tx.principals.count() == 1
        assert tx.timers.count() == 0


def test_rows_of_a_command_may_come_before_their_instance(store: Store) -> None:
    with store.write() as tx:
        add_parents(tx)
    with store.write() as tx:
        tx.timers.add(make(Timer, id="t", instance_id="new"))
        tx.escalations.add(make(Escalation, id="e", instance_id="new", task_id="new"))
        tx.tasks.add(make(Task, id="new", instance_id="new"))
        tx.instances.add(make(Instance, id="new"))
    with store.read() as tx:
        assert tx.timers.get("t").instance_id == "new"

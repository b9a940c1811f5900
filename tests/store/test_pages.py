"""Pages by keyset: of tasks, cases and history. What comes or goes meanwhile neither repeats nor hides."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sip_workflow.domain.register import Role, Unit
from sip_workflow.domain.rows import HistoryItem, Task
from sip_workflow.domain.sip import Case, Part
from sip_workflow.store import Store
from sip_workflow.store.pages import cursor, position
from tests.store.samples import NOW, PARENT, TEXT, TIMES, add_parents, later, make, undone


def task(identity: str, **given: Any) -> Task:
    return make(Task, **{"id": identity, "state": "open", "role": "receiver", **given})


MINE = [(PARENT, "receiver")]


def walk(ask: Any, *, limit: int) -> list[list[str]]:
    """All pages, as ids."""
    pages, after = [], None
    while True:
        page = ask(limit=limit, after=after)
        pages.append([each.id for each in page.items])
        after = page.next_after
        if after is None:
            return pages


@pytest.fixture
def tasks(store: Store) -> None:
    due = {"c": 2, "a": 2, "b": 2, "first": 1, "last": 3, "undated 2": None, "undated 1": None}
    with store.write() as tx:
        add_parents(tx)
        tx.units.add(make(Unit, id="other"))
        for name, hours in due.items():
            tx.tasks.add(task(name, due_at=None if hours is None else later(hours=hours)))
        tx.tasks.add(task("not open", state="completed"))
        tx.tasks.add(task("not my role", role="manager"))
        tx.tasks.add(task("not my unit", unit_id="other"))
        tx.tasks.add(task("swapped", unit_id="other", role="manager"))


IN_ORDER = ["first", "a", "b", "c", "last", "undated 1", "undated 2"]


@pytest.mark.parametrize("limit", range(1, 9))
def test_the_inbox_is_the_same_in_pages_of_any_size(store: Store, tasks: None, limit: int) -> None:
    with store.read() as tx:
        pages = walk(lambda **words: tx.tasks.inbox(units_roles=MINE, **words), limit=limit)
    assert [each for page in pages for each in page] == IN_ORDER
    assert all(len(page) == limit for page in pages[:-1])
    assert pages[-1]


def test_the_inbox_is_narrowed(store: Store, tasks: None) -> None:
    with store.write() as tx:
        tx.cases.add(make(Case, id="second"))
        tx.tasks.add(task("elsewhere", case_id="second", due_at=NOW))
        tx.tasks.change("a", assignee="anna")
        tx.tasks.change("b", assignee="bo")

    def inbox(**words: Any) -> list[str]:
        with store.read() as tx:
            return [each.id for each in tx.tasks.inbox(**{"units_roles": MINE, **words}).items]

    assert inbox() == ["elsewhere", *IN_ORDER]
    assert inbox(username="anna") == ["elsewhere", "first", "a", "c", "last", "undated 1", "undated 2"]
    assert inbox(username="anna", case_id="second") == ["elsewhere"]
    assert inbox(case_id="nobody's") == []
    assert inbox(state="completed") == ["not open"]
    assert inbox(units_roles=[]) == []
    assert inbox(units_roles=[("other", "receiver"), (PARENT, Role.MANAGER)]) == [
        "not my role",
        "not my unit",
    ]
    several = [*MINE, *MINE, ("other", "receiver"), ("nobody", "receiver")]
    assert inbox(units_roles=several) == ["elsewhere", *IN_ORDER[:5], "not my unit", *IN_ORDER[5:]]


def test_what_comes_and_goes_neither_repeats_nor_hides(store: Store, tasks: None) -> None:
    def inbox(after: str | None) -> Any:
        with store.read() as tx:
            return tx.tasks.inbox(units_roles=MINE, limit=3, after=after)

    first = inbox(None)
    assert [each.id for each in first.items] == ["first", "a", "b"]
    with store.write() as tx:
        tx.tasks.change("first", state="completed")
        tx.tasks.change("b", state="completed")
        tx.tasks.add(task("before all", due_at=NOW))
        tx.tasks.add(task("bb", due_at=later(hours=2)))
    second = inbox(first.next_after)
    assert [each.id for each in second.items] == ["bb", "c", "last"]
    assert [each.id for each in inbox(second.next_after).items] == ["undated 1", "undated 2"]


@pytest.mark.parametrize("limit", [1, 2, 3, 10])
def test_cases_of_units_come_the_last_opened_first(store: Store, limit: int) -> None:
    with store.write() as tx:
        add_parents(tx)
        tx.units.add_all([make(Unit, id="u"), make(Unit, id="v")])
        opened = {"a": 1, "b": 3, "c": 3, "d": 2, "not theirs": 4}
        for name, hours in opened.items():
            tx.cases.add(make(Case, id=name, opened_at=later(hours=hours)))
            unit = PARENT if name == "not theirs" else "u"
            tx.parts.add(make(Part, id=f"{name} 1", case_id=name, unit_id=unit))
            tx.parts.add(make(Part, id=f"{name} 2", case_id=name, unit_id=unit, until=NOW))
        tx.parts.add(make(Part, id="v", case_id="a", unit_id="v"))
    with store.read() as tx:
        pages = walk(lambda **words: tx.cases.of_units(unit_ids=["u", "v", "u"], **words), limit=limit)
        assert [each for page in pages for each in page] == ["c", "b", "d", "a"]
        assert [each.id for each in tx.cases.of_units(unit_ids=["v"], limit=5).items] == ["a"]
        assert tx.cases.of_units(unit_ids=[], limit=5).items == []


def test_history_is_in_the_order_it_was_written(store: Store) -> None:
    with store.write() as tx:
        add_parents(tx)
        tx.cases.add(make(Case, id="other"))
        tx.history.append([])
        for number in range(5):
            tx.history.append(
                [
                    make(HistoryItem, type=f"{number}a", at=later(hours=-number)),
                    make(HistoryItem, type="x", case_id="other"),
                    make(HistoryItem, type=f"{number}b"),
                ]
            )
        tx.history.add(make(HistoryItem, type="5a"))
    with store.read() as tx:
        seen: list[str] = []
        after = 0
        while page := tx.history.page(case_id=PARENT, limit=4, after=after):
            seen += [each.type for each in page]
            after = page[-1].id or 0
            assert page == sorted(page, key=lambda each: each.id or 0)
    assert seen == ["0a", "0b", "1a", "1b", "2a", "2b", "3a", "3b", "4a", "4b", "5a"]


@given(at=st.none() | TIMES, key=TEXT)
def test_a_place_comes_back(at: Any, key: str) -> None:
    again, same_key = position(cursor(at, key))
    assert same_key == key
    assert (again is None) == (at is None)
    assert at is None or again == at.astimezone(again.tzinfo)


@given(after=st.text() | st.binary().map(lambda each: each.hex()))
def test_a_place_that_is_not_ours_is_refused(after: str) -> None:
    with pytest.raises(ValueError, match="not one of ours"):
        position(after)


@pytest.mark.parametrize(
    "words",
    [
        '"x"',
        "[1,2]",
        '["2027-01-01T00:00:00","a"]',
        '["x","a"]',
        "[null,1]",
        '[null,"a",1]',
        "{}",
        "[]",
        # In UTC these are after the last and before the first instant there is.
        '["9999-12-31T23:59:59-23:59","a"]',
        '["0001-01-01T00:00:00+23:59","a"]',
    ],
)
def test_a_made_up_place_is_refused(store: Store, words: str) -> None:
    after = base64.urlsafe_b64encode(words.encode()).decode().rstrip("=")
    with store.read() as tx, pytest.raises(ValueError, match="not one of ours"):
        tx.tasks.inbox(units_roles=MINE, after=after)


def test_an_undated_place_is_none_of_a_case(store: Store) -> None:
    with undone(store) as tx, pytest.raises(ValueError, match="not one of ours"):
        tx.cases.of_units(unit_ids=["u"], limit=1, after=cursor(None, "a"))

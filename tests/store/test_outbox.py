"""The outbox: an item is on lease with one worker at a time, and nothing is forgotten."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from sip_workflow.domain.rows import OutboxItem
from sip_workflow.store import Store
from tests.store.samples import NOW, later, make


def item(identity: str, **given: Any) -> OutboxItem:
    plain = {"id": identity, "key": identity, "case_id": None, "state": "pending"}
    return make(OutboxItem, **{**plain, **given})


def add(store: Store, *items: OutboxItem) -> None:
    with store.write() as tx:
        tx.outbox.add_all(items)


def claim(store: Store, *, seconds: float = 0, limit: int = 10) -> list[OutboxItem]:
    with store.write() as tx:
        return tx.outbox.claim(now=later(seconds=seconds), lease_seconds=60, limit=limit)


def ids(items: list[OutboxItem]) -> str:
    return "".join(each.id for each in items)


def test_what_is_due_is_claimed_in_its_order(store: Store) -> None:
    add(
        store,
        item("c"),
        item("b", next_at=later(seconds=-1)),
        item("a", next_at=later(seconds=-1)),
        item("z", next_at=later(seconds=1)),
        item("y", state="done"),
        item("x", state="dead"),
    )
    assert ids(claim(store, limit=2)) == "ab"
    assert ids(claim(store)) == "c"
    assert ids(claim(store)) == ""
    assert ids(claim(store, seconds=1)) == "z"


def test_a_claim_is_a_lease_and_an_attempt(store: Store) -> None:
    add(store, item("a", payload={"b": 1, "a": 2}))
    (claimed,) = claim(store)
    assert (claimed.attempts, claimed.leased_until) == (1, later(seconds=60))
    assert list(claimed.payload) == ["b", "a"]
    with store.read() as tx:
        assert tx.outbox.get("a") == claimed
    assert claim(store, seconds=59.999999) == []
    (again,) = claim(store, seconds=60)
    assert (again.key, again.attempts, again.leased_until) == (claimed.key, 2, later(seconds=120))


def test_settling_ends_the_lease(store: Store) -> None:
    add(store, item("a"), item("b"))
    first, second = claim(store)
    with store.write() as tx:
        assert tx.outbox.settle(first, state="done", done_at=NOW)
        assert tx.outbox.settle(second, next_at=later(seconds=30), error="no_answer")
        assert not tx.outbox.settle(first, state="pending")
        assert not tx.outbox.settle(second, state="done")
    with store.read() as tx:
        done, waiting = tx.outbox.get("a"), tx.outbox.get("b")
    assert (done.state, done.done_at, done.leased_until) == ("done", NOW, None)
    assert (waiting.state, waiting.error, waiting.attempts) == ("pending", "no_answer", 1)
    assert ids(claim(store, seconds=29)) == ""
    assert ids(claim(store, seconds=30)) == "b"


def test_who_lost_the_lease_settles_nothing(store: Store) -> None:
    add(store, item("a"))
    (slow,) = claim(store)
    (quick,) = claim(store, seconds=61)
    with store.write() as tx:
        assert not tx.outbox.settle(slow, state="dead", error="late")
        assert tx.outbox.settle(quick, state="done")
        assert tx.outbox.get("a").state == "done"


def test_the_next_one_is_due_when_its_lease_has_run_out(store: Store) -> None:
    def next_due() -> object:
        with store.read() as tx:
            return tx.outbox.next_due_at()

    assert next_due() is None
    add(store, item("done", state="done", next_at=later(days=-1)), item("late", next_at=later(hours=1)))
    assert next_due() == later(hours=1)
    add(store, item("a"))
    assert next_due() == NOW
    claim(store)
    assert next_due() == later(seconds=60)


def test_workers_at_once_never_claim_the_same(store: Store) -> None:
    add(store, *(item(f"{number:03}", next_at=later(seconds=-(number % 7))) for number in range(60)))

    def work(_: int) -> list[str]:
        mine: list[str] = []
        while claimed := claim(store, limit=3):
            mine += [each.id for each in claimed]
        return mine

    with ThreadPoolExecutor(4) as threads:
        claimed = Counter(each for mine in threads.map(work, range(4)) for each in mine)
    assert len(claimed) == 60
    assert set(claimed.values()) == {1}


def test_claims_do_not_wait_for_each_other_on_postgres(postgres_store: Store) -> None:
    add(postgres_store, *(item(each) for each in "abcd"))
    with postgres_store.write() as one, postgres_store.write() as two:
        assert ids(one.outbox.claim(now=NOW, lease_seconds=60, limit=2)) == "ab"
        assert ids(two.outbox.claim(now=NOW, lease_seconds=60, limit=9)) == "cd"


def test_a_claim_that_is_rolled_back_never_was(store: Store) -> None:
    add(store, item("a"))

    def dies() -> None:
        with store.write() as tx:
            assert tx.outbox.claim(now=NOW, lease_seconds=60, limit=1)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        dies()
    assert claim(store)[0].attempts == 1

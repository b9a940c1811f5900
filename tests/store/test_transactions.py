"""A transaction lands whole or not at all, and readers never wait."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from sip_workflow.domain.rows import KeptMessage, Setting
from sip_workflow.store import Busy, Duplicate, Store, StoreError
from tests.store.samples import PARENT, add_parents, make, put, values
from tests.support.databases import url_of


@pytest.fixture
def second(store: Store) -> Iterator[Store]:
    """The same database for an impatient second program."""
    other = Store(url=url_of(store), busy_seconds=0.2)
    yield other
    other.close()


def fails_half_way(store: Store, error: BaseException) -> None:
    with store.write() as tx:
        tx.settings.add(Setting(id="half", value="1"))
        raise error


@pytest.mark.parametrize("error", [ValueError("no"), KeyboardInterrupt(), SystemExit()])
def test_an_exception_leaves_nothing_behind(store: Store, error: BaseException) -> None:
    put(store, before="1")
    with pytest.raises(type(error)) as raised:
        fails_half_way(store, error)
    assert raised.value is error
    assert values(store) == {"before": "1"}
    put(store, after="1")
    assert values(store) == {"before": "1", "after": "1"}


def test_a_refused_statement_loses_the_transaction(store: Store) -> None:
    """Also where it is caught: on PostgreSQL nothing after it would count, so nothing counts on SQLite."""
    put(store, there="1")

    def goes_on_regardless() -> None:
        with store.write() as tx:
            tx.settings.add(Setting(id="new", value="1"))
            with pytest.raises(Duplicate):
                tx.settings.add(Setting(id="there", value="2"))

    with pytest.raises(Duplicate):
        goes_on_regardless()
    assert values(store) == {"there": "1"}


def test_a_refused_commit_leaves_no_transaction_open(store: Store) -> None:
    with store.write() as tx:
        add_parents(tx)
    for _ in range(20):
        with pytest.raises(StoreError, match=r"^commit: .*") as refused, store.write() as tx:
            tx.tasks.change(PARENT, instance_id="nobody")
        assert "nobody" not in str(refused.value)
    put(store, after="1")
    assert values(store) == {"after": "1"}


def test_a_reading_transaction_cannot_write(store: Store) -> None:
    with store.read() as tx:
        with pytest.raises(RuntimeError, match="cannot write"):
            tx.settings.add(Setting(id="a", value="1"))
        with pytest.raises(RuntimeError, match="cannot write"):
            tx.settings.add_all([Setting(id=each, value="1") for each in "ab"])
        with pytest.raises(RuntimeError, match="cannot write"):
            tx.lock_case("a")
        assert tx.settings.count() == 0


def test_readers_and_the_writer_do_not_wait(store: Store, second: Store) -> None:
    put(store, a="old")
    with store.write() as writer:
        writer.settings.change("a", value="new")
        assert values(second) == {"a": "old"}
    assert values(second) == {"a": "new"}
    with second.read() as reader:
        assert reader.settings.get("a").value == "new"
        put(store, b="1")
        with store.write() as writer:
            writer.settings.change("a", value="newest")
        # One snapshot from beginning to end.
        assert reader.settings.get("a").value == "new"
        assert reader.settings.count() == 1
    assert values(second) == {"a": "newest", "b": "1"}


def test_a_locked_case_is_busy_for_others(store: Store, second: Store) -> None:
    with store.write() as tx:
        add_parents(tx)
    with store.write() as tx:
        case = tx.lock_case(PARENT)
        assert case == tx.cases.get(PARENT)
        with pytest.raises(Busy), second.write() as other:
            other.lock_case(PARENT)
    with second.write() as other:
        assert other.lock_case(PARENT) == case


def test_rows_of_a_locked_case_may_be_added_on_postgres(postgres_store: Store) -> None:
    """A delivery notes its history while a command holds the case."""
    with postgres_store.write() as tx:
        add_parents(tx)
    with postgres_store.write() as tx, postgres_store.write() as other:
        tx.lock_case(PARENT)
        other.cases.get(PARENT)
        tx.cases.change(PARENT, consent_attempts=5)
        other.kept_messages.add(make(KeptMessage, id="m"))
    with postgres_store.read() as tx:
        assert tx.kept_messages.count() == 1


def test_the_case_lock_makes_one_of_many_at_a_time(store: Store) -> None:
    with store.write() as tx:
        add_parents(tx)

    def commands(_: int) -> None:
        for _each in range(20):
            with store.write() as tx:
                tx.cases.change(PARENT, consent_attempts=tx.lock_case(PARENT).consent_attempts + 1)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(commands, range(4)))
    with store.read() as tx:
        assert tx.cases.get(PARENT).consent_attempts == 80

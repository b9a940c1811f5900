"""An instance is only replaced by who has read its latest version."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from sip_workflow.domain.rows import Instance, Setting
from sip_workflow.store import Conflict, Store
from tests.store.samples import PARENT, add_parents, later, make, values


@pytest.fixture
def instance(store: Store) -> Instance:
    with store.write() as tx:
        add_parents(tx)
        tx.instances.add(make(Instance, id="i", state=b"one"))
        return tx.instances.get("i")


def save(store: Store, instance: Instance, *, was_version: int) -> None:
    with store.write() as tx:
        tx.instances.save(instance, was_version=was_version)


def test_all_that_can_change_is_saved(store: Store, instance: Instance) -> None:
    changed = replace(
        instance,
        version=2,
        state=b"two",
        status="incident",
        incident="state_unreadable",
        key="other",
        subject={"task": 1},
        ended_at=later(hours=1),
    )
    save(store, changed, was_version=1)
    with store.read() as tx:
        assert tx.instances.get("i") == changed
        assert tx.instances.get(PARENT).state == b"\x00\xff"


def test_the_second_of_two_is_in_conflict(store: Store, instance: Instance) -> None:
    save(store, replace(instance, version=2, state=b"first"), was_version=1)

    def second() -> None:
        with store.write() as tx:
            tx.settings.add(Setting(id="with it", value="1"))
            tx.instances.save(replace(instance, version=2, state=b"second"), was_version=1)

    with pytest.raises(Conflict):
        second()
    assert values(store) == {}
    with store.read() as tx:
        assert tx.instances.get("i").state == b"first"


def test_one_that_is_not_there_is_a_conflict(store: Store, instance: Instance) -> None:
    with pytest.raises(Conflict):
        save(store, replace(instance, id="nobody", version=2), was_version=1)


def test_the_version_must_rise(store: Store, instance: Instance) -> None:
    with pytest.raises(ValueError, match="version must rise"):
        save(store, instance, was_version=1)


def test_of_many_at_once_one_wins(store: Store, instance: Instance) -> None:
    def attempt(number: int) -> bool:
        try:
            save(store, replace(instance, version=2, state=bytes([number])), was_version=1)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(6) as threads:
        won = list(threads.map(attempt, range(6)))
    assert won.count(True) == 1
    with store.read() as tx:
        assert tx.instances.get("i").state == bytes([won.index(True)])


def test_a_conflict_that_is_caught_still_loses_the_transaction(store: Store, instance: Instance) -> None:
    def goes_on_regardless() -> None:
        with store.write() as tx:
            tx.settings.add(Setting(id="with it", value="1"))
            with pytest.raises(Conflict):
                tx.instances.save(replace(instance, version=9), was_version=8)

    with pytest.raises(Conflict):
        goes_on_regardless()
    assert values(store) == {}

"""Loading is safe to repeat: it mends what differs and leaves the rest alone."""

from pathlib import Path

import pytest

from sip_workflow.domain.register import Principal
from sip_workflow.store import Store
from sip_workflow.training import load, read_material


@pytest.fixture
def store(tmp_path: Path):
    store = Store(url=f"sqlite:///{tmp_path}/sip.db")
    store.upgrade()
    yield store
    store.close()


def test_what_is_loaded_is_the_material(store: Store) -> None:
    material = read_material()
    done = load(store=store)
    assert done == {
        "principals": len(material.principals),
        "units": len(material.units),
        "users": len(material.users),
        "memberships": len(material.memberships),
        "persons": len(material.persons),
    }
    with store.read() as tx:
        for record in material.units:
            assert tx.units.get(record.id) == record
        for record in material.persons:
            assert tx.persons.get(record.id) == record
        assert tx.users.count() == len(material.users)


def test_again_does_nothing(store: Store) -> None:
    load(store=store)
    assert set(load(store=store).values()) == {0}


def test_what_was_changed_is_mended_and_what_was_added_stays(store: Store) -> None:
    load(store=store)
    own = Principal(id="egen", name="Egen kommun", kind="municipality")
    with store.write() as tx:
        tx.units.change("SE2120009901-1001", name="Ett annat namn")
        tx.principals.add(own)
    assert load(store=store) == {"principals": 0, "units": 1, "users": 0, "memberships": 0, "persons": 0}
    with store.read() as tx:
        assert tx.units.get("SE2120009901-1001").name == "Socialtjänstens mottagning, Ekbacka kommun"
        assert tx.principals.get("egen") == own

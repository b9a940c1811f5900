"""Puts the training material into the database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any, Protocol

from sip_workflow.store import NotFound, Store, Transaction
from sip_workflow.training.material import Material, read_material


class _HasId(Protocol):
    @property
    def id(self) -> str: ...


def load(*, store: Store, material: Material | None = None) -> dict[str, int]:
    """Load the material in one transaction; the number of records added or mended, by kind.

    What somebody has added beside it stays.
    """
    material = material or read_material()
    with store.write() as tx:
        return {
            name: sum(_put(records, record) for record in wanted)
            for name, records, wanted in _tables(tx, material)
        }


def _tables(tx: Transaction, material: Material) -> Iterator[tuple[str, Any, Iterable[_HasId]]]:
    """In the order that references between them ask for."""
    yield "principals", tx.principals, material.principals
    yield "units", tx.units, material.units
    yield "users", tx.users, material.users
    yield "memberships", tx.memberships, material.memberships
    yield "persons", tx.persons, material.persons


def _put(records: Any, wanted: Any) -> bool:
    """Add the record, or mend it; whether anything was done."""
    try:
        present = records.get(wanted.id)
    except NotFound:
        records.add(wanted)
        return True
    if present == wanted:
        return False
    columns = asdict(wanted)
    del columns["id"]
    records.change(wanted.id, **columns)
    return True

"""How a record becomes a table: one column for each field, its type from the annotation.

So the records of ``domain`` are the only list of columns there is. A table adds what a
dataclass cannot say: key, references, unique values, indexes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import date, datetime
from enum import StrEnum
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.types import TypeEngine

from sip_workflow.store.types import Code, Json, UtcDateTime

NAMES = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
}
"""Every constraint has a name, so that a migration can name it on both databases."""

metadata = MetaData(naming_convention=NAMES)

_TYPES: Mapping[type, TypeEngine[Any]] = {
    str: Text(),
    # SQLite numbers rows itself only in a column declared INTEGER.
    int: BigInteger().with_variant(Integer(), "sqlite"),
    bool: Boolean(),
    bytes: LargeBinary(),
    date: Date(),
    datetime: UtcDateTime(),
    dict: Json(),
    list: Json(),
}

_KEYS = {"bundles": "hash"}
"""The tables whose key is not ``id``."""

_WRITTEN_LATER = ("instances", "tasks")
"""Rows that a command writes at its end: references to them are checked when the transaction commits."""


def table(
    name: str,
    record: type,
    *,
    references: Mapping[str, str] | None = None,
    unique: Iterable[tuple[str, ...]] = (),
    indexes: Iterable[tuple[str, ...]] = (),
) -> Table:
    """The table of a record. ``references`` is column → table, always that table's key."""
    columns = _columns(record, key=_KEYS.get(name, "id"), references=references or {})
    return Table(
        name,
        metadata,
        *columns,
        *(UniqueConstraint(*names) for names in unique),
        *(Index(None, *names) for names in indexes),
    )


def _columns(record: type, *, key: str, references: Mapping[str, str]) -> list[Column[Any]]:
    hints = get_type_hints(record)
    columns: list[Column[Any]] = []
    for field in fields(record):
        kind, nullable = _kind(hints[field.name])
        reference = references.get(field.name)
        columns.append(
            Column(
                field.name,
                Code(kind) if issubclass(kind, StrEnum) else _TYPES[kind],
                *([_reference(reference)] if reference else []),
                primary_key=field.name == key,
                nullable=nullable and field.name != key,
            )
        )
    return columns


def _reference(parent: str) -> ForeignKey:
    target = f"{parent}.{_KEYS.get(parent, 'id')}"
    if parent in _WRITTEN_LATER:
        return ForeignKey(target, deferrable=True, initially="DEFERRED")
    return ForeignKey(target)


def _kind(hint: object) -> tuple[type, bool]:
    """The type of a field without its ``None``, and whether ``None`` is allowed."""
    nullable = isinstance(hint, UnionType) and NoneType in get_args(hint)
    if nullable:
        (hint,) = (each for each in get_args(hint) if each is not NoneType)
    origin = get_origin(hint)
    kind = origin if origin is not None else hint
    if not isinstance(kind, type):
        raise TypeError(f"no column type for {hint!r}")
    return kind, nullable

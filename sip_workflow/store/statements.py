"""The statements of one table, each built once and kept.

SQLAlchemy compiles a statement object once for each database and finds the result again by
the object's cached key, so a repeated statement costs little more than the driver's own.
What may vary – which columns are compared, in which order, whether there is a limit – is
the shape; the values are always parameters.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from operator import attrgetter
from typing import Any, Generic, TypeVar

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Delete,
    Executable,
    Insert,
    Select,
    Table,
    Update,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from sip_workflow.store.types import Json

T = TypeVar("T")

Shape = tuple[tuple[str, str], ...]
"""Which columns are compared, and how: ``is`` (equal), ``in`` or ``null``."""

THE_KEY = "the_key"
LIMIT = "the_limit"


class Statements(Generic[T]):
    """The statements of the table that holds records of one type."""

    def __init__(self, record: type[T], table: Table) -> None:
        self.record = record
        self.table = table
        self.name = table.name
        self.columns = table.c
        self.names = tuple(field.name for field in fields(record))  # type: ignore[arg-type]
        (self.key,) = table.primary_key.columns
        self._values: Callable[[T], tuple[Any, ...]] = attrgetter(*self.names)
        self._selects: dict[tuple[Shape, Sequence[str], bool], Select[Any]] = {}
        self._deletes: dict[Shape, Delete] = {}
        self._counts: dict[Shape, Select[Any]] = {}
        is_key = self.key == bindparam(THE_KEY)
        self.by_key = select(table).where(is_key)
        # Rows that refer to this one may still be written by others while it is locked.
        self.by_key_locked = self.by_key.with_for_update(key_share=True)
        self.insert: Insert = insert(table).inline()
        self.update_by_key: Update = update(table).where(is_key)
        self._inserts_once: Mapping[str, Executable] = {
            "sqlite": sqlite.insert(table).on_conflict_do_nothing(),
            "postgresql": postgresql.insert(table).on_conflict_do_nothing(),
        }

    # -- between records and rows ----------------------------------------------------------------

    def values(self, record: T) -> dict[str, Any]:
        """A record's values by column; a key that the database gives is left out."""
        values = dict(zip(self.names, self._values(record), strict=True))
        if values[self.key.name] is None:
            del values[self.key.name]
        return values

    def to_record(self, row: Sequence[Any]) -> T:
        """A row of this table as a record."""
        return self.record(**dict(zip(self.names, row, strict=True)))

    # -- shapes ----------------------------------------------------------------------------------

    def shape(self, equals: Mapping[str, Any]) -> tuple[Shape, dict[str, Any]]:
        """The shape of a comparison and its parameters.

        A list, tuple or set means one of them, ``None`` means NULL. Raises ``TypeError`` for a
        column that the table lacks or that cannot be compared.
        """
        shape: list[tuple[str, str]] = []
        parameters: dict[str, Any] = {}
        for name, value in equals.items():
            self.check(name)
            if value is None:
                shape.append((name, "null"))
            elif isinstance(value, list | tuple | set | frozenset):
                if None in value:
                    raise TypeError(f"{self.name}.{name}: None cannot stand in a list of values")
                shape.append((name, "in"))
                parameters[f"is_{name}"] = list(value)
            else:
                shape.append((name, "is"))
                parameters[f"is_{name}"] = value
        return tuple(shape), parameters

    def check(self, name: str) -> None:
        """Raise ``TypeError`` unless the table has such a column and it can be compared."""
        if name not in self.columns:
            raise TypeError(f"{self.name} has no column {name}")
        if isinstance(self.columns[name].type, Json):
            raise TypeError(f"{self.name}.{name} is JSON and cannot be compared")

    def _where(self, shape: Shape) -> list[ColumnElement[bool]]:
        conditions: list[ColumnElement[bool]] = []
        for name, how in shape:
            column = self.columns[name]
            if how == "null":
                conditions.append(column.is_(None))
            elif how == "in":
                conditions.append(column.in_(bindparam(f"is_{name}", expanding=True)))
            else:
                conditions.append(column == bindparam(f"is_{name}"))
        return conditions

    # -- statements by shape ---------------------------------------------------------------------

    def select(self, shape: Shape, *, order_by: Sequence[str], limited: bool) -> Select[Any]:
        """Rows of a shape in an order: column names, with ``-`` in front for the last one first."""
        known = (shape, order_by, limited)
        statement = self._selects.get(known)
        if statement is None:
            statement = select(self.table).where(*self._where(shape)).order_by(*self._order(order_by))
            if limited:
                statement = statement.limit(bindparam(LIMIT, type_=BigInteger()))
            self._selects[known] = statement
        return statement

    def _order(self, names: Sequence[str]) -> list[ColumnElement[Any]]:
        order: list[ColumnElement[Any]] = []
        for name in names:
            self.check(name.removeprefix("-"))
            column = self.columns[name.removeprefix("-")]
            order.append(column.desc() if name.startswith("-") else column.asc())
        # Equal rows come in the order of their keys, so that the same question has one answer.
        if self.key.name not in {name.removeprefix("-") for name in names}:
            order.append(self.key.desc() if names and names[-1].startswith("-") else self.key.asc())
        return order

    def delete(self, shape: Shape) -> Delete:
        """Delete the rows of a shape."""
        statement = self._deletes.get(shape)
        if statement is None:
            statement = self._deletes[shape] = delete(self.table).where(*self._where(shape))
        return statement

    def count(self, shape: Shape) -> Select[Any]:
        """Count the rows of a shape."""
        statement = self._counts.get(shape)
        if statement is None:
            counted = select(func.count()).select_from(self.table).where(*self._where(shape))
            statement = self._counts[shape] = counted
        return statement

    def insert_once(self, dialect: str) -> Executable:
        """Insert a row unless its unique values are there already."""
        return self._inserts_once[dialect]

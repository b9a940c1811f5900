"""The statements of one table, each built once and kept.

What may vary – which columns are compared, in which order, whether there is a limit – is the
shape; the values are always parameters.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from operator import attrgetter
from typing import Any, Generic, TypeVar

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
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
from sqlalchemy.types import TypeEngine

from sip_workflow.store.prepared import Statement
from sip_workflow.store.types import Json

T = TypeVar("T")

Shape = tuple[tuple[str, int | None], ...]
"""The columns compared, each with how many values it is one of; 0 stands for NULL, None for "equal"."""

THE_KEY = "the_key"
LIMIT = "the_limit"


def limited_to() -> BindParameter[int]:
    """How many rows at most."""
    return bindparam(LIMIT, type_=BigInteger())


def one_of(name: str, values: Sequence[Any]) -> tuple[int, dict[str, Any]]:
    """The size of a list in a statement, and its parameters.

    Sizes are powers of two, the last value repeated, so that there are few statements to keep.
    """
    size = 1 << (len(values) - 1).bit_length()
    padded = [*values, *[values[-1]] * (size - len(values))]
    return size, {f"{name}_{index}": value for index, value in enumerate(padded)}


class Statements(Generic[T]):
    """The statements of the table that holds records of one type."""

    def __init__(self, record: type[T], table: Table) -> None:
        self.table = table
        self.name = table.name
        self._record = record
        self._names = tuple(field.name for field in fields(record))  # type: ignore[arg-type]
        self._values: Callable[[T], tuple[Any, ...]] = attrgetter(*self._names)
        (self.key,) = table.primary_key.columns
        is_key = self.key == bindparam(THE_KEY)
        self.by_key = self.rows(select(table).where(is_key))
        # Rows that refer to this one may still be written by others while it is locked.
        self.by_key_locked = self.rows(select(table).where(is_key).with_for_update(key_share=True))
        self.delete_by_key: Statement[Any] = Statement(delete(table).where(is_key), about=self.name)
        given = [name for name in self._names if name != self.key.name or self.key.type.python_type is str]
        self.insert = self.setting(insert(table).inline(), columns=given)
        self.insert_once: Mapping[str, Statement[Any]] = {
            "sqlite": self.setting(sqlite.insert(table).on_conflict_do_nothing(), columns=given),
            "postgresql": self.setting(postgresql.insert(table).on_conflict_do_nothing(), columns=given),
        }
        self._is_key = is_key
        self._updates: dict[tuple[str, ...], Statement[Any]] = {}
        self._selects: dict[tuple[Shape, Sequence[str], bool], Statement[T]] = {}
        self._deletes: dict[Shape, Statement[Any]] = {}
        self._counts: dict[Shape, Statement[int]] = {}

    # -- making statements -----------------------------------------------------------------------

    def rows(self, construct: Select[Any] | Any) -> Statement[T]:
        """A statement that gives whole rows of this table."""
        gives: list[TypeEngine[Any]] = [column.type for column in self.table.columns]
        return Statement(construct, about=self.name, gives=gives, record=self._record)

    def setting(self, construct: Insert | Update, *, columns: Sequence[str]) -> Statement[Any]:
        """A statement that sets columns from parameters of the same names."""
        return Statement(construct, about=self.name, columns=columns)

    def values(self, record: T) -> dict[str, Any]:
        """A record's values by column."""
        return dict(zip(self._names, self._values(record), strict=True))

    # -- shapes ----------------------------------------------------------------------------------

    def shape(self, equals: Mapping[str, Any]) -> tuple[Shape, dict[str, Any]] | None:
        """The shape of a comparison and its parameters; None when no row can be equal.

        A list, tuple or set means one of them, ``None`` means NULL. Raises ``TypeError`` for a
        column that the table lacks or that cannot be compared.
        """
        shape: list[tuple[str, int | None]] = []
        parameters: dict[str, Any] = {}
        for name, value in equals.items():
            self._check(name, is_null=value is None)
            if value is None:
                shape.append((name, 0))
            elif isinstance(value, list | tuple | set | frozenset):
                values = list(value)
                if None in values:
                    raise TypeError(f"{self.name}.{name}: None cannot stand in a list of values")
                if not values:
                    return None
                size, several = one_of(f"is_{name}", values)
                shape.append((name, size))
                parameters |= several
            else:
                shape.append((name, None))
                parameters[f"is_{name}"] = value
        return tuple(shape), parameters

    def _check(self, name: str, *, is_null: bool = False) -> None:
        if name not in self.table.c:
            raise TypeError(f"{self.name} has no column {name}")
        if isinstance(self.table.c[name].type, Json) and not is_null:
            raise TypeError(f"{self.name}.{name} is JSON and cannot be compared")

    def _where(self, shape: Shape) -> list[ColumnElement[bool]]:
        conditions: list[ColumnElement[bool]] = []
        for name, size in shape:
            column = self.table.c[name]
            if size is None:
                conditions.append(column == bindparam(f"is_{name}"))
            elif size == 0:
                conditions.append(column.is_(None))
            else:
                values = [bindparam(f"is_{name}_{each}", type_=column.type) for each in range(size)]
                conditions.append(column.in_(values))
        return conditions

    # -- statements by shape ---------------------------------------------------------------------

    def select(self, shape: Shape, *, order_by: Sequence[str], limited: bool) -> Statement[T]:
        """Rows of a shape in an order: column names, with ``-`` in front for the last one first."""
        known = (shape, order_by, limited)
        statement = self._selects.get(known)
        if statement is None:
            construct = select(self.table).where(*self._where(shape)).order_by(*self._order(order_by))
            statement = self._selects[known] = self.rows(
                construct.limit(limited_to()) if limited else construct
            )
        return statement

    def _order(self, names: Sequence[str]) -> list[ColumnElement[Any]]:
        order: list[ColumnElement[Any]] = []
        for name in names:
            self._check(name.removeprefix("-"))
            column = self.table.c[name.removeprefix("-")]
            # What is missing comes last, both ways; the databases disagree on it when they are not told.
            direction = column.desc() if name.startswith("-") else column.asc()
            order.append(direction.nulls_last() if column.nullable else direction)
        # Equal rows come in the order of their keys, so that the same question has one answer.
        order.append(self.key.desc() if names and names[-1].startswith("-") else self.key.asc())
        return order

    def update(self, columns: tuple[str, ...]) -> Statement[Any]:
        """Set columns of the row with a key."""
        statement = self._updates.get(columns)
        if statement is None:
            for name in columns:
                if name not in self.table.c:
                    raise TypeError(f"{self.name} has no column {name}")
            construct = update(self.table).where(self._is_key)
            statement = self._updates[columns] = self.setting(construct, columns=columns)
        return statement

    def delete(self, shape: Shape) -> Statement[Any]:
        """Delete the rows of a shape."""
        statement = self._deletes.get(shape)
        if statement is None:
            construct = delete(self.table).where(*self._where(shape))
            statement = self._deletes[shape] = Statement(construct, about=self.name)
        return statement

    def count(self, shape: Shape) -> Statement[int]:
        """Count the rows of a shape."""
        statement = self._counts.get(shape)
        if statement is None:
            construct = select(func.count()).select_from(self.table).where(*self._where(shape))
            statement = self._counts[shape] = Statement(construct, about=self.name, gives=[BigInteger()])
        return statement

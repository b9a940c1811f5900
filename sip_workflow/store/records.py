"""Records of one type in one table: add, get, find, change, remove, count."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Generic, TypeVar

from sip_workflow.store.connection import Connection
from sip_workflow.store.errors import NotFound
from sip_workflow.store.statements import LIMIT, THE_KEY, Statements

T = TypeVar("T")


class Records(Generic[T]):
    """The records of one type, in one transaction.

    Comparisons are by equality: a list, tuple or set means one of them, ``None`` means NULL.
    Every method may raise ``Busy``; what breaks a rule of the tables raises ``Duplicate`` or
    ``Inconsistent``, and the transaction is then lost.
    """

    def __init__(self, connection: Connection, statements: Statements[T]) -> None:
        self._connection = connection
        self._statements = statements

    # -- one row ---------------------------------------------------------------------------------

    def add(self, record: T | Sequence[T]) -> None:
        """Insert a record, or several. Raises ``Duplicate``."""
        if isinstance(record, Sequence):
            self.add_all(record)
        else:
            self._connection.change(self._statements.insert, self._statements.values(record))

    def add_all(self, records: Iterable[T]) -> None:
        """Insert records in their order; none is as good as any. Raises ``Duplicate``."""
        values = [self._statements.values(record) for record in records]
        self._connection.change_each(self._statements.insert, values)

    def add_once(self, record: T) -> bool:
        """Insert a record unless its key or other unique values are there; say whether it was."""
        statement = self._statements.insert_once[self._connection.dialect.name]
        return self._connection.change(statement, self._statements.values(record)) == 1

    def get(self, key: str | int) -> T:
        """The record with that key. Raises ``NotFound``."""
        for record in self._connection.read(self._statements.by_key, {THE_KEY: key}):
            return record
        raise NotFound(f"{self._statements.name}: no row with that key")

    def change(self, key: str | int, **columns: Any) -> None:
        """Set columns of the record with that key. Raises ``NotFound``."""
        if not columns:
            raise TypeError(f"{self._statements.name}: no column to change")
        statement = self._statements.update(tuple(columns))
        columns[THE_KEY] = key
        if self._connection.change(statement, columns) == 0:
            raise NotFound(f"{self._statements.name}: no row with that key")

    # -- rows that are equal in something --------------------------------------------------------

    def find(
        self, *, order_by: str | tuple[str, ...] = (), limit: int | None = None, **equals: Any
    ) -> list[T]:
        """Records in an order: column names, ``-`` in front for the last one first, then the key.

        Rows without the value come last, both ways.
        """
        compared = self._statements.shape(equals)
        if compared is None:
            return []
        shape, parameters = compared
        if limit is not None:
            parameters[LIMIT] = limit
        order = (order_by,) if isinstance(order_by, str) else order_by
        statement = self._statements.select(shape, order_by=order, limited=limit is not None)
        return self._connection.read(statement, parameters)

    def find_one(self, *, order_by: str | tuple[str, ...] = (), **equals: Any) -> T | None:
        """The first of the records that ``find`` would give, or None."""
        found = self.find(order_by=order_by, limit=1, **equals)
        return found[0] if found else None

    def remove(self, **equals: Any) -> int:
        """Delete records and say how many. Raises ``TypeError`` when nothing is compared."""
        if not equals:
            raise TypeError(f"{self._statements.name}: all rows at once are never removed")
        compared = self._statements.shape(equals)
        if compared is None:
            return 0
        shape, parameters = compared
        return self._connection.change(self._statements.delete(shape), parameters)

    def _remove_all(self, records: Iterable[T]) -> None:
        """Delete records by their keys."""
        key = self._statements.key.name
        keys = [{THE_KEY: getattr(record, key)} for record in records]
        self._connection.change_each(self._statements.delete_by_key, keys)

    def count(self, **equals: Any) -> int:
        """How many records there are."""
        compared = self._statements.shape(equals)
        if compared is None:
            return 0
        shape, parameters = compared
        return self._connection.read(self._statements.count(shape), parameters)[0]

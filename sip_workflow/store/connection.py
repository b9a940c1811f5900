"""A transaction's connection: runs statements, and lets no driver's error out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

import sqlalchemy

from sip_workflow.store.prepared import Parameters, Statement
from sip_workflow.store.refusals import translate

T = TypeVar("T")


class Connection:
    """One transaction's connection. After a refusal the transaction cannot be committed any more."""

    def __init__(self, raw: sqlalchemy.Connection, *, writes: bool) -> None:
        self.raw = raw
        self.dialect = raw.dialect
        self.writes = writes
        self.failure: Exception | None = None
        self._driver: Any = raw.connection.dbapi_connection
        self._errors = raw.dialect.loaded_dbapi.Error

    def read(self, statement: Statement[T], parameters: Parameters | None = None) -> list[T]:
        """The rows of a statement that changes nothing."""
        prepared = statement.prepared(self.dialect)
        values = prepared.bind(parameters or {})
        # The error is raised outside `except`, so that it does not drag the driver's own, which may name
        # values, into a log as its context.
        try:
            cursor = self._driver.cursor()
            cursor.execute(prepared.text, values)
            rows = cursor.fetchall()
        except (self._errors, UnicodeError) as error:
            failure = translate(error, about=statement.about)
        else:
            make = prepared.make
            return [make(row) for row in rows]
        raise self.lost(failure)

    def take(self, statement: Statement[T], parameters: Parameters) -> list[T]:
        """The rows of a statement that locks or changes them."""
        self._must_write()
        return self.read(statement, parameters)

    def change(self, statement: Statement[Any], parameters: Parameters) -> int:
        """Run a statement that changes rows, and say how many."""
        self._must_write()
        prepared = statement.prepared(self.dialect)
        values = prepared.bind(parameters)
        try:
            cursor = self._driver.cursor()
            cursor.execute(prepared.text, values)
            changed: int = cursor.rowcount
        except (self._errors, UnicodeError) as error:
            failure = translate(error, about=statement.about)
        else:
            return changed
        raise self.lost(failure)

    def change_each(self, statement: Statement[Any], parameters: Sequence[Parameters]) -> None:
        """Run a statement that changes rows once for each of several parameters."""
        if len(parameters) < 2:
            for each in parameters:
                self.change(statement, each)
            return
        self._must_write()
        prepared = statement.prepared(self.dialect)
        values = [prepared.bind(each) for each in parameters]
        try:
            self._driver.cursor().executemany(prepared.text, values)
        except (self._errors, UnicodeError) as error:
            failure = translate(error, about=statement.about)
        else:
            return
        raise self.lost(failure)

    def commit(self) -> None:
        """Commit. Raises what was refused when someone caught that and went on.

        (PostgreSQL would answer such a commit with a silent rollback.)
        """
        if self.failure is not None:
            raise self.failure
        try:
            self._driver.commit()
        except self._errors as error:
            failure = translate(error, about="commit")
        else:
            return
        raise self.lost(failure)

    def _must_write(self) -> None:
        if not self.writes:
            # On SQLite it would try to become a writer and be refused at once when there is another.
            raise RuntimeError("a reading transaction cannot write")

    def lost(self, failure: Exception) -> Exception:
        """Note that the transaction is lost, whoever catches the failure; give it back to be raised."""
        self.failure = failure
        if getattr(self._driver, "closed", False):
            # The pool would try to roll it back, and say aloud that it could not.
            self.raw.invalidate()
        return failure

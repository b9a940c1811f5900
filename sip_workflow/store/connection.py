"""A transaction's connection: runs statements and says what went wrong without saying a value."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy
from sqlalchemy import CursorResult, Executable
from sqlalchemy.exc import DBAPIError, SQLAlchemyError, StatementError
from sqlalchemy.exc import TimeoutError as NoneFree

from sip_workflow.store.errors import Busy, Duplicate, Inconsistent, NotReady, StoreError

Parameters = Mapping[str, Any] | Sequence[Mapping[str, Any]]

# SQLite's primary result codes: locked by others, out of room, away.
_SQLITE_BUSY = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_INTERRUPT,
}
_SQLITE_UNIQUE = {
    sqlite3.SQLITE_CONSTRAINT_UNIQUE,
    sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY,
    sqlite3.SQLITE_CONSTRAINT_ROWID,
}

# PostgreSQL's SQLSTATE classes: connection, rolled back by the server, resources, operator, system; and
# single states: lock not available, idle too long, transaction too long.
_POSTGRES_BUSY = ("08", "40", "53", "57", "58", "55P03", "25P03", "25P04")
_POSTGRES_UNIQUE = "23505"
_POSTGRES_NO_TABLE = ("42P01", "42703")


class Connection:
    """One transaction's connection. After a refusal the transaction cannot be committed any more."""

    def __init__(self, connection: sqlalchemy.Connection, *, writes: bool) -> None:
        self.raw = connection
        self.writes = writes
        self.dialect = connection.dialect.name
        self.failure: Exception | None = None

    def read(self, statement: Executable, parameters: Parameters | None = None) -> CursorResult[Any]:
        """Run a statement that changes nothing."""
        # The error is raised outside `except`, so that it does not drag the driver's own, which may name
        # values, into a log as its context.
        try:
            return self.raw.execute(statement, parameters)
        except SQLAlchemyError as error:
            self.failure = translate(error)
        except UnicodeError:
            self.failure = ValueError("text that is not valid Unicode cannot be stored")
        raise self.failure

    def write(self, statement: Executable, parameters: Parameters | None = None) -> CursorResult[Any]:
        """Run a statement that changes something. Raises ``RuntimeError`` in a reading transaction."""
        if not self.writes:
            # On SQLite it would try to become a writer and be refused at once when there is another.
            raise RuntimeError("a reading transaction cannot write")
        return self.read(statement, parameters)


def translate(error: SQLAlchemyError) -> Exception:
    """The store's error for the database's. No value of a row is in its text."""
    if isinstance(error, NoneFree):
        return Busy("no connection to the database became free in time")
    if isinstance(error, DBAPIError):
        if isinstance(error.orig, sqlite3.Error):
            return _of_sqlite(error.orig)
        return _of_postgres(error)
    if isinstance(error, StatementError) and isinstance(error.orig, ValueError | TypeError):
        return ValueError(str(error.orig))
    return StoreError(f"the statement could not be run ({type(error).__name__})")


def _of_sqlite(error: sqlite3.Error) -> StoreError:
    code: int = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    name: str = getattr(error, "sqlite_errorname", type(error).__name__)
    if code & 0xFF in _SQLITE_BUSY:
        return Busy(f"the database is locked, full or away ({name})")
    if code in _SQLITE_UNIQUE:
        # SQLite names the columns and nothing else: "UNIQUE constraint failed: outbox.key".
        return Duplicate(f"unique: {str(error).partition(': ')[2]}")
    if code & 0xFF == sqlite3.SQLITE_CONSTRAINT:
        return Inconsistent(
            f"{name}: {str(error).partition(': ')[2] or 'a row refers to one that is not there'}"
        )
    if "no such table" in str(error) or "no such column" in str(error):
        return NotReady("the tables are not those of this version; run the upgrade")
    return StoreError(f"the database refused the statement ({name})")


def _of_postgres(error: DBAPIError) -> StoreError:
    state: str | None = getattr(error.orig, "sqlstate", None)
    constraint: str = getattr(getattr(error.orig, "diag", None), "constraint_name", None) or ""
    if state is None and isinstance(error, sqlalchemy.exc.OperationalError | sqlalchemy.exc.InterfaceError):
        return Busy("the database is away")
    if state is None:
        return StoreError(f"the database refused the statement ({type(error.orig).__name__})")
    if state.startswith(_POSTGRES_BUSY):
        return Busy(f"the database is locked, full or away ({state})")
    if state == _POSTGRES_UNIQUE:
        return Duplicate(f"unique: {constraint}")
    if state.startswith("23"):
        return Inconsistent(f"{state}: {constraint or 'a value that must be there is missing'}")
    if state in _POSTGRES_NO_TABLE:
        return NotReady("the tables are not those of this version; run the upgrade")
    return StoreError(f"the database refused the statement ({state})")

"""What a database's refusal means, said without a value.

A driver's own text may show a row ("Key (id_number)=(…) already exists"), so none of it is
passed on but the names of tables, columns and constraints.
"""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoneFree

from sip_workflow.store.errors import Busy, Duplicate, Inconsistent, NotReady, StoreError

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

_OTHER_VERSION = "the tables are not those of this version; run the upgrade"


def translate(error: Exception, *, about: str) -> Exception:
    """The store's error for a driver's or SQLAlchemy's. ``about`` is the table or deed it was about."""
    if isinstance(error, NoneFree):
        return Busy(f"{about}: no connection to the database became free in time")
    if isinstance(error, DBAPIError) and isinstance(error.orig, Exception):
        error = error.orig
    if isinstance(error, sqlite3.Error):
        return _of_sqlite(error, about=about)
    if isinstance(error, UnicodeError):
        return ValueError(f"{about}: text that is not valid Unicode cannot be stored")
    if isinstance(error, SQLAlchemyError):
        return StoreError(f"{about}: refused ({type(error).__name__})")
    return _of_postgres(error, about=about)


def _of_sqlite(error: sqlite3.Error, *, about: str) -> StoreError:
    code: int = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK)
    name: str = getattr(error, "sqlite_errorname", type(error).__name__)
    # SQLite names tables and columns and nothing else: "UNIQUE constraint failed: outbox.key".
    what = str(error).partition(": ")[2]
    if code & 0xFF in _SQLITE_BUSY:
        return Busy(f"{about}: the database is locked, full or away ({name})")
    if code in _SQLITE_UNIQUE:
        return Duplicate(f"{about}: there is already one with the same {what}")
    if code & 0xFF == sqlite3.SQLITE_CONSTRAINT:
        return Inconsistent(f"{about}: {what or 'a row refers to one that is not there'} ({name})")
    if code == sqlite3.SQLITE_ERROR and str(error).startswith(("no such table", "no such column")):
        return NotReady(_OTHER_VERSION)
    return StoreError(f"{about}: refused ({name})")


def _of_postgres(error: Exception, *, about: str) -> StoreError:
    state: str | None = getattr(error, "sqlstate", None)
    constraint: str = getattr(getattr(error, "diag", None), "constraint_name", None) or "a value is missing"
    if state is None:
        if type(error).__name__ in ("OperationalError", "InterfaceError", "ConnectionTimeout"):
            return Busy(f"{about}: the database is away")
        return StoreError(f"{about}: refused ({type(error).__name__})")
    if state.startswith(_POSTGRES_BUSY):
        return Busy(f"{about}: the database is locked, full or away ({state})")
    if state == _POSTGRES_UNIQUE:
        return Duplicate(f"{about}: there is already one with the same ({constraint})")
    if state.startswith("23"):
        return Inconsistent(f"{about}: {constraint} ({state})")
    if state in _POSTGRES_NO_TABLE:
        return NotReady(_OTHER_VERSION)
    return StoreError(f"{about}: refused ({state})")

"""SQLite, told to keep what it commits and to let readers read.

Write-ahead log, ``synchronous=FULL`` (a commit is on the disk before it is answered), foreign
keys on. What writes begins with ``BEGIN IMMEDIATE``: a transaction that reads first and then
writes is refused at once when there is another writer, however long it may wait. What only
reads begins with a plain ``BEGIN``, so that readers and the writer never wait for each other.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event

PRAGMAS = ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON")


def open_sqlite(url: URL, *, busy_seconds: float, pool_size: int) -> Engine:
    """The engine of a file. Raises ``ValueError`` for a database in memory."""
    if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
        raise ValueError("the SQLite database must be a file: several connections share it")
    engine = create_engine(
        url,
        hide_parameters=True,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=busy_seconds,
        # Without an isolation level the driver leaves it to us to say BEGIN.
        connect_args={"timeout": busy_seconds, "isolation_level": None, "cached_statements": 512},
    )
    event.listen(engine, "connect", _prepare)
    return engine


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}").close()


def begin_sqlite(connection: Connection, *, writes: bool) -> None:
    """Begin a transaction. Raises the driver's error when another one writes for too long."""
    # Not in an event of the engine: it would ask for listeners at every statement.
    driver: Any = connection.connection.dbapi_connection
    driver.execute("BEGIN IMMEDIATE" if writes else "BEGIN")


def make_file(url: URL) -> None:
    """Make the file and its folder, both for their owner alone: there are personal data in them.

    A folder that is there keeps its rights: somebody else may have a reason to be in it.
    """
    path = Path(str(url.database))
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(mode=0o600)

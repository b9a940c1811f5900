"""Engines: what each database must be told so that a commit is durable and nothing waits for ever.

SQLite: write-ahead log, ``synchronous=FULL`` (a commit is on the disk before it is answered),
foreign keys on, ``BEGIN IMMEDIATE`` for what writes – a transaction that reads first and then
writes is refused at once when there is another writer, however long it may wait – and a plain
``BEGIN`` for what only reads, so that readers and the writer never wait for each other.

PostgreSQL: every wait has a limit, and a connection is tried before it is used.
"""

from __future__ import annotations

import math
import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url

_PRAGMAS = ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON")


def open_engine(*, url: str, busy_seconds: float, statement_seconds: float, pool_size: int) -> Engine:
    """The engine of a database. Raises ``ValueError`` for a URL of another kind; connects to nothing yet."""
    parsed = make_url(url)
    if parsed.drivername in ("sqlite", "sqlite+pysqlite"):
        return _sqlite(parsed, busy_seconds=busy_seconds, pool_size=pool_size)
    if parsed.drivername == "postgresql+psycopg":
        return _postgres(
            parsed, busy_seconds=busy_seconds, statement_seconds=statement_seconds, pool_size=pool_size
        )
    raise ValueError("the database must be sqlite:///<file> or postgresql+psycopg://…")


def _sqlite(url: URL, *, busy_seconds: float, pool_size: int) -> Engine:
    if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
        raise ValueError("the SQLite database must be a file: several connections share it")
    engine = create_engine(
        url,
        hide_parameters=True,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=busy_seconds,
        connect_args={"timeout": busy_seconds, "isolation_level": None, "cached_statements": 512},
    )
    event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}").close()


def begin(connection: Connection, *, writes: bool) -> None:
    """Begin a transaction: in SQLite's words, or on PostgreSQL with a snapshot for what only reads."""
    if connection.dialect.name == "sqlite":
        connection.begin()
        driver: Any = connection.connection.dbapi_connection
        driver.execute("BEGIN IMMEDIATE" if writes else "BEGIN")
    elif writes:
        connection.begin()
    else:
        # The server refuses writes, and what is read belongs together as it does on SQLite.
        connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True).begin()


def make_sqlite_file(engine: Engine) -> None:
    """Make the file and its folder, readable by nobody else: there are personal data in it."""
    path = Path(str(engine.url.database))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)


def _postgres(url: URL, *, busy_seconds: float, statement_seconds: float, pool_size: int) -> Engine:
    limits: dict[str, Any] = {
        "lock_timeout": f"{math.ceil(busy_seconds * 1000)}ms",
        "statement_timeout": f"{math.ceil(statement_seconds * 1000)}ms",
        "idle_in_transaction_session_timeout": f"{math.ceil(statement_seconds * 4000)}ms",
        "timezone": "UTC",
    }
    return create_engine(
        url,
        hide_parameters=True,
        pool_pre_ping=True,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=busy_seconds,
        connect_args={
            # libpq takes whole seconds and at least two.
            "connect_timeout": max(2, math.ceil(busy_seconds)),
            "application_name": "sip_workflow",
            "options": " ".join(f"-c {name}={value}" for name, value in limits.items()),
            "keepalives_idle": 30,
            "keepalives_interval": 10,
            "keepalives_count": 3,
            "tcp_user_timeout": math.ceil(statement_seconds * 1000),
        },
    )

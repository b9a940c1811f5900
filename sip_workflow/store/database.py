"""The two databases: which one a URL means, and how a transaction begins on each."""

from __future__ import annotations

from contextlib import suppress

from sqlalchemy import URL, Connection, Engine, make_url
from sqlalchemy.exc import SQLAlchemyError

from sip_workflow.store.postgres import open_postgres
from sip_workflow.store.sqlite import begin_sqlite, open_sqlite


def open_engine(*, url: str, busy_seconds: float, statement_seconds: float, pool_size: int) -> Engine:
    """The engine of a database. Raises ``ValueError`` for a URL of another kind; connects to nothing yet."""
    # SQLAlchemy's own error quotes the URL, also as another one's context; it may hold a password.
    parsed: URL | None = None
    with suppress(ValueError, SQLAlchemyError):
        parsed = make_url(url)
    if parsed is None:
        raise ValueError("the database's URL can't be read")
    if parsed.drivername in ("sqlite", "sqlite+pysqlite"):
        return open_sqlite(parsed, busy_seconds=busy_seconds, pool_size=pool_size)
    if parsed.drivername == "postgresql+psycopg":
        return open_postgres(
            parsed, busy_seconds=busy_seconds, statement_seconds=statement_seconds, pool_size=pool_size
        )
    raise ValueError("the database must be sqlite:///<file> or postgresql+psycopg://…")


def begin(connection: Connection, *, writes: bool) -> None:
    """Begin a transaction; one that only reads sees one snapshot on both databases.

    It is the driver's transaction, not SQLAlchemy's: on SQLite that one would be left open when a
    commit is refused.
    """
    if connection.dialect.name == "sqlite":
        begin_sqlite(connection, writes=writes)
    elif not writes:
        # The driver begins with the first statement; the server itself refuses what would write.
        connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

"""Versions of the tables, by Alembic, on a connection of the store's.

An upgrade is one transaction on both databases: it is done whole or not at all, and when
several programs start at once one does it and the others find it done.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

_UPGRADE_LOCK = 20171001
"""The advisory lock of upgrades on PostgreSQL: any number, as long as it stays the same."""


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def upgrade_to(connection: Connection, revision: str = "head") -> None:
    """Bring the tables up to a version, inside the connection's transaction."""
    _wait_for_others(connection)
    command.upgrade(_config(connection), revision)


def downgrade_to(connection: Connection, revision: str) -> None:
    """Take the tables back to a version, inside the connection's transaction. What they held is lost."""
    _wait_for_others(connection)
    command.downgrade(_config(connection), revision)


def _wait_for_others(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _UPGRADE_LOCK})


def current_revision(connection: Connection) -> str | None:
    """The version of the tables; None when there are none."""
    return MigrationContext.configure(connection).get_current_revision()


@cache
def head_revision() -> str | None:
    """The version that this program needs."""
    return ScriptDirectory.from_config(_config()).get_current_head()

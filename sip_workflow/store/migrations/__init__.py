"""Versions of the tables, by Alembic, on a connection of the store's.

An upgrade is one transaction on both databases: it is done whole or not at all, and when
several programs start at once one does it and the others find it done.

Whoever changes a record of ``domain`` writes a new version,
``python -m sip_workflow.store.migrations "why"``, reads it, and mends what a machine cannot
know. A version that has been released is never changed.
"""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from sqlalchemy import Connection, MetaData, text

VERSIONS = Path(__file__).parent / "versions"

_UPGRADE_LOCK = 20171001
"""The advisory lock of upgrades on PostgreSQL: any number, as long as it stays the same."""


def _config(
    connection: Connection | None = None,
    *,
    folders: Sequence[Path] = (VERSIONS,),
    metadata: MetaData | None = None,
) -> Config:
    # Alembic speaks to a person at a terminal; we do that ourselves.
    config = Config(cmd_opts=Namespace(quiet=True))
    # A % would mean another option's value.
    config.set_main_option("script_location", str(VERSIONS.parent).replace("%", "%%"))
    config.set_main_option("version_locations", os.pathsep.join(map(str, folders)).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    config.attributes["metadata"] = metadata
    return config


def upgrade_to(
    connection: Connection, revision: str = "head", *, folders: Sequence[Path] = (VERSIONS,)
) -> None:
    """Bring the tables up to a version, inside the connection's transaction."""
    _wait_for_others(connection)
    command.upgrade(_config(connection, folders=folders), revision)


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


def write_version(
    connection: Connection, *, why: str, metadata: MetaData | None = None, folder: Path = VERSIONS
) -> Path:
    """Write the version that leads from a database at the latest version to the tables; give its file."""
    script = command.revision(
        _config(connection, folders=sorted({VERSIONS, folder}), metadata=metadata),
        message=why,
        autogenerate=True,
        rev_id=f"{int(head_revision() or 0) + 1:04}",
        version_path=str(folder),
    )
    if not isinstance(script, Script):
        raise TypeError("one version at a time")
    return Path(script.path)

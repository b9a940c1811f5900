"""The worlds of the journeys: SQLite and PostgreSQL, each a fresh one for a test."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sip_workflow.store.tables import metadata
from tests.support.world import World, open_application


@pytest.fixture(scope="session")
def ready_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with definitions and training material, to copy."""
    path = tmp_path_factory.mktemp("world") / "ready.db"
    open_application(f"sqlite:///{path}").store.close()
    return path


@pytest.fixture
def sqlite_world(ready_file: Path, tmp_path: Path) -> Iterator[World]:
    """A world on SQLite."""
    path = tmp_path / "sip.db"
    shutil.copy(ready_file, path)
    application = open_application(f"sqlite:///{path}")
    yield World(application)
    application.store.close()


@pytest.fixture(scope="session")
def world_url(new_postgres_database: Callable[[], str]) -> str:
    """The URL of one PostgreSQL database for all journeys."""
    return new_postgres_database()


@pytest.fixture
def postgres_world(world_url: str) -> Iterator[World]:
    """A world on PostgreSQL."""
    application = open_application(world_url)
    with application.store.write() as tx:
        for table in reversed(metadata.sorted_tables):
            tx.connection.raw.execute(table.delete())
    application.store.close()
    application = open_application(world_url)
    yield World(application)
    application.store.close()


@pytest.fixture(params=["sqlite_world", pytest.param("postgres_world", marks=pytest.mark.postgres)])
def world(request: pytest.FixtureRequest) -> World:
    """A world on each database."""
    found: World = request.getfixturevalue(request.param)
    return found

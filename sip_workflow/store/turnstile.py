"""A turnstile before the one writer of SQLite: threads write in the order in which they came.

SQLite lets waiting writers sleep and try again, so a thread that writes without pause keeps
the others out for seconds. Threads of one process therefore wait here for their turn; other
processes are met in SQLite's own way.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from sip_workflow.store.errors import Busy


class Turnstile:
    """A lock that is handed on in the order in which it was asked for."""

    def __init__(self) -> None:
        self._guard = Lock()
        self._taken = False
        self._waiting: deque[Lock] = deque()

    @contextmanager
    def turn(self, *, seconds: float) -> Iterator[None]:
        """Hold the lock. Raises ``Busy`` when it did not come within ``seconds``."""
        self._take(seconds)
        try:
            yield
        finally:
            self._hand_on()

    def _take(self, seconds: float) -> None:
        with self._guard:
            if not self._taken:
                self._taken = True
                return
            mine = Lock()
            mine.acquire()
            self._waiting.append(mine)
        came = False
        try:
            came = mine.acquire(timeout=seconds)
        finally:
            if not came:
                self._leave(mine)
        if not came:
            raise Busy("transaction: others write for too long")

    def _leave(self, mine: Lock) -> None:
        with self._guard:
            if mine in self._waiting:
                self._waiting.remove(mine)
                return
        # The turn came at the very end of the wait: it is the next one's.
        self._hand_on()

    def _hand_on(self) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._taken = False

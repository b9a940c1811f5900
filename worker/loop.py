"""The embedded worker: the sweeps in threads of their own, inside ``sip serve`` or ``sip worker``.

Each sweep has its thread, so that a mail server that does not answer never delays a reminder. A
thread sleeps until the next thing is due, at most ``idle_seconds``: another process may have
changed the tables or moved the clock. A sweep that fails is tried again, more and more rarely up to
every ``_LONGEST_WAIT_SECONDS``; the log has the error's type and nothing else of it, since error texts
may quote what somebody wrote.
"""

from __future__ import annotations

import logging
import math
import threading
from types import TracebackType
from typing import Self

from worker.sweeps import PAUSE_SECONDS, SWEEPS, Application, Sweep, drain

IDLE_SECONDS = 1.0
_SHORTEST_WAIT_SECONDS = 0.01
_LONGEST_WAIT_SECONDS = 5.0

_log = logging.getLogger(__name__)


class Loop:
    """Runs the sweeps until it is stopped. ``with Loop(app): …`` starts and stops it."""

    def __init__(
        self, app: Application, *, pause_seconds: float = PAUSE_SECONDS, idle_seconds: float = IDLE_SECONDS
    ) -> None:
        """Keep the application and the times, in seconds; nothing runs yet."""
        self._stopping = threading.Event()
        self._threads = [
            _SweepThread(
                app,
                sweep,
                pause_seconds=pause_seconds,
                idle_seconds=idle_seconds,
                stopping=self._stopping,
            )
            for sweep in SWEEPS
        ]

    def start(self) -> None:
        """Start sweeping. A loop is started once."""
        for thread in self._threads:
            thread.start()

    def nudge(self) -> None:
        """Say that something may be due now: a hint that saves the sleep, never the guarantee."""
        for thread in self._threads:
            thread.wake.set()

    def stop(self, *, timeout_seconds: float = 15.0) -> bool:
        """Finish the transactions under way and end; False when one did not end in time.

        Nothing is lost then: what was not committed is due still.
        """
        self._stopping.set()
        self.nudge()
        for thread in self._threads:
            if thread.ident is not None:
                thread.join(timeout_seconds)
        return not self.is_running

    @property
    def is_running(self) -> bool:
        """Whether any of the sweeps is running."""
        return any(thread.is_alive() for thread in self._threads)

    def __enter__(self) -> Self:
        """Start."""
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self.stop()


class _SweepThread(threading.Thread):
    """One sweep, over and over."""

    def __init__(
        self,
        app: Application,
        sweep: Sweep,
        *,
        pause_seconds: float,
        idle_seconds: float,
        stopping: threading.Event,
    ) -> None:
        super().__init__(name=f"sweep-{sweep.name}", daemon=True)
        self.wake = threading.Event()
        self._app, self._sweep = app, sweep
        self._pause_seconds, self._idle_seconds = pause_seconds, idle_seconds
        self._stopping = stopping
        self._failures = 0

    def run(self) -> None:
        """Sweep, sleep, until told to stop."""
        while True:
            # In this order neither a stop nor a nudge is overlooked: it is seen below, or it ends the wait.
            self.wake.clear()
            if self._stopping.is_set():
                return
            self.wake.wait(self._round())

    def _round(self) -> float:
        """Sweep all that is due; how long to sleep then, in seconds."""
        try:
            if self._seconds_left() <= 0:
                drain(
                    self._app,
                    self._sweep,
                    pause_seconds=self._pause_seconds,
                    go_on=lambda: not self._stopping.is_set(),
                )
            wait = self._seconds_left()
        except Exception as error:
            # Whatever it is: the next sweep may succeed, and nobody else does this work.
            self._failures += 1
            _log.error(
                "sweep of %s failed (%s), time %d", self._sweep.name, type(error).__name__, self._failures
            )
            return min(self._idle_seconds * 2.0 ** min(self._failures - 1, 10), _LONGEST_WAIT_SECONDS)
        if self._failures:
            _log.warning("sweep of %s works again after %d failures", self._sweep.name, self._failures)
            self._failures = 0
        # What is due but was not done is somebody else's at the moment: no reason to hurry.
        return min(max(wait, _SHORTEST_WAIT_SECONDS), self._idle_seconds) if wait > 0 else self._idle_seconds

    def _seconds_left(self) -> float:
        """Seconds until the next thing is due; looking takes no lock, so an idle loop disturbs nobody."""
        due_at = self._sweep.next_due_at(self._app)
        return math.inf if due_at is None else (due_at - self._app.clock.now()).total_seconds()

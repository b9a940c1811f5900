"""The sweeps: each asks the application to do one kind of thing that is due.

A sweep may find nothing; early, late, double and interrupted sweeps are harmless, because what
is due stands in tables and is looked at again under the case's lock.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol

PAUSE_SECONDS = 0.001
"""The pause after each transaction: without it a loop keeps SQLite's other writers out."""


class Timers(Protocol):
    """The application's due timers."""

    def fire_due(self, *, now: datetime, limit: int) -> int:
        """Fire at most ``limit`` timers that are due; how many."""

    def next_due_at(self) -> datetime | None:
        """When the next timer is due."""


class Outbox(Protocol):
    """What leaves the case."""

    def deliver_due(self, *, now: datetime, limit: int) -> dict[str, int]:
        """Deliver at most ``limit`` items that are due; how many came to which end."""


class Clock(Protocol):
    """The application's clock."""

    def now(self) -> datetime:
        """The time now, aware UTC."""


class Application(Protocol):
    """The part of the application that the sweeps need."""

    @property
    def timers(self) -> Timers:
        """Its timers."""

    @property
    def outbox(self) -> Outbox:
        """Its outbox."""

    @property
    def clock(self) -> Clock:
        """Its clock."""


Sweep = Callable[[Application], int]
"""Does one thing that is due, in one transaction, and says how many it did: 0 when nothing is due."""


def fire_timers(app: Application) -> int:
    """Fire the oldest due timer."""
    return app.timers.fire_due(now=app.clock.now(), limit=1)


def deliver_outbox(app: Application) -> int:
    """Deliver the oldest due item; one that failed and waits for its next attempt counts too."""
    return sum(app.outbox.deliver_due(now=app.clock.now(), limit=1).values())


SWEEPS: Mapping[str, Sweep] = {"timers": fire_timers, "outbox": deliver_outbox}
"""All sweeps, by what they sweep. Messages need none: they are delivered inside each transaction."""


def drain(
    app: Application,
    sweep: Sweep,
    *,
    pause_seconds: float = PAUSE_SECONDS,
    go_on: Callable[[], bool] = lambda: True,
) -> int:
    """Sweep until nothing is due or ``go_on`` says no; how many things were done."""
    done = 0
    while go_on() and (number := sweep(app)):
        done += number
        time.sleep(pause_seconds)
    return done


def run_due(app: Application, *, pause_seconds: float = PAUSE_SECONDS) -> dict[str, int]:
    """Do all that is due now until nothing is; the counts by sweep.

    ``messages`` is always 0: they are delivered within the transaction that sends them.
    """
    counts = {"timers": 0, "messages": 0, "outbox": 0}
    while True:
        before = dict(counts)
        for name, sweep in SWEEPS.items():
            counts[name] += drain(app, sweep, pause_seconds=pause_seconds)
        if counts == before:
            return counts

"""The sweeps: each asks the application to do one kind of thing that is due.

A sweep may find nothing; early, late, double and interrupted sweeps are harmless, because what
is due stands in tables and is looked at again under the case's lock.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
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

    def next_due_at(self) -> datetime | None:
        """When the next item is due."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """One kind of thing that becomes due.

    ``do_one`` does the longest due, in one transaction, and says how many it did: 0 when nothing is due.
    ``next_due_at`` looks without locking anybody out.
    """

    name: str
    do_one: Callable[[Application], int]
    next_due_at: Callable[[Application], datetime | None]


TIMERS = Sweep(
    name="timers",
    do_one=lambda app: app.timers.fire_due(now=app.clock.now(), limit=1),
    next_due_at=lambda app: app.timers.next_due_at(),
)
OUTBOX = Sweep(
    name="outbox",
    # One that failed and waits for its next attempt counts too.
    do_one=lambda app: sum(app.outbox.deliver_due(now=app.clock.now(), limit=1).values()),
    next_due_at=lambda app: app.outbox.next_due_at(),
)
SWEEPS = (TIMERS, OUTBOX)
"""All sweeps. Messages need none: they are delivered inside each transaction."""


def drain(
    app: Application,
    sweep: Sweep,
    *,
    pause_seconds: float = PAUSE_SECONDS,
    go_on: Callable[[], bool] = lambda: True,
) -> int:
    """Sweep until nothing is due or ``go_on`` says no; how many things were done."""
    done = 0
    while go_on() and (number := sweep.do_one(app)):
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
        for sweep in SWEEPS:
            counts[sweep.name] += drain(app, sweep, pause_seconds=pause_seconds)
        if counts == before:
            return counts

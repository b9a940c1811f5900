"""A small application in memory: due times in lists, and a clock that can be moved."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

START = datetime(2026, 10, 5, 8, tzinfo=UTC)


class SmallApp:
    """Timers and outbox items are due times; what was done is kept in order. Errors are raised once each."""

    def __init__(self) -> None:
        self.timers, self.outbox, self.clock = _Timers(self), _Outbox(self), _Clock()
        self.lock = threading.Lock()
        self.due_timers: list[datetime] = []
        self.due_items: list[datetime] = []
        self.done: list[tuple[str, datetime]] = []
        self.errors: dict[str, list[Exception]] = {"timers": [], "outbox": []}
        self.looks = {"timers": 0, "outbox": 0}
        self.rounds = {"timers": 0, "outbox": 0}
        self.after_timer: list[datetime] = []

    def take(self, what: str, due: list[datetime], now: datetime, limit: int) -> int:
        with self.lock:
            self.rounds[what] += 1
            if self.errors[what]:
                raise self.errors[what].pop(0)
            ripe = sorted(at for at in due if at < now)[:limit]
            for at in ripe:
                due.remove(at)
                self.done.append((what, at))
        return len(ripe)

    def next(self, what: str, due: list[datetime]) -> datetime | None:
        with self.lock:
            self.looks[what] += 1
            return min(due, default=None)

    def count(self, what: str) -> int:
        with self.lock:
            return sum(name == what for name, _ in self.done)


class _Clock:
    def __init__(self) -> None:
        self.offset = timedelta()
        self._began = datetime.now(UTC)

    def now(self) -> datetime:
        return START + (datetime.now(UTC) - self._began) + self.offset


class _Timers:
    def __init__(self, app: SmallApp) -> None:
        self._app = app

    def fire_due(self, *, now: datetime, limit: int) -> int:
        fired = self._app.take("timers", self._app.due_timers, now, limit)
        if fired and self._app.after_timer:
            self._app.due_items.append(self._app.after_timer.pop(0))
        return fired

    def next_due_at(self) -> datetime | None:
        return self._app.next("timers", self._app.due_timers)


class _Outbox:
    def __init__(self, app: SmallApp) -> None:
        self._app = app

    def deliver_due(self, *, now: datetime, limit: int) -> dict[str, int]:
        return {"done": self._app.take("outbox", self._app.due_items, now, limit), "dead": 0}

    def next_due_at(self) -> datetime | None:
        return self._app.next("outbox", self._app.due_items)

"""The ticks that beat sends. They carry nothing: what is due stands in the tables."""

from __future__ import annotations

from typing import Any

TICK_SECONDS = 2.0
_EXPIRES_SECONDS = 10
"""A tick that nobody took in time is thrown away: the next ones do the same work."""

TIMERS_TASK = "sip.fire_timers"
OUTBOX_TASK = "sip.deliver_outbox"

SCHEDULE: dict[str, dict[str, Any]] = {
    name: {"task": task, "schedule": TICK_SECONDS, "options": {"expires": _EXPIRES_SECONDS}}
    for name, task in (("timers", TIMERS_TASK), ("outbox", OUTBOX_TASK))
}
"""Celery's beat schedule."""

"""Stand-ins in examples: ``@me``, ``@other_unit``, ``@working_day+P10DT10H`` and their like."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Any

from sip_workflow.domain.calendar import first_working_day

_MOMENT = re.compile(
    r"@(?P<base>now|today|working_day)\+P(?:(?P<days>\d{1,4})D)?"
    r"(?P<time>T(?:(?P<hours>\d{1,3})H)?(?:(?P<minutes>\d{1,4})M)?)?",
    re.ASCII,
)


class NoStandIn(LookupError):
    """Nobody and nothing is there to stand in: the unit has no colleague, the principal no other unit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StandIns:
    """Who and what the stand-ins stand for, for one task.

    ``me`` and ``colleague`` are usernames, the units HSA ids; None when there is none. ``now`` is aware,
    ``zone`` the local one.
    """

    now: datetime
    zone: tzinfo
    me: str | None = None
    colleague: str | None = None
    unit: str | None = None
    sister_unit: str | None = None
    other_unit: str | None = None

    def __post_init__(self) -> None:
        if self.now.tzinfo is None:
            raise ValueError("now must be aware")

    def resolve(self, value: Any) -> Any:
        """The value with every stand-in in it replaced. Raises ``NoStandIn``."""
        if isinstance(value, dict):
            return {key: self.resolve(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [self.resolve(inner) for inner in value]
        if isinstance(value, str) and value.startswith("@"):
            return self._resolved(value)
        return value

    def _resolved(self, text: str) -> str:
        if text in ("@me", "@colleague", "@unit", "@sister_unit", "@other_unit"):
            found: str | None = getattr(self, text[1:])
            if found is None:
                raise NoStandIn(text)
            return found
        moment = _MOMENT.fullmatch(text)
        return self._moment(moment) if moment else text

    def _moment(self, match: re.Match[str]) -> str:
        """``@now`` is an instant, ``@today`` a date, ``@working_day`` a date, or a local time of that day.

        ``@working_day+P10D`` is the first working day from the day ten days ahead.
        """
        days, hours, minutes = (int(match[name] or 0) for name in ("days", "hours", "minutes"))
        ahead = timedelta(days=days, hours=hours, minutes=minutes)
        local = self.now.astimezone(self.zone).replace(microsecond=0)
        if match["base"] == "now":
            return (self.now.astimezone(UTC) + ahead).astimezone(self.zone).replace(microsecond=0).isoformat()
        day = local.date() + timedelta(days=days)
        if match["base"] == "working_day":
            day = first_working_day(day)
        if not match["time"]:
            return day.isoformat()
        at = datetime.combine(day, time(), self.zone) + timedelta(hours=hours, minutes=minutes)
        return at.isoformat()

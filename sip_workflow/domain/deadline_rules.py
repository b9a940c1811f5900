"""How deadlines are counted, as the decision tables say it.

The rows come from two tables that a process owner edits, ``deadlines`` and
``escalation_levels``; here they become rules, or are refused with a word on what is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from typing import Any

WORKING_DAYS = "working_days"
DAYS = "days"
HOURS = "hours"

_MORNING = time(8)
_MOST = 3660
"""The largest number of days or hours that a table may hold: ten years of days."""


class UnknownDeadline(LookupError):
    """No row of the deadline table fits the kind."""


class UnknownLevel(LookupError):
    """The deadline has no escalation level of that name."""


class InvalidDeadline(ValueError):
    """A row of the deadline tables holds a value that means nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """An escalation level: told ``days`` of ``unit`` after the due day (before, if negative), at ``at``.

    ``deviation``: a draft deviation is written when the level is reached.
    """

    name: str
    days: int
    unit: str = DAYS
    at: time = _MORNING
    deviation: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineRule:
    """How a deadline is counted: ``amount`` of ``unit`` after ``counted_from`` (before, if negative).

    ``capped_by_meeting``: never later than the end of the last working day before the meeting.
    ``shortened_by_urgency``: ``soon`` halves it, ``acute`` makes it one working day.
    ``moved_from_holiday``: a last day on a Saturday, Sunday, holiday or eve moves to the next
    working day, as lag (1930:173) 2 § allows. ``source``: the paragraph, or "lokal".
    """

    kind: str
    amount: int
    unit: str
    counted_from: str = "now"
    capped_by_meeting: bool = False
    shortened_by_urgency: bool = False
    moved_from_holiday: bool = False
    source: str = "lokal"
    levels: tuple[Level, ...] = ()


def rule_from_rows(
    kind: str, deadline_rows: Sequence[Mapping[str, Any]], level_rows: Sequence[Mapping[str, Any]]
) -> DeadlineRule:
    """The rule that the tables give for a kind.

    ``deadline_rows`` and ``level_rows`` are the rows that match, in table order, by output name.
    The first deadline row wins, and of the levels the first row of each name: specific
    guidelines stand above general ones. Raises UnknownDeadline and InvalidDeadline.
    """
    if not deadline_rows:
        raise UnknownDeadline(kind)
    row = deadline_rows[0]
    levels: dict[str, Level] = {}
    for each in level_rows:
        name = str(each.get("level"))
        levels.setdefault(
            name,
            Level(
                name=name,
                days=_whole(kind=kind, value=each.get("days")),
                unit=_unit(kind=kind, value=each.get("unit") or DAYS, allowed=(DAYS, WORKING_DAYS)),
                at=_time(kind=kind, value=each.get("at") or _MORNING),
                deviation=_flag(kind=kind, value=each.get("deviation")),
            ),
        )
    return DeadlineRule(
        kind=kind,
        amount=_whole(kind=kind, value=row.get("amount")),
        unit=_unit(kind=kind, value=row.get("unit"), allowed=(WORKING_DAYS, DAYS, HOURS)),
        counted_from=str(row.get("counted_from") or "now"),
        capped_by_meeting=_flag(kind=kind, value=row.get("capped_by_meeting")),
        shortened_by_urgency=_flag(kind=kind, value=row.get("shortened_by_urgency")),
        moved_from_holiday=_flag(kind=kind, value=row.get("moved_from_holiday")),
        source=str(row.get("source") or "lokal"),
        levels=tuple(levels.values()),
    )


def _whole(*, kind: str, value: Any) -> int:
    try:
        number = int(value)
    except (TypeError, ValueError, OverflowError) as error:
        raise InvalidDeadline(f"{kind}: {value!r} is not a number") from error
    if number != value or abs(number) > _MOST:
        raise InvalidDeadline(f"{kind}: {value!r} is not a whole number between -{_MOST} and {_MOST}")
    return number


def _flag(*, kind: str, value: Any) -> bool:
    if value is None:
        return False
    if not isinstance(value, bool):
        raise InvalidDeadline(f"{kind}: {value!r} is not true or false")
    return value


def _unit(*, kind: str, value: Any, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise InvalidDeadline(f"{kind}: {value!r} is not one of {', '.join(allowed)}")
    return str(value)


def _time(*, kind: str, value: Any) -> time:
    if isinstance(value, time):
        return value
    try:
        return time.fromisoformat(str(value))
    except ValueError as error:
        raise InvalidDeadline(f"{kind}: {value!r} is not a time of day") from error

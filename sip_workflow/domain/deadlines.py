"""Deadlines: when something is due, and when each escalation level is told.

Pure arithmetic over decision-table rows; no table, clock or setting is read here.

Counting: day 0 is the counted instant's local day, and the deadline is the end of the
last day, 23:59:59 local. Hours are elapsed hours. A level is told at 08:00 local (or
the level's own time) on the next counted day after the due day plus the level's days.
Instants come in aware, in any zone, and go out as aware UTC. A local time that the
change to summer time skips is read with the offset before the change (02:30 becomes
03:30), and of a local time that occurs twice in autumn the first is meant.

The law's own numbers are those of lag (2017:612); the rest is local and stands in the
decision tables. docs/decisions/0010-deadlines.md has the reasons.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sip_workflow.domain.calendar import add_working_days, first_working_day, is_working_day, next_working_day
from sip_workflow.domain.deadline_rules import (
    HOURS,
    WORKING_DAYS,
    DeadlineRule,
    InvalidDeadline,
    Level,
    UnknownDeadline,
    UnknownLevel,
    rule_from_rows,
)

__all__ = [
    "DeadlineRule",
    "InvalidDeadline",
    "Level",
    "UnknownDeadline",
    "UnknownLevel",
    "add_working_days",
    "admission_notice_due_at",
    "due_at",
    "invitation_due_at",
    "is_working_day",
    "level_at",
    "municipality_pays_from",
    "rule_from_rows",
]

URGENCIES = ("normal", "soon", "acute")

_END_OF_DAY = time(23, 59, 59)
_NOON = time(12)
_LEAST_NOTICE = timedelta(hours=4)
_LEAST_BEFORE_A_LEVEL = timedelta(hours=1)


def due_at(
    rule: DeadlineRule,
    *,
    anchors: Mapping[str, datetime],
    now: datetime,
    urgency: str = "normal",
    zone: ZoneInfo,
) -> datetime:
    """When it is due, aware UTC.

    ``anchors`` holds the instants that rules may count from, by name; a rule whose instant is not
    there counts from ``now``. An anchor ``meeting`` caps rules that say so, but leaves at least four
    hours after the counted instant, or what is left until the meeting begins. ``urgency``: normal, soon
    or acute; never later than normal.
    Raises ValueError for naive instants and unknown urgencies.
    """
    if urgency not in URGENCIES:
        raise ValueError(f"unknown urgency: {urgency}")
    counted = _counted_from(rule, anchors=anchors, now=now)
    due = _counted(rule, amount=rule.amount, unit=rule.unit, counted=counted, zone=zone)
    if rule.shortened_by_urgency and rule.amount > 0 and urgency != "normal":
        half = (rule.amount + 1) // 2
        due = min(due, _counted(rule, amount=half, unit=rule.unit, counted=counted, zone=zone))
        if urgency == "acute":
            due = min(due, _counted(rule, amount=1, unit=WORKING_DAYS, counted=counted, zone=zone))
    if rule.capped_by_meeting and "meeting" in anchors:
        meeting = _aware(anchors["meeting"])
        cap = _instant(add_working_days(_local_day(meeting, zone=zone), -1), _END_OF_DAY, zone=zone)
        due = min(due, max(cap, min(counted + _LEAST_NOTICE, meeting)))
    return due


def level_at(
    rule: DeadlineRule,
    level_name: str,
    *,
    anchors: Mapping[str, datetime],
    now: datetime,
    urgency: str = "normal",
    zone: ZoneInfo,
) -> datetime:
    """When the level is told, aware UTC; arguments as ``due_at``.

    It is told on a working day when the rule or the level counts working days. A rule that counts
    forward tells nobody within an hour of the counted instant: nobody has had the chance to act by then.
    Raises UnknownLevel when the rule has no such level.
    """
    level = next((each for each in rule.levels if each.name == level_name), None)
    if level is None:
        raise UnknownLevel(f"{rule.kind}.{level_name}")
    due_day = _local_day(due_at(rule, anchors=anchors, now=now, urgency=urgency, zone=zone), zone=zone)
    if level.unit == WORKING_DAYS:
        day = next_working_day(add_working_days(due_day, level.days))
    else:
        day = due_day + timedelta(days=level.days + 1)
        if rule.unit == WORKING_DAYS:
            day = first_working_day(day)
    told_at = _instant(day, level.at, zone=zone)
    earliest = _counted_from(rule, anchors=anchors, now=now) + _LEAST_BEFORE_A_LEVEL
    if rule.amount < 0 or told_at >= earliest:
        return told_at
    earliest_day = _local_day(earliest, zone=zone)
    if WORKING_DAYS in (rule.unit, level.unit) and not is_working_day(earliest_day):
        return _instant(next_working_day(earliest_day), level.at, zone=zone)
    return earliest


def admission_notice_due_at(*, admitted_at: datetime, assessed_at: datetime | None) -> datetime:
    """When the admission notice is due: 24 elapsed hours after the admission, or after a later assessment.

    Lag (2017:612) 2 kap. 3 §.
    """
    started = _aware(admitted_at)
    if assessed_at is not None:
        started = max(started, _aware(assessed_at))
    return started + timedelta(hours=24)


def invitation_due_at(*, ready_received_at: datetime, rule: DeadlineRule, zone: ZoneInfo) -> datetime:
    """When the invitation to the planning is due, counted from when the ready notice was given.

    Lag (2017:612) 4 kap. 3 §: within three days; the rule of kind ``invitation_after_ready`` holds them.
    """
    return due_at(rule, anchors={rule.counted_from: ready_received_at}, now=ready_received_at, zone=zone)


def municipality_pays_from(*, ready_received_at: datetime, zone: ZoneInfo) -> date:
    """The local date from whose start the municipality pays, counted from when the ready notice was sent.

    Lag (2017:612) 5 kap. 4 §: three days after it was sent, four if it was sent after 12.00.
    Exactly 12.00.00 is not after. Nothing has to be done by then, so lag (1930:173) never moves it.
    """
    sent = _aware(ready_received_at).astimezone(zone)
    return sent.date() + timedelta(days=4 if sent.time() > _NOON else 3)


def _counted_from(rule: DeadlineRule, *, anchors: Mapping[str, datetime], now: datetime) -> datetime:
    return _aware(anchors.get(rule.counted_from, now))


def _counted(rule: DeadlineRule, *, amount: int, unit: str, counted: datetime, zone: ZoneInfo) -> datetime:
    if unit == HOURS:
        return counted + timedelta(hours=amount)
    day = _local_day(counted, zone=zone)
    if unit == WORKING_DAYS:
        day = first_working_day(add_working_days(day, amount))
    else:
        day += timedelta(days=amount)
        if rule.moved_from_holiday:
            day = first_working_day(day)
    return _instant(day, _END_OF_DAY, zone=zone)


def _local_day(instant: datetime, *, zone: ZoneInfo) -> date:
    return instant.astimezone(zone).date()


def _instant(day: date, at: time, *, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)


def _aware(instant: datetime) -> datetime:
    """The instant as UTC: arithmetic between datetimes of one local zone would count wall-clock hours."""
    if instant.utcoffset() is None:
        raise ValueError("a deadline is counted from an instant with a time zone")
    return instant.astimezone(UTC)

"""The rules that the tests count with: those of the shipped table that have something special."""

from __future__ import annotations

from datetime import datetime, time
from zoneinfo import ZoneInfo

from sip_workflow.domain.deadlines import DeadlineRule, Level

STOCKHOLM = ZoneInfo("Europe/Stockholm")


def local(text: str) -> datetime:
    """A local time of Stockholm."""
    return datetime.fromisoformat(text).replace(tzinfo=STOCKHOLM)


def rule(amount: int, unit: str = "working_days", *levels: Level, **columns: object) -> DeadlineRule:
    """A rule that counts from now, unless the columns say otherwise."""
    return DeadlineRule(kind="some_kind", amount=amount, unit=unit, levels=levels, **columns)  # type: ignore[arg-type]


def level(name: str, days: int, unit: str = "days", at: str = "08:00") -> Level:
    return Level(name=name, days=days, unit=unit, at=time.fromisoformat(at))


AFTER_READY = DeadlineRule(
    kind="invitation_after_ready",
    amount=3,
    unit="days",
    counted_from="ready_notice",
    source="2017:612 4 kap. 3 §",
    levels=(level("reminder", -1), level("manager", 0), level("process_owner", 1)),
)
FOLLOW_UP_HELD = DeadlineRule(
    kind="follow_up_held",
    amount=0,
    unit="days",
    counted_from="follow_up",
    levels=(
        level("reminder", 0),
        level("manager", 5, "working_days"),
        level("process_owner", 10, "working_days"),
    ),
)
INFORMATION = DeadlineRule(
    kind="information_at_discharge",
    amount=0,
    unit="days",
    levels=(level("reminder", -1, at="15:00"), level("manager", 1)),
)
ANSWERED = DeadlineRule(
    kind="invitation_answered",
    amount=5,
    unit="working_days",
    counted_from="invitation_sent",
    capped_by_meeting=True,
    shortened_by_urgency=True,
    levels=(level("reminder", 0), level("manager", 2), level("process_owner", 4)),
)

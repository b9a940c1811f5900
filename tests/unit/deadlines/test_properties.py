"""What must hold for every rule and every instant."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from sip_workflow.domain.deadlines import (
    DeadlineRule,
    Level,
    add_working_days,
    due_at,
    is_working_day,
    level_at,
)
from tests.unit.deadlines.rules import STOCKHOLM

UNITS = st.sampled_from(["working_days", "days", "hours"])
ZONES = st.sampled_from([UTC, STOCKHOLM, ZoneInfo("America/New_York")])
INSTANTS = st.datetimes(min_value=datetime(2024, 1, 1), max_value=datetime(2034, 12, 31), timezones=ZONES)
DAYS = st.dates(min_value=date(2024, 1, 1), max_value=date(2034, 12, 31))
NAMES = ("reminder", "manager", "process_owner")


@st.composite
def levels(draw):
    """Levels in rising order: one unit, one time of day."""
    unit = draw(st.sampled_from(["days", "working_days"]))
    days = sorted(draw(st.lists(st.integers(-3, 15), min_size=3, max_size=3)))
    return tuple(Level(name=name, days=n, unit=unit) for name, n in zip(NAMES, days, strict=True))


RULES = st.builds(
    DeadlineRule,
    kind=st.just("some_kind"),
    amount=st.integers(-30, 60),
    unit=UNITS,
    counted_from=st.sampled_from(["now", "need"]),
    capped_by_meeting=st.booleans(),
    shortened_by_urgency=st.booleans(),
    moved_from_holiday=st.booleans(),
    levels=levels(),
)
URGENCIES = st.sampled_from(["normal", "soon", "acute"])
ANCHORS = st.fixed_dictionaries({}, optional={"meeting": INSTANTS, "need": INSTANTS})


def local_day(instant):
    return instant.astimezone(STOCKHOLM).date()


@given(rule=RULES, anchors=ANCHORS, now=INSTANTS, urgency=URGENCIES)
def test_the_answer_is_aware_utc_and_the_zone_of_the_question_does_not_matter(rule, anchors, now, urgency):
    due = due_at(rule, anchors=anchors, now=now, urgency=urgency, zone=STOCKHOLM)
    in_utc = {name: at.astimezone(UTC) for name, at in anchors.items()}
    assert due.tzinfo is UTC
    assert due == due_at(rule, anchors=in_utc, now=now.astimezone(UTC), urgency=urgency, zone=STOCKHOLM)


@given(rule=RULES, anchors=ANCHORS, now=INSTANTS, later=st.timedeltas(timedelta(0), timedelta(400)))
def test_a_later_now_is_never_due_earlier(rule, anchors, now, later):
    after = now.astimezone(UTC) + later
    first = due_at(rule, anchors=anchors, now=now, zone=STOCKHOLM)
    assert first <= due_at(rule, anchors=anchors, now=after, zone=STOCKHOLM)


@given(rule=RULES, anchors=ANCHORS, now=INSTANTS)
def test_working_days_end_on_a_working_day(rule, anchors, now):
    rule = replace(rule, unit="working_days", capped_by_meeting=False)
    due = due_at(rule, anchors=anchors, now=now, zone=STOCKHOLM)
    assert is_working_day(local_day(due))
    assert due.astimezone(STOCKHOLM).time() == time(23, 59, 59)


@given(rule=RULES, now=INSTANTS, meeting=INSTANTS, urgency=URGENCIES)
def test_capped_is_never_after_the_cap_but_leaves_four_hours_until_the_meeting(rule, now, meeting, urgency):
    uncapped = due_at(
        replace(rule, capped_by_meeting=False),
        anchors={"meeting": meeting},
        now=now,
        urgency=urgency,
        zone=STOCKHOLM,
    )
    due = due_at(
        replace(rule, capped_by_meeting=True),
        anchors={"meeting": meeting},
        now=now,
        urgency=urgency,
        zone=STOCKHOLM,
    )
    day_before = add_working_days(local_day(meeting), -1)
    cap = datetime.combine(day_before, time(23, 59, 59), STOCKHOLM)
    floor = min(now.astimezone(UTC) + timedelta(hours=4), meeting)
    assert due <= uncapped
    assert due <= max(cap, floor)
    assert due == uncapped or due >= floor
    assert due <= meeting


@given(rule=RULES, anchors=ANCHORS, now=INSTANTS)
def test_the_more_urgent_is_never_due_later(rule, anchors, now):
    normal, soon, acute = (
        due_at(rule, anchors=anchors, now=now, urgency=urgency, zone=STOCKHOLM)
        for urgency in ("normal", "soon", "acute")
    )
    assert acute <= soon <= normal


@given(rule=RULES, anchors=ANCHORS, now=INSTANTS, urgency=URGENCIES)
def test_levels_are_told_in_their_order(rule, anchors, now, urgency):
    told = [level_at(rule, name, anchors=anchors, now=now, urgency=urgency, zone=STOCKHOLM) for name in NAMES]
    assert all(first <= second for first, second in pairwise(told))
    an_hour_later = anchors.get(rule.counted_from, now).astimezone(UTC) + timedelta(hours=1)
    assert all(at == an_hour_later or at.astimezone(STOCKHOLM).time() == time(8) for at in told)
    assert rule.amount < 0 or told[0] >= an_hour_later
    if "working_days" in (rule.unit, rule.levels[0].unit):
        assert all(is_working_day(local_day(at)) for at in told)


@given(rule=RULES, anchors=ANCHORS, now=INSTANTS, days=st.integers(0, 15))
def test_a_level_after_the_due_day_is_told_after_the_deadline(rule, anchors, now, days):
    rule = replace(rule, levels=(Level(name="manager", days=days),))
    due = due_at(rule, anchors=anchors, now=now, zone=STOCKHOLM)
    assert level_at(rule, "manager", anchors=anchors, now=now, zone=STOCKHOLM) > due


@given(amount=st.integers(-30, 60), now=INSTANTS)
def test_moved_from_holiday_moves_only_from_days_off_and_only_to_the_next_working_day(amount, now):
    rule = DeadlineRule(kind="some_kind", amount=amount, unit="days")
    due = due_at(rule, anchors={}, now=now, zone=STOCKHOLM)
    moved = due_at(replace(rule, moved_from_holiday=True), anchors={}, now=now, zone=STOCKHOLM)
    if is_working_day(local_day(due)):
        assert moved == due
    else:
        assert local_day(moved) == add_working_days(local_day(due), 1)


@given(day=DAYS, n=st.integers(0, 300))
def test_add_working_days_counts(day, n):
    later = add_working_days(day, n)
    passed = [day + timedelta(days=i) for i in range(1, (later - day).days + 1)]
    assert sum(is_working_day(each) for each in passed) == n
    assert n == 0 or is_working_day(later)


@given(day=DAYS, n=st.integers(1, 300))
def test_add_working_days_backwards_is_the_mirror(day, n):
    earlier = add_working_days(day, -n)
    passed = [earlier + timedelta(days=i) for i in range((day - earlier).days)]
    assert sum(is_working_day(each) for each in passed) == n
    assert is_working_day(earlier)


@given(day=DAYS)
def test_a_working_day_is_monday_to_friday(day):
    assert not (is_working_day(day) and day.weekday() >= 5)

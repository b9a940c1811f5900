"""When a level is told."""

from __future__ import annotations

import pytest

from sip_workflow.domain.deadlines import UnknownLevel, level_at
from tests.unit.deadlines.rules import (
    AFTER_READY,
    ANSWERED,
    FOLLOW_UP_HELD,
    INFORMATION,
    STOCKHOLM,
    level,
    local,
    rule,
)


def told(a_rule, name, now, **anchors):
    return level_at(
        a_rule,
        name,
        anchors={anchor: local(at) for anchor, at in anchors.items()},
        now=local(now),
        zone=STOCKHOLM,
    )


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("reminder", "2026-10-08T08:00"),  # the due day itself
        ("manager", "2026-10-09T08:00"),
        ("process_owner", "2026-10-10T08:00"),  # a Saturday: the statutory clock counts it
    ],
)
def test_the_three_days_after_a_ready_notice(name, expected):
    assert told(AFTER_READY, name, "2026-10-05T10:00", ready_notice="2026-10-05T10:00") == local(expected)


def test_a_ready_notice_on_a_friday():
    friday = "2026-10-02T15:30"
    assert told(AFTER_READY, "reminder", friday, ready_notice=friday) == local("2026-10-05T08:00")
    assert told(AFTER_READY, "manager", friday, ready_notice=friday) == local("2026-10-06T08:00")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        # Saturday 20 March 2027 was the date. The reminder comes the day after, also on a Sunday.
        ("reminder", "2027-03-21T08:00"),
        # Five working days end on Good Friday's eve … 22, 23, 24, 25, 30 March; told on the next.
        ("manager", "2027-03-31T08:00"),
        ("process_owner", "2027-04-07T08:00"),
    ],
)
def test_a_missed_follow_up(name, expected):
    assert told(FOLLOW_UP_HELD, name, "2026-12-01T10:00", follow_up="2027-03-20T13:00") == local(expected)


def test_the_information_at_discharge():
    now = "2026-10-05T10:00"
    assert told(INFORMATION, "reminder", now) == local("2026-10-05T15:00")
    assert told(INFORMATION, "manager", now) == local("2026-10-07T08:00")


@pytest.mark.parametrize(
    ("now", "level_unit", "days", "expected"),
    [
        # Due on Friday 9 October; a rule of working days tells nobody on a weekend.
        ("2026-10-08T10:00", "days", 0, "2026-10-12T08:00"),
        ("2026-10-08T10:00", "days", 1, "2026-10-12T08:00"),
        ("2026-10-08T10:00", "days", 3, "2026-10-13T08:00"),
        ("2026-10-08T10:00", "working_days", 0, "2026-10-12T08:00"),
        ("2026-10-08T10:00", "working_days", 1, "2026-10-13T08:00"),
        ("2026-10-08T10:00", "working_days", -1, "2026-10-09T08:00"),
        ("2026-10-08T10:00", "days", -1, "2026-10-09T08:00"),
        # Due on Maundy Thursday 2027.
        ("2027-03-24T10:00", "days", 0, "2027-03-30T08:00"),
        # Due on 23 December 2026.
        ("2026-12-22T10:00", "days", 0, "2026-12-28T08:00"),
    ],
)
def test_a_rule_of_working_days_tells_on_a_working_day(now, level_unit, days, expected):
    assert told(rule(1, "working_days", level("manager", days, level_unit)), "manager", now) == local(
        expected
    )


def test_eight_in_the_morning_is_local_on_both_sides_of_the_clock_change():
    reminder = rule(0, "days", level("reminder", 0))
    told_in_utc = {
        day: told(reminder, "reminder", f"{day}T10:00").isoformat()
        for day in ("2027-03-26", "2027-03-27", "2027-10-29", "2027-10-30")
    }
    assert told_in_utc == {
        "2027-03-26": "2027-03-27T07:00:00+00:00",
        "2027-03-27": "2027-03-28T06:00:00+00:00",
        "2027-10-29": "2027-10-30T06:00:00+00:00",
        "2027-10-30": "2027-10-31T07:00:00+00:00",
    }


def test_a_time_that_is_skipped_or_comes_twice():
    at_half_past_two = rule(1, "days", level("reminder", -1, at="02:30"))
    assert told(at_half_past_two, "reminder", "2027-03-27T10:00").isoformat() == "2027-03-28T01:30:00+00:00"
    assert told(at_half_past_two, "reminder", "2027-10-30T10:00").isoformat() == "2027-10-31T00:30:00+00:00"


@pytest.mark.parametrize(
    ("discharged", "expected"),
    [
        ("2026-10-05T13:59:59", "2026-10-05T15:00"),
        ("2026-10-05T14:00", "2026-10-05T15:00"),
        ("2026-10-05T14:30", "2026-10-05T15:30"),
        ("2026-10-05T18:00", "2026-10-05T19:00"),
        ("2026-10-05T23:30", "2026-10-06T00:30"),
        ("2026-10-03T18:00", "2026-10-03T19:00"),  # a Saturday: patients go home on Saturdays
    ],
)
def test_nobody_is_reminded_within_an_hour(discharged, expected):
    assert told(INFORMATION, "reminder", discharged) == local(expected)


def test_where_working_days_count_the_hour_does_not_make_it_a_saturday():
    early = rule(0, "working_days", level("reminder", -3))
    assert told(early, "reminder", "2026-10-02T23:30") == local("2026-10-05T08:00")
    assert told(early, "reminder", "2026-10-05T07:30") == local("2026-10-05T08:30")


def test_what_is_counted_backwards_is_told_long_before_the_counted_instant():
    mandate = rule(-1, "working_days", level("reminder", -2, "working_days"), counted_from="meeting")
    assert told(mandate, "reminder", "2026-10-01T10:00", meeting="2026-10-16T10:00") == local(
        "2026-10-14T08:00"
    )


def test_levels_follow_the_capped_day():
    sent = "2026-10-05T10:00"
    meeting = "2026-10-08T10:00"
    assert told(ANSWERED, "reminder", sent, invitation_sent=sent, meeting=meeting) == local(
        "2026-10-08T08:00"
    )
    assert told(ANSWERED, "manager", sent, invitation_sent=sent, meeting=meeting) == local("2026-10-12T08:00")


def test_a_level_that_the_table_does_not_have():
    with pytest.raises(UnknownLevel, match=r"invitation_answered\.board"):
        told(ANSWERED, "board", "2026-10-05T10:00")

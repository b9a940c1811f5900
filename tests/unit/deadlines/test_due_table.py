"""Single days that somebody could dispute, each with the answer worked out by hand."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from sip_workflow.domain.deadlines import due_at
from tests.unit.deadlines.rules import ANSWERED, STOCKHOLM, local, rule


def due(a_rule, now, *, urgency="normal", **anchors):
    return due_at(
        a_rule,
        anchors={name: local(at) for name, at in anchors.items()},
        now=local(now),
        urgency=urgency,
        zone=STOCKHOLM,
    )


@pytest.mark.parametrize(
    ("now", "amount", "unit", "expected"),
    [
        # Day 0 is the local day of the event, whatever the hour.
        ("2026-10-05T00:00:00", 1, "working_days", "2026-10-06T23:59:59"),
        ("2026-10-05T23:59:59", 1, "working_days", "2026-10-06T23:59:59"),
        ("2026-10-05T12:00:00", 3, "days", "2026-10-08T23:59:59"),
        # A weekend is not counted, and a notice on one starts on Monday.
        ("2026-10-02T10:00:00", 1, "working_days", "2026-10-05T23:59:59"),
        ("2026-10-03T10:00:00", 1, "working_days", "2026-10-05T23:59:59"),
        ("2026-10-02T10:00:00", 3, "days", "2026-10-05T23:59:59"),
        # Easter 2027: Good Friday 26 March, Easter Monday 29 March. Maundy Thursday is a working day.
        ("2027-03-24T10:00:00", 1, "working_days", "2027-03-25T23:59:59"),
        ("2027-03-25T10:00:00", 1, "working_days", "2027-03-30T23:59:59"),
        ("2027-03-25T10:00:00", 5, "working_days", "2027-04-05T23:59:59"),
        # Ascension Day 6 May 2027; the Friday after is a working day.
        ("2027-05-05T10:00:00", 1, "working_days", "2027-05-07T23:59:59"),
        # Midsommarafton Friday 25 June 2027 is no public holiday but no working day either.
        ("2027-06-24T10:00:00", 1, "working_days", "2027-06-28T23:59:59"),
        # Julafton and nyårsafton 2026 are Thursdays, juldagen and nyårsdagen Fridays.
        ("2026-12-23T10:00:00", 1, "working_days", "2026-12-28T23:59:59"),
        ("2026-12-30T10:00:00", 1, "working_days", "2027-01-04T23:59:59"),
        # Trettondagen Wednesday 6 January 2027; trettondagsafton is a working day.
        ("2027-01-04T10:00:00", 2, "working_days", "2027-01-07T23:59:59"),
        # Long after the package's own last year: Good Friday 12 April 2199, Easter Monday 15 April.
        ("2199-04-10T10:00:00", 1, "working_days", "2199-04-11T23:59:59"),
        ("2199-04-11T10:00:00", 1, "working_days", "2199-04-16T23:59:59"),
        ("2100-12-30T10:00:00", 1, "working_days", "2101-01-03T23:59:59"),
        # The national day and 1 May.
        ("2028-06-05T10:00:00", 1, "working_days", "2028-06-07T23:59:59"),
        ("2028-04-28T10:00:00", 1, "working_days", "2028-05-02T23:59:59"),
        # Calendar days run through every holiday.
        ("2026-12-23T10:00:00", 3, "days", "2026-12-26T23:59:59"),
        # Nothing to count: the end of the day itself, or of the first working day.
        ("2026-10-05T10:00:00", 0, "days", "2026-10-05T23:59:59"),
        ("2026-10-03T10:00:00", 0, "working_days", "2026-10-05T23:59:59"),
        # Hours are elapsed hours and end on the instant.
        ("2026-10-02T10:15:00", 48, "hours", "2026-10-04T10:15:00"),
    ],
)
def test_due(now, amount, unit, expected):
    assert due(rule(amount, unit), now) == local(expected)


@pytest.mark.parametrize(
    ("now", "amount", "unit", "expected"),
    [
        # 28 March 2027 has 23 hours, 31 October 2027 has 25.
        ("2027-03-27T12:00:00", 24, "hours", "2027-03-28T11:00:00+00:00"),
        ("2027-10-30T12:00:00", 24, "hours", "2027-10-31T10:00:00+00:00"),
        ("2027-03-27T12:00:00", 48, "hours", "2027-03-29T11:00:00+00:00"),
        ("2027-10-30T12:00:00", 48, "hours", "2027-11-01T10:00:00+00:00"),
        # The end of the local day: CET before the change of March and after that of October.
        ("2027-03-26T12:00:00", 1, "days", "2027-03-27T22:59:59+00:00"),
        ("2027-03-27T12:00:00", 1, "days", "2027-03-28T21:59:59+00:00"),
        ("2027-10-29T12:00:00", 1, "days", "2027-10-30T21:59:59+00:00"),
        ("2027-10-30T12:00:00", 1, "days", "2027-10-31T22:59:59+00:00"),
    ],
)
def test_due_where_the_clocks_change(now, amount, unit, expected):
    assert due(rule(amount, unit), now).isoformat() == expected


def test_the_local_day_counts_not_that_of_utc():
    late_evening_in_utc = datetime(2026, 10, 5, 22, 30, tzinfo=UTC)
    due = due_at(rule(1, "days"), anchors={}, now=late_evening_in_utc, zone=STOCKHOLM)
    assert due == local("2026-10-07T23:59:59")


def test_counted_from_an_anchor_or_from_now_without_it():
    a_rule = rule(5, counted_from="consent")
    assert due(a_rule, "2026-10-12T10:00", consent="2026-10-05T10:00") == local("2026-10-12T23:59:59")
    assert due(a_rule, "2026-10-12T10:00") == local("2026-10-19T23:59:59")


def test_before_an_anchor():
    follow_up = "2027-04-19T10:00"
    assert due(rule(-21, "days", counted_from="follow_up"), "2026-10-05T10:00", follow_up=follow_up) == local(
        "2027-03-29T23:59:59"
    )
    # One working day before the Tuesday after Easter is Maundy Thursday.
    mandate = rule(-1, counted_from="meeting")
    assert due(mandate, "2027-03-01T10:00", meeting="2027-03-30T10:00") == local("2027-03-25T23:59:59")


@pytest.mark.parametrize(
    ("sent", "meeting", "expected"),
    [
        # The meeting is far away: five working days.
        ("2026-10-05T10:00", "2026-11-05T10:00", "2026-10-12T23:59:59"),
        # One working day before the meeting comes first.
        ("2026-10-05T10:00", "2026-10-09T10:00", "2026-10-08T23:59:59"),
        ("2026-10-01T10:00", "2026-10-05T10:00", "2026-10-02T23:59:59"),
        ("2027-03-23T10:00", "2027-03-30T10:00", "2027-03-25T23:59:59"),
        # Meeting on a Saturday.
        ("2026-10-05T10:00", "2026-10-10T10:00", "2026-10-09T23:59:59"),
        # Sent too late for that: four hours at least.
        ("2026-10-08T22:00", "2026-10-09T10:00", "2026-10-09T02:00"),
        ("2026-10-09T05:00", "2026-10-09T10:00", "2026-10-09T09:00"),
        # But never past the meeting itself, nor when it has been already.
        ("2026-10-09T09:00", "2026-10-09T10:00", "2026-10-09T10:00"),
        ("2026-10-09T11:00", "2026-10-09T10:00", "2026-10-09T10:00"),
    ],
)
def test_capped_by_the_meeting(sent, meeting, expected):
    assert due(ANSWERED, sent, invitation_sent=sent, meeting=meeting) == local(expected)


def test_the_four_hours_run_from_the_counted_instant():
    expected = local("2026-10-09T02:00")
    for now in ("2026-10-08T22:00", "2026-10-09T00:30"):
        assert due(ANSWERED, now, invitation_sent="2026-10-08T22:00", meeting="2026-10-09T10:00") == expected


def test_a_rule_that_is_not_capped_ignores_the_meeting():
    assert due(rule(5), "2026-10-05T10:00", meeting="2026-10-06T10:00") == local("2026-10-12T23:59:59")


@pytest.mark.parametrize(
    ("urgency", "expected"),
    [
        ("normal", "2026-10-12T23:59:59"),
        ("soon", "2026-10-08T23:59:59"),
        ("acute", "2026-10-06T23:59:59"),
    ],
)
def test_urgency(urgency, expected):
    now = "2026-10-05T10:00"
    shortened = rule(5, shortened_by_urgency=True)
    assert due(shortened, now, urgency=urgency) == local(expected)
    assert due(rule(5), now, urgency=urgency) == local("2026-10-12T23:59:59")


@pytest.mark.parametrize("urgency", ["soon", "acute"])
def test_urgency_leaves_at_least_one_day_and_never_adds(urgency):
    one_day = rule(1, "working_days", shortened_by_urgency=True)
    assert due(one_day, "2026-10-05T10:00", urgency=urgency) == local("2026-10-06T23:59:59")
    # Acute would be Tuesday 30 March after Easter; three calendar days are earlier.
    three_days = rule(3, "days", shortened_by_urgency=True)
    assert due(three_days, "2027-03-25T10:00", urgency=urgency) <= local("2027-03-28T23:59:59")


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-10-02T10:00", "2026-10-05T23:59:59"),  # Monday stays
        ("2026-10-01T10:00", "2026-10-05T23:59:59"),  # Sunday
        ("2026-09-30T10:00", "2026-10-05T23:59:59"),  # Saturday
        ("2026-12-21T10:00", "2026-12-28T23:59:59"),  # julafton, a Thursday
        ("2026-12-28T10:00", "2027-01-04T23:59:59"),  # nyårsafton, a Thursday
        ("2027-06-22T10:00", "2027-06-28T23:59:59"),  # midsommarafton
        ("2027-03-26T10:00", "2027-03-30T23:59:59"),  # annandag påsk
        ("2027-01-02T10:00", "2027-01-05T23:59:59"),  # trettondagsafton stays
    ],
)
def test_moved_from_a_holiday_by_1930_173(now, expected):
    assert due(rule(3, "days", moved_from_holiday=True), now) == local(expected)


def test_days_beyond_the_calendar_are_refused():
    with pytest.raises(ValueError, match="4099"):
        due(rule(1), "4099-12-31T10:00")


def test_naive_instants_and_unknown_urgencies_are_refused():
    naive = datetime(2026, 10, 5, 10)
    aware = local("2026-10-05T10:00")
    with pytest.raises(ValueError, match="time zone"):
        due_at(rule(1), anchors={}, now=naive, zone=STOCKHOLM)
    with pytest.raises(ValueError, match="time zone"):
        due_at(rule(1, counted_from="need"), anchors={"need": naive}, now=aware, zone=STOCKHOLM)
    with pytest.raises(ValueError, match="urgency"):
        due_at(rule(1), anchors={}, now=aware, urgency="hurry", zone=STOCKHOLM)

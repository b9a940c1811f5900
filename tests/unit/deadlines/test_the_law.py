"""The clocks of lag (2017:612) that have a function of their own."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from sip_workflow.domain.deadlines import admission_notice_due_at, invitation_due_at, municipality_pays_from
from tests.unit.deadlines.rules import AFTER_READY, STOCKHOLM, local


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("2026-10-05T00:00:00", date(2026, 10, 8)),
        ("2026-10-05T11:59:59", date(2026, 10, 8)),
        ("2026-10-05T12:00:00", date(2026, 10, 8)),
        ("2026-10-05T12:00:00.000001", date(2026, 10, 9)),
        ("2026-10-05T12:00:01", date(2026, 10, 9)),
        ("2026-10-05T23:59:59", date(2026, 10, 9)),
        # Weekends and holidays count: it is no act, so nothing moves.
        ("2026-10-01T10:00:00", date(2026, 10, 4)),
        ("2026-12-21T13:00:00", date(2026, 12, 25)),
        # Noon is local noon, in winter as in summer.
        ("2027-03-28T12:00:00", date(2027, 3, 31)),
        ("2027-10-31T12:00:01", date(2027, 11, 4)),
    ],
)
def test_municipality_pays_from(sent, expected):
    assert municipality_pays_from(ready_received_at=local(sent), zone=STOCKHOLM) == expected


@pytest.mark.parametrize(
    ("ready", "expected"),
    [
        ("2026-10-05T16:30", "2026-10-08T23:59:59"),
        ("2026-10-02T10:00", "2026-10-05T23:59:59"),
        ("2027-03-24T10:00", "2027-03-27T23:59:59"),
        ("2027-06-22T10:00", "2027-06-25T23:59:59"),
        ("2026-12-21T10:00", "2026-12-24T23:59:59"),
    ],
)
def test_invitation_due_at(ready, expected):
    due = invitation_due_at(ready_received_at=local(ready), rule=AFTER_READY, zone=STOCKHOLM)
    assert due == local(expected)


def test_the_admission_notice_counts_elapsed_hours_from_the_later_assessment():
    admitted = local("2026-10-05T10:00")
    day = timedelta(hours=24)
    assert admission_notice_due_at(admitted_at=admitted, assessed_at=None) == admitted + day
    later = local("2026-10-07T09:00")
    assert admission_notice_due_at(admitted_at=admitted, assessed_at=later) == later + day
    earlier = local("2026-10-04T09:00")
    assert admission_notice_due_at(admitted_at=admitted, assessed_at=earlier) == admitted + day


def test_the_admission_notice_where_the_clocks_change():
    spring = admission_notice_due_at(admitted_at=local("2027-03-27T12:00"), assessed_at=None)
    autumn = admission_notice_due_at(admitted_at=local("2027-10-30T12:00"), assessed_at=None)
    assert spring == local("2027-03-28T13:00")
    assert autumn == local("2027-10-31T11:00")

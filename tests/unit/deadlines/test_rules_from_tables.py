"""Rows of the decision tables become a rule, or are refused."""

from __future__ import annotations

from datetime import time
from decimal import Decimal

import pytest

from sip_workflow.domain.deadlines import (
    DeadlineRule,
    InvalidDeadline,
    Level,
    UnknownDeadline,
    rule_from_rows,
)

ROW = {
    "amount": 5,
    "unit": "working_days",
    "counted_from": "invitation_sent",
    "capped_by_meeting": True,
    "shortened_by_urgency": True,
    "moved_from_holiday": False,
    "source": "lokal",
}
REMINDER = {"level": "reminder", "days": 0, "unit": "days", "at": "08:00", "deviation": False}
OWNER = {"level": "process_owner", "days": 4, "unit": "working_days", "at": "15:00", "deviation": True}


def test_rows_become_a_rule():
    found = rule_from_rows(kind="invitation_answered", deadline_rows=[ROW], level_rows=[REMINDER, OWNER])
    assert found == DeadlineRule(
        kind="invitation_answered",
        amount=5,
        unit="working_days",
        counted_from="invitation_sent",
        capped_by_meeting=True,
        shortened_by_urgency=True,
        moved_from_holiday=False,
        source="lokal",
        levels=(
            Level(name="reminder", days=0, unit="days", at=time(8), deviation=False),
            Level(name="process_owner", days=4, unit="working_days", at=time(15), deviation=True),
        ),
    )


def test_the_first_row_wins_and_of_levels_the_first_of_each_name():
    general = {**ROW, "amount": 10}
    later = {**REMINDER, "days": 7}
    found = rule_from_rows(kind="k", deadline_rows=[ROW, general], level_rows=[REMINDER, OWNER, later])
    assert found.amount == 5
    assert [(level.name, level.days) for level in found.levels] == [("reminder", 0), ("process_owner", 4)]


def test_blank_cells_have_defaults():
    found = rule_from_rows(
        kind="k",
        deadline_rows=[{"amount": 3, "unit": "days", "counted_from": None}],
        level_rows=[{"level": "manager", "days": 1, "unit": None, "at": None}],
    )
    assert found == DeadlineRule(kind="k", amount=3, unit="days", levels=(Level(name="manager", days=1),))


@pytest.mark.parametrize("number", [3, 3.0, Decimal(3)])
def test_whole_numbers_of_any_kind(number):
    found = rule_from_rows(kind="k", deadline_rows=[{**ROW, "amount": number}], level_rows=[])
    assert found.amount == 3


def test_no_row():
    with pytest.raises(UnknownDeadline, match="nothing_of_the_kind"):
        rule_from_rows(kind="nothing_of_the_kind", deadline_rows=[], level_rows=[])


@pytest.mark.parametrize(
    "broken",
    [
        {"amount": 2.5},
        {"amount": "many"},
        {"amount": None},
        {"amount": float("nan")},
        {"amount": float("inf")},
        {"amount": 10**9},
        {"unit": "weeks"},
        {"unit": None},
        {"capped_by_meeting": "false"},
    ],
)
def test_a_broken_deadline_row(broken):
    with pytest.raises(InvalidDeadline, match="some_kind"):
        rule_from_rows(kind="some_kind", deadline_rows=[{**ROW, **broken}], level_rows=[])


@pytest.mark.parametrize("broken", [{"days": "x"}, {"unit": "hours"}, {"at": "8 o'clock"}, {"deviation": 1}])
def test_a_broken_level_row(broken):
    with pytest.raises(InvalidDeadline, match="some_kind"):
        rule_from_rows(kind="some_kind", deadline_rows=[ROW], level_rows=[{**REMINDER, **broken}])

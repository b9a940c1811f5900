"""Limits that need the case or the calendar, besides what the form itself says.

The forms check shapes; here is what only the moment and the person decide.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from sip_workflow.application.facts import ADULT_AT, TaskContext, is_child
from sip_workflow.domain.refusals import FieldError

_LONGEST_CONSENT_MONTHS = 12


def beyond_the_form(context: TaskContext, answers: Mapping[str, Any]) -> list[FieldError]:
    """What is wrong with answers that the form itself accepts; empty when nothing is."""
    check = _FORMS.get(context.task.form_key)
    return check(context, answers) if check is not None else []


def _consent(context: TaskContext, answers: Mapping[str, Any]) -> list[FieldError]:
    """A consent lasts twelve months at most, and a child's never past the 18th birthday (rules B4, S1-14)."""
    if "valid_to" not in answers:
        return []
    last, today = date.fromisoformat(answers["valid_to"]), context.today()
    if last < today:
        return [FieldError(pointer="/valid_to", message="Dagen har redan varit. Välj en senare dag.")]
    if last > _years_on(today, 1):
        message = f"Samtycket kan gälla högst {_LONGEST_CONSENT_MONTHS} månader. Välj ett tidigare datum."
        return [FieldError(pointer="/valid_to", message=message)]
    born = context.tx.persons.get(context.case.person_id).birth_date
    if born is not None and is_child(born, today=today) and last > _years_on(born, ADULT_AT):
        message = "Vårdnadshavarnas samtycke gäller längst till 18-årsdagen. Välj ett tidigare datum."
        return [FieldError(pointer="/valid_to", message=message)]
    return []


def _years_on(day: date, years: int) -> date:
    """The same day some years on; 28 February for a leap day."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def _in_the_future(*pointers: str) -> Callable[[TaskContext, Mapping[str, Any]], list[FieldError]]:
    """A new time, at these places of the answers, must lie ahead."""

    def check(context: TaskContext, answers: Mapping[str, Any]) -> list[FieldError]:
        errors = []
        for pointer in pointers:
            value: Any = answers
            for key in pointer.strip("/").split("/"):
                value = value.get(key) if isinstance(value, Mapping) else None
            if isinstance(value, str) and datetime.fromisoformat(value) <= context.now:
                errors.append(FieldError(pointer=pointer, message="Tiden har redan varit. Välj en senare."))
        return errors

    return check


_FORMS: Mapping[str, Callable[[TaskContext, Mapping[str, Any]], list[FieldError]]] = {
    "consent": _consent,
    "preparation": _in_the_future("/meeting/starts_at"),
    "replies_review": _in_the_future("/new_time/starts_at"),
    "meeting": _in_the_future("/new_time/starts_at"),
    "plan": _in_the_future("/follow_up/at"),
    "follow_up_meeting": _in_the_future("/new_time/starts_at", "/follow_up/at"),
}

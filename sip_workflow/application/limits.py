"""Limits that need the case or the calendar, besides what the form itself says.

The forms check shapes; here is what only the moment and the person decide.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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
    alone = [row for row in answers.get("guardians", []) if row["custody"] == "joint"]
    if len(alone) == 1:
        message = "Båda vårdnadshavarna ska svara när vårdnaden är gemensam. Lägg till den andra."
        return [FieldError(pointer="/guardians", message=message)]
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


def _preparation(context: TaskContext, answers: Mapping[str, Any]) -> list[FieldError]:
    """A unit is asked once, and the meeting lies ahead."""
    units = [row["unit"] for row in answers["recipients"]]
    return _twice(units, pointer="/recipients/{}/unit") + _ahead("/meeting/starts_at")(context, answers)


def _plan(context: TaskContext, answers: Mapping[str, Any]) -> list[FieldError]:
    """Each gets one copy, and the follow-up lies ahead."""
    receivers = [row["who"] for row in answers["distribution"]]
    return _twice(receivers, pointer="/distribution/{}/who") + _ahead("/follow_up/at")(context, answers)


def _twice(values: Sequence[str], *, pointer: str) -> list[FieldError]:
    """An error at each value that stands before it already."""
    return [
        FieldError(pointer=pointer.format(place), message="Står redan i listan. Ta bort raden.")
        for place, value in enumerate(values)
        if value in values[:place]
    ]


def _ahead(*pointers: str) -> Callable[[TaskContext, Mapping[str, Any]], list[FieldError]]:
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
    "preparation": _preparation,
    "replies_review": _ahead("/new_time/starts_at"),
    "meeting": _ahead("/new_time/starts_at"),
    "plan": _plan,
    "follow_up_meeting": _ahead("/new_time/starts_at", "/follow_up/at"),
}

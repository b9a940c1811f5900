"""A form on a page: what was posted, rows that are added and taken away, and the summary of errors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sip_workflow.domain.definitions import Form
from sip_workflow.domain.refusals import FieldError
from sip_workflow.forms import AnswerError, Facts, Field, answers_from_fields, fields, walk
from sip_workflow.web.conditions import shown_rules
from sip_workflow.web.names import Names
from sip_workflow.web.words import day, moment

ROWS = "_rows."
"""Before the name of a list, the number of rows that the page shows."""
DO = "do"
"""The button that was pressed: complete, draft, example, ``add:<list>`` or ``remove:<row>``."""
FORM = "_form"
"""The key of the page's form: it gives what was typed its labels where nobody is logged in any more."""

Posted = dict[str, list[str]]


# So that a form shows the fields that only some tasks have.
_ANY_TASK: Facts = {
    **dict.fromkeys(("child", "called", "invited", "mandate_pending", "signed_with_person"), True),
    **dict.fromkeys(("consultation", "joint_closing", "short_notice", "called_missing"), True),
    "consent_forms": ["written", "oral", "shown"],
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A line of the error summary: the message, the field's label, and the id to go to (None: no field's)."""

    message: str
    label: str = ""
    target: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FormPage:
    """A form with values, ready for a template."""

    fields: Sequence[Field]
    problems: Sequence[Problem] = ()
    rules: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A posted form: the button, the answers, and how many rows each list had."""

    do: str
    answers: dict[str, Any]
    rows: Mapping[str, int]


def read_form(*, form: Form, facts: Facts, posted: Posted, zone: Any) -> Sent:
    """The posted page as answers. Adding and taking away rows is done here."""
    do = (posted.get(DO) or ["draft"])[0]
    rows = {
        name.removeprefix(ROWS): min(int(values[0]), 30)
        for name, values in posted.items()
        if name.startswith(ROWS) and values[0].isascii() and values[0].isdecimal() and len(values[0]) < 3
    }
    verb, _, target = do.partition(":")
    if verb == "add":
        rows[target] = rows.get(target, 1) + 1
    elif verb == "remove":
        rows[_list_of(target)] = max(1, rows.get(_list_of(target), 1) - 1)
        posted = {name: values for name, values in posted.items() if not _is_below(name, target)}
    return Sent(
        do=verb, answers=answers_from_fields(form=form, facts=facts, flat=posted, zone=zone), rows=rows
    )


def form_page(
    *,
    form: Form,
    facts: Facts,
    answers: Mapping[str, Any],
    zone: Any,
    errors: Iterable[FieldError] = (),
    rows: Mapping[str, int] | None = None,
) -> FormPage:
    """The form as a template shows it."""
    wrong = [AnswerError(pointer=error.pointer, message=error.message) for error in errors]
    shown = fields(form=form, facts=facts, answers=answers, errors=wrong, rows=rows, zone=zone)
    return FormPage(fields=shown, problems=_summary(shown, wrong), rules=shown_rules(shown))


def filled(shown: Iterable[Field], *, names: Names | None = None) -> list[tuple[str, str]]:
    """What has been filled in and applies, as (label, text). ``names`` are for units and staff."""
    lines = []
    for one in shown:
        if not one.shown:
            continue
        if one.kind in ("group", "list"):
            inside = filled(one.children, names=names)
            leaves = one.kind == "list" and not any(row.children for row in one.children)
            # A list of plain values is one line under the list's own label.
            lines += [(one.label, "\n".join(text for _, text in inside))] if leaves and inside else inside
            continue
        titles = {choice.value: choice.label for choice in one.choices}
        values = one.values if one.kind == "checkboxes" else ((one.value,) if one.value else ())
        text = ", ".join(titles.get(value, value) for value in values)
        if text:
            lines.append((one.label, _read(one.kind, text, names)))
    return lines


def labelled(form: Form | None, posted: Posted, *, names: Names | None, zone: Any) -> list[tuple[str, str]]:
    """Everything that was typed or chosen, as (label, text), without knowing the task.

    A field whose label the form does not give stands under its own name.
    """
    known: dict[str, Field] = {}
    if form is not None:
        rows = {
            name.removeprefix(ROWS): 30 for name in posted if name.startswith(ROWS)
        }  # a row that was not posted is not shown
        for one in walk(fields(form=form, facts=_ANY_TASK, answers={}, rows=rows, zone=zone)):
            if one.kind not in ("group", "list"):
                known.setdefault(one.name, one)
    lines = []
    for name, values in posted.items():
        field = known.get(name)
        titles = {choice.value: choice.label for choice in field.choices} if field is not None else {}
        text = ", ".join(titles.get(value, value) for value in values if value.strip())
        if text and not name.startswith(ROWS):
            lines.append((field.label, _read(field.kind, text, names)) if field else (name, text))
    return lines


def _read(kind: str, text: str, names: Names | None) -> str:
    """A value as people read it; what can't be read as its kind stays as it was typed."""
    if kind == "bool":
        return "Ja" if text == "true" else "Nej"
    if kind == "unit" and names is not None:
        return names.unit(text)
    if kind == "staff" and names is not None:
        return names.user(text)
    try:
        if kind == "datetime":
            return moment(text)
        return day(text) if kind == "date" else text
    except ValueError:
        return text


def _summary(shown: Sequence[Field], wrong: Sequence[AnswerError]) -> list[Problem]:
    """The errors in the order of the page, then those of no field."""
    problems = []
    told: set[str] = set()
    for one, row in _with_rows(shown):
        if one.errors and one.pointer not in told:
            told.add(one.pointer)
            target = f"group-{one.id}" if one.kind in ("group", "list") else one.id
            if row and row != one.label:
                problems += [_in_row(row, one, text=text, target=target) for text in one.errors]
            else:
                problems += [Problem(message=text, label=one.label, target=target) for text in one.errors]
    return problems + [Problem(message=error.message) for error in wrong if error.pointer not in told]


def _in_row(row: str, one: Field, *, text: str, target: str) -> Problem:
    """``Mål 1, senast: fyll i ett datum``: the row first, and the field's label once."""
    before, question, number = row.rpartition("? ")
    place = f"{before}, rad {number}" if question else row
    said = text.replace(f": {one.label}", "")
    return Problem(
        message=f"{said[:1].lower()}{said[1:]}",
        label=f"{place}, {one.label[:1].lower()}{one.label[1:]}",
        target=target,
    )


def _with_rows(shown: Iterable[Field], row: str = "") -> Iterator[tuple[Field, str]]:
    """Every field with the label of the row that it stands in, if any."""
    for one in shown:
        yield one, row
        for inner in one.children:
            yield from _with_rows([inner], row=inner.label if one.kind == "list" and inner.children else row)


def _list_of(row: str) -> str:
    return row.rpartition(".")[0]


def _is_below(name: str, row: str) -> bool:
    bare = name.removeprefix(ROWS)
    return bare == row or bare.startswith(f"{row}.")

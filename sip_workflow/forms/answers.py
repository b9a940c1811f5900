"""Checking answers against a form: at most fifty errors, each at its field, in Swedish."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sip_workflow.domain.definitions import Form
from sip_workflow.forms.compiled import Compiled, compiled
from sip_workflow.forms.effective import Facts
from sip_workflow.forms.formats import REFERENCES, UNIT, UNIT_OR_LINE
from sip_workflow.forms.keywords import SWEDISH, alternative
from sip_workflow.forms.kinds import looks_like_a_unit
from sip_workflow.forms.layout import LAYOUT, Layout
from sip_workflow.forms.pointers import NOT_TEXT, pointer, step

Refers = Callable[[str, str, str], str | None]
"""``refers(kind, value, pointer)``: None when the value is in the register and fits, else a Swedish message.

The kind is the format of the field: ``sip-unit`` (the value is a unit's id) or ``sip-user`` (a username).
"""

PrincipalKind = Callable[[str], str | None]
"""The kind of the principal that a unit belongs to, by the unit's id: municipality, region or other."""

MOST_ERRORS = 50
_OTHER_PRINCIPAL = "Enheten hör inte till den huvudman som du har valt. Ändra det ena eller det andra."
_NOT_USABLE = "Svaret går inte att använda. Läs hjälptexten."
_DEEPEST = 16
_MOST_VALUES = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerError:
    """What is wrong with one field, in words for all. ``pointer``: RFC 6901, empty for the whole answer."""

    pointer: str
    message: str


def validate(
    *,
    form: Form,
    answers: object,
    facts: Facts,
    refers: Refers,
    principal_kind: PrincipalKind | None = None,
) -> list[AnswerError]:
    """What is wrong with the answers, in the order of the form; an empty list when they are valid.

    One error to a field, ``MOST_ERRORS`` at most. No error says what was sent. With ``principal_kind`` a
    unit must belong to a principal of the kind that the answers say (``x-unit-of``; the law's items 2 and 4).
    Raises ``FormError`` when the form itself can't be used.
    """
    ready = compiled(form, facts)
    if not isinstance(answers, dict):
        return [AnswerError(pointer="", message="Svaret ska vara ett objekt med formulärets fält.")]
    too_much = _too_much(answers)
    if too_much:
        return [AnswerError(pointer="", message=too_much)]
    found: dict[str, str] = {}
    for where, message in islice(_wrong(ready, answers), MOST_ERRORS * 4):
        found.setdefault(where, message)
    for name, value, where, principal in _references(ready.root, answers, ""):
        if where in found:
            continue
        unknown = refers(name, value, where)
        if unknown is not None:
            found[where] = unknown
        elif principal is not None and principal_kind is not None:
            kind = principal_kind(value)
            if kind is not None and kind != principal:
                found[where] = _OTHER_PRINCIPAL
    return [
        AnswerError(pointer=where, message=message) for where, message in islice(found.items(), MOST_ERRORS)
    ]


def _wrong(ready: Compiled, answers: dict[str, Any]) -> Iterator[tuple[str, str]]:
    yield from _unreadable(answers, "")
    for error in ready.validator.iter_errors(answers):
        yield pointer(error.absolute_path), error.message if error.validator in SWEDISH else _NOT_USABLE


def _too_much(answers: object) -> str | None:
    """Why the answers are not looked at, counted level by level as they may be deeper than the stack."""
    level, values = [answers], 0
    for _ in range(_DEEPEST):
        values += len(level)
        if values > _MOST_VALUES:
            return "Svaret innehåller för många uppgifter."
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
        if not level:
            return None
    return "Svaret är nästlat för djupt."


def _unreadable(value: object, where: str) -> Iterator[tuple[str, str]]:
    """Text and numbers that can't be stored, and values that are no JSON."""
    if isinstance(value, str):
        if NOT_TEXT.search(value):
            yield where, "Ta bort tecken som inte är text, till exempel styrtecken."
    elif isinstance(value, dict):
        for name, inner in value.items():
            if not isinstance(name, str) or NOT_TEXT.search(name):
                yield where + step(name), "Fältet finns inte i formuläret. Ta bort det."
            else:
                yield from _unreadable(inner, where + step(name))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _unreadable(inner, where + step(number))
    elif isinstance(value, float) and not math.isfinite(value):
        yield where, "Skriv ett tal."
    elif not isinstance(value, int | float | None):
        yield where, "Svaret har fel form."


_Reference = tuple[str, str, str, str | None]


def _references(
    schema: Mapping[str, Any], value: object, where: str, principal: str | None = None
) -> Iterator[_Reference]:
    """The (format, value, pointer, kind of principal) of what must exist in the register."""
    layout: Layout | None = schema.get(LAYOUT)
    if layout is not None:
        if isinstance(value, dict):
            yield from _in_object(schema.get("x-unit-of", {}), layout, value, where)
    elif isinstance(value, list):
        items = schema.get("items")
        if isinstance(items, Mapping):
            # Rows beyond the last are not looked up: they are too many already.
            for number, inner in enumerate(value[: schema.get("maxItems")]):
                yield from _references(items, inner, where + step(number))
    elif isinstance(value, str) and schema.get("format") in REFERENCES:
        yield schema["format"], value, where, principal
    elif isinstance(value, str) and schema.get("format") == UNIT_OR_LINE:
        # Words are anybody; what is written as an id points into the register and must be found there.
        if looks_like_a_unit(value):
            yield UNIT, value, where, principal
    elif "oneOf" in schema:
        chosen = alternative(schema, value)
        if chosen is not None:
            yield from _references(chosen, value, where)


def _in_object(
    principals: Mapping[str, str], layout: Layout, answers: dict[str, Any], where: str
) -> Iterator[_Reference]:
    """``principals``: for a field with a unit, the field of the same object that says whose it must be."""
    shown = layout.shown(answers)
    for name, declared in layout.fields.items():
        if name in answers and name in shown:
            said = answers.get(principals.get(name, ""))
            principal = said if isinstance(said, str) else None
            yield from _references(declared.schema, answers[name], where + step(name), principal)

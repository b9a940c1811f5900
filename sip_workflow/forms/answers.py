"""Checking answers against a form: at most fifty errors, each at its field, in Swedish."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sip_workflow.domain.definitions import Form
from sip_workflow.forms.compiled import compiled
from sip_workflow.forms.effective import Facts
from sip_workflow.forms.formats import REFERENCES
from sip_workflow.forms.keywords import SWEDISH, alternative
from sip_workflow.forms.layout import LAYOUT, Layout
from sip_workflow.forms.pointers import NOT_TEXT, pointer, step

Refers = Callable[[str, str, str], str | None]
"""``refers(kind, value, pointer)``: None when the value is in the register and fits, else a Swedish message.

Kinds: ``unit`` (id of a unit), ``user`` (username), ``unit:municipality`` and ``unit:region`` (a unit, asked
for as ``unit`` before, whose principal must be of that kind).
"""

MOST_ERRORS = 50
_NOT_USABLE = "Svaret går inte att använda. Läs hjälptexten."
_DEEPEST = 16
_MOST_VALUES = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerError:
    """What is wrong with one field, in words for all. ``pointer``: RFC 6901, empty for the whole answer."""

    pointer: str
    message: str


def validate(*, form: Form, answers: object, facts: Facts, refers: Refers) -> list[AnswerError]:
    """What is wrong with the answers, in the order of the form; an empty list when they are valid.

    One error to a field, ``MOST_ERRORS`` at most. No error says what was sent.
    Raises ``FormError`` when the form itself can't be used.
    """
    ready = compiled(form, facts)
    if not isinstance(answers, dict):
        return [AnswerError(pointer="", message="Svaret ska vara ett objekt med formulärets fält.")]
    too_much = _too_much(answers)
    if too_much:
        return [AnswerError(pointer="", message=too_much)]
    found: dict[str, str] = {}
    for where, message in islice(_all(ready.validator, ready.root, answers, refers, found), MOST_ERRORS * 4):
        found.setdefault(where, message)
        if len(found) == MOST_ERRORS:
            break
    return [AnswerError(pointer=where, message=message) for where, message in found.items()]


def _all(
    validator: Any, root: Mapping[str, Any], answers: dict[str, Any], refers: Refers, found: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    yield from _unreadable(answers, "")
    for error in validator.iter_errors(answers):
        yield pointer(error.absolute_path), error.message if error.validator in SWEDISH else _NOT_USABLE
    for kind, value, where in _references(root, answers, ""):
        if where not in found:
            message = refers(kind, value, where)
            if message is not None:
                yield where, message


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


def _references(schema: Mapping[str, Any], value: object, where: str) -> Iterator[tuple[str, str, str]]:
    """The (kind, value, pointer) of what must exist in the register."""
    layout: Layout | None = schema.get(LAYOUT)
    if layout is not None:
        if isinstance(value, dict):
            yield from _in_object(schema, layout, value, where)
    elif isinstance(value, list):
        items = schema.get("items")
        if isinstance(items, Mapping):
            for number, inner in enumerate(value):
                yield from _references(items, inner, where + step(number))
    elif isinstance(value, str) and schema.get("format") in REFERENCES:
        yield REFERENCES[schema["format"]], value, where
    elif "oneOf" in schema:
        chosen = alternative(schema, value)
        if chosen is not None:
            yield from _references(chosen, value, where)


def _in_object(
    schema: Mapping[str, Any], layout: Layout, answers: dict[str, Any], where: str
) -> Iterator[tuple[str, str, str]]:
    # `x-unit-of`: a unit's principal must be of the kind that another field of the same object answers.
    principals: Mapping[str, str] = schema.get("x-unit-of", {})
    shown = layout.shown(answers)
    for name, declared in layout.fields.items():
        if name not in answers or name not in shown:
            continue
        yield from _references(declared.schema, answers[name], where + step(name))
        principal = answers.get(principals.get(name, ""))
        if isinstance(principal, str) and isinstance(answers[name], str):
            yield f"unit:{principal}", answers[name], where + step(name)

"""What a form's two files must look like before anything walks them: JSON Schema allows more than we read."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from sip_workflow.domain.definitions import Form

_LARGEST = 2**63
_ONE = frozenset({"items", "if", "then", "else", "not", "contains"})
_SEVERAL = frozenset({"allOf", "anyOf", "oneOf"})
_NAMED = frozenset({"properties", "$defs"})
_CLOSING = frozenset({"unevaluatedProperties", "additionalProperties"})
_COUNTS = frozenset({"minItems", "maxItems", "minLength", "maxLength"})


def shape_findings(form: Form) -> Iterator[str]:
    """What has a shape that forms can't have, in Swedish, each with its place.

    The schema must already be valid JSON Schema. Where anything is found the rest must not be walked.
    """
    yield from _numbers(form.schema, f"{form.key}.schema")
    yield from _numbers(form.ui, f"{form.key}.ui")
    yield from _schema(form.schema, form.key)
    yield from _ui(form.ui, form.key)


def _numbers(value: object, place: str) -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _numbers(inner, f"{place}.{name}")
    elif isinstance(value, list):
        for inner in value:
            yield from _numbers(inner, place)
    elif isinstance(value, float) and not math.isfinite(value):
        yield f"{place}: talet är oändligt."
    elif isinstance(value, int) and not -_LARGEST <= value < _LARGEST:
        yield f"{place}: heltalet får inte plats i 64 bitar."


def _schema(schema: object, place: str) -> Iterator[str]:
    if not isinstance(schema, Mapping):
        yield f"{place}: delschemat ska vara ett objekt, inte true eller false."
        return
    for keyword, value in schema.items():
        if keyword in _ONE:
            yield from _schema(value, f"{place}.{keyword}")
        elif keyword in _SEVERAL:
            for number, inner in enumerate(value):
                yield from _schema(inner, f"{place}.{keyword}[{number}]")
        elif keyword in _NAMED:
            for name, inner in value.items():
                yield from _schema(inner, f"{place}.{name}")
        elif keyword in _CLOSING and value is not False:
            yield f"{place}: {keyword} ska vara false."
        elif keyword in _COUNTS and not isinstance(value, int):
            yield f"{place}: {keyword} ska vara ett heltal."
        elif keyword == "const" and not isinstance(value, str | int):
            yield f"{place}: const ska vara text, heltal eller sant eller falskt."
        elif keyword == "x-unit-of" and not _is_texts(value):
            yield f"{place}: x-unit-of ska vara ett objekt med fältnamn."


def _is_texts(value: object) -> bool:
    return isinstance(value, Mapping) and all(isinstance(inner, str) for inner in value.values())


def _ui(ui: object, place: str) -> Iterator[str]:
    if not isinstance(ui, Mapping):
        yield f"{place}: uiSchema ska ha ett objekt här."
        return
    order = ui.get("ui:order", [])
    if not isinstance(order, list) or not all(isinstance(name, str) for name in order):
        yield f"{place}: ui:order ska vara en lista med fältnamn."
    if not isinstance(ui.get("ui:widget", ""), str):
        yield f"{place}: ui:widget ska vara text."
    for name, inner in ui.items():
        if not name.startswith("ui:"):
            yield from _ui(inner, f"{place}.{name}")

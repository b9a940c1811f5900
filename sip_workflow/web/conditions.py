"""Style rules that show a conditional field when it applies, in the browser and without a script.

A browser that doesn't know ``:has()`` shows every field with its condition in words, as does one without
styles. What is hidden is dropped when the form is read, so the rules decide nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from sip_workflow.forms import Field, walk

_CHOSEN = frozenset({"radio", "checkboxes", "select", "bool"})
_PLAIN = re.compile(r"[\w.-]+", re.ASCII)


def shown_rules(shown: Iterable[Field]) -> str:
    """The rules of a form, for a style element; empty when nothing in it is conditional.

    Only letters, digits, points and dashes stand for fields and codes: safe in CSS and in HTML.
    """
    fields = list(walk(shown))
    chosen = {field.name for field in fields if field.kind in _CHOSEN}
    rules = [line for field in fields for line in _rules(field, chosen)]
    return "\n".join(["@supports selector(:has(*)) {", *rules, "}"]) if rules else ""


def _rules(field: Field, chosen: set[str]) -> list[str]:
    """The rules of one field; none when its condition can't be said by what is chosen on the page."""
    if field.shown_when is None or not field.shown_when.any_of:
        return []
    ways = field.shown_when.any_of
    words = [field.id, *(text for way in ways for name, codes in way.items() for text in (name, *codes))]
    if not all(_PLAIN.fullmatch(word) for word in words) or not all(set(way) <= chosen for way in ways):
        return []
    place = f"[data-shown='{field.id}']"
    hidden = [f"{place}, {place} > * > .when {{ display: none }}"]
    return hidden + [f".form{_holds(way)} {place} {{ display: block }}" for way in ways]


def _holds(way: Mapping[str, tuple[str, ...]]) -> str:
    """Every field of the way has one of its values."""
    return "".join(
        ":has(:is({}))".format(
            ", ".join(
                f"[name='{name}'][value='{code}']:checked, [name='{name}'] > option[value='{code}']:checked"
                for code in codes
            )
        )
        for name, codes in way.items()
    )

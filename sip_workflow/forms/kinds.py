"""Which kind of field a schema makes: the one answer for pages and for reading what they post."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal

from sip_workflow.forms.effective import FormError
from sip_workflow.forms.formats import UNIT, UNIT_OR_LINE, USER
from sip_workflow.forms.keywords import is_choice
from sip_workflow.forms.layout import LAYOUT

Kind = Literal[
    "text", "textarea", "radio", "checkboxes", "select", "date", "datetime", "number", "bool", "unit",
    "staff", "group", "list", "staff_or_contact", "unit_or_line",
]  # fmt: skip

_LINE = 200
_BY_FORMAT: Mapping[str, Kind] = {
    "date": "date",
    "date-time": "datetime",
    UNIT: "unit",
    USER: "staff",
    UNIT_OR_LINE: "unit_or_line",
}
_UNIT_ID = re.compile(r"[A-Z]{2}\d{10}-[0-9A-Za-z]+", re.ASCII)


def kind_of(schema: Mapping[str, Any], ui: Mapping[str, Any]) -> Kind:
    """The kind of field of a compiled schema. Raises ``FormError`` for what no page can show."""
    if LAYOUT in schema:
        return "group"
    if is_choice(schema):
        return "select" if ui.get("ui:widget") == "select" else "radio"
    if "oneOf" in schema:
        alternatives(schema)
        return "staff_or_contact"
    match schema.get("type"):
        case "array":
            return "checkboxes" if is_choice(schema.get("items", {})) else "list"
        case "boolean":
            return "bool"
        case "integer" | "number":
            return "number"
        case "string":
            by_format = _BY_FORMAT.get(schema.get("format", ""))
            long = ui.get("ui:widget") == "textarea" or schema.get("maxLength", 0) > _LINE
            return by_format or ("textarea" if long else "text")
    raise FormError(f"Fältet ”{schema.get('title', '')}” går inte att visa på en sida.")


def alternatives(schema: Mapping[str, Any]) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """A choice between somebody in the register and a contact that is written. Raises ``FormError``."""
    match schema["oneOf"]:
        case [{"type": "string"} as staff, {"type": "object"} as contact]:
            return staff, contact
    raise FormError(f"Fältet ”{schema.get('title', '')}” har alternativ som inte går att visa på en sida.")


def looks_like_a_unit(text: str) -> bool:
    """Whether a text is written as an HSA id, and so was picked from the register."""
    return _UNIT_ID.fullmatch(text) is not None

"""Pieces that several nouns use: lines, times, a person, a problem, a list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Schema = dict[str, Any]

NO_CONTROLS = r"^(?![\s\S]*[\u0000-\u001f\u007f-\u009f\u2028\u2029])"
"""One line: no control characters. (A plain ``$`` would let a last line break through.)"""

TIME: Schema = {"type": "string", "format": "date-time"}
DATE: Schema = {"type": "string", "format": "date"}
BOOLEAN: Schema = {"type": "boolean"}
TEXT: Schema = {"type": "string"}

GUIDELINES = ("vastra_gotaland", "stockholm", "ostergotland", "vastmanland")


def line(*, longest: int = 120) -> Schema:
    """A text of one line that isn't empty."""
    return {"type": "string", "minLength": 1, "maxLength": longest, "pattern": NO_CONTROLS}


def choice(*codes: str, default: str | None = None) -> Schema:
    """One of the codes."""
    return {"type": "string", "enum": list(codes), **({} if default is None else {"default": default})}


def ref(name: str) -> Schema:
    """A schema of the document."""
    return {"$ref": f"#/components/schemas/{name}"}


def maybe(schema: Schema) -> Schema:
    """The schema, or null."""
    if "$ref" in schema:
        return {"anyOf": [schema, {"type": "null"}]}
    return {**schema, "type": [schema["type"], "null"]}


def closed(properties: Mapping[str, Schema], *, required: Sequence[str] = ()) -> Schema:
    """An object that is sent to us: nothing but these properties."""
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(required),
        "additionalProperties": False,
    }


def told(properties: Mapping[str, Schema]) -> Schema:
    """An object that we answer with: all of these, and room for more in later versions."""
    return {"type": "object", "properties": dict(properties), "required": list(properties)}


def listed(name: str) -> Schema:
    """A page of a list."""
    return told(
        {
            "items": {"type": "array", "items": ref(name)},
            "next": {"type": ["string", "null"], "description": "The path of the next page, or null."},
        }
    )


def _when_number(id_type: str) -> Schema:
    return {
        "if": {"properties": {"id_type": {"const": id_type}}, "required": ["id_type"]},
        "then": {"properties": {"id": {"format": f"sip-{id_type}"}}},
    }


COMPONENTS: Mapping[str, Schema] = {
    "Nothing": closed({}),
    "Problem": {
        **told({"type": TEXT, "title": TEXT, "status": {"type": "integer"}, "detail": TEXT}),
        "description": "RFC 9457, in Swedish. Nothing that was sent is repeated.",
    },
    "InvalidFields": {
        "allOf": [
            ref("Problem"),
            {
                "type": "object",
                "properties": {
                    "errors": {"type": "array", "items": told({"pointer": TEXT, "message": TEXT})},
                },
            },
        ]
    },
    "Person": {
        **closed(
            {
                "id_type": choice("personnummer", "samordningsnummer", "reservnummer", "lma", "unknown"),
                "id": maybe(line(longest=20)),
                "name": line(),
                "address": maybe(line(longest=200)),
                "municipality": line(),
                "protected": choice("no", "marked", "registration", default="no"),
                "birth_date": {**DATE, "description": "For those whose number doesn't tell it."},
                "language": line(),
                "interpreter": BOOLEAN,
            },
            required=("id_type", "name", "municipality"),
        ),
        "allOf": [
            {
                "if": {"properties": {"id_type": {"enum": ["unknown"]}}},
                "else": {"required": ["id"], "properties": {"id": {"type": "string"}}},
            },
            _when_number("personnummer"),
            _when_number("samordningsnummer"),
        ],
        "description": "`id`: for personnummer and samordningsnummer twelve digits with a right check digit. "
        "`protected`: marked = sekretessmarkering, registration = skyddad folkbokföring.",
    },
}

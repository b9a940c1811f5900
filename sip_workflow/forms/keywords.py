"""The validator: JSON Schema 2020-12 with Swedish messages that say what to do, and never what was sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend

from sip_workflow.forms.formats import FORMATS
from sip_workflow.forms.layout import LAYOUT, Layout

LINE = r"^[^\S\r\n]*\S[^\r\n]*$(?![\r\n])"
"""One line that is not blank. What may repeat shares no sign with what follows: the search is linear."""
TEXT = r"\S"
"""Text that is not blank."""
LINK = r"^https://[^\s/?#]\S*$(?![\r\n])"
"""A web address that is followed by people: encrypted, and never a script or a file of their own."""
PATTERNS = frozenset({LINE, TEXT, LINK})
"""The patterns that forms may use: no other is known to be answered in time linear in the text."""

_CHOICES_IN_A_MESSAGE = 6

Errors = Iterator[ValidationError]
_Keyword = Callable[[Any, Any, Any, Mapping[str, Any]], Errors]


def is_choice(schema: Mapping[str, Any]) -> bool:
    """Whether the schema is one of several codes with a text each."""
    return bool(schema.get("oneOf")) and all("const" in one for one in schema["oneOf"])


def alternative(schema: Mapping[str, Any], value: object) -> Mapping[str, Any] | None:
    """Of alternatives that are text or object, the one that the value's type asks for."""
    wanted = "string" if isinstance(value, str) else "object" if isinstance(value, dict) else None
    return next((one for one in schema["oneOf"] if one.get("type") == wanted), None)


def _error(message: str, *path: str) -> ValidationError:
    return ValidationError(message, path=path)


def _object(validator: Any, layout: Layout, answers: Any, schema: Mapping[str, Any]) -> Errors:
    """The parts that apply, and no field beside those that they declare."""
    if not isinstance(answers, dict):
        return
    truths = layout.truths(answers)
    for part in layout.parts:
        if layout.applies(part.guards, truths):
            yield from validator.descend(answers, part.schema)
    if layout.closed:
        for name in answers:
            declared = layout.fields.get(name)
            if declared is None:
                yield _error("Fältet finns inte i formuläret. Ta bort det.", str(name))
            elif not layout.applies(declared.guards, truths):
                condition = layout.condition(name)
                title = declared.schema.get("title", name)
                yield _error(
                    f"Ta bort svaret på ”{title}”. {condition.text if condition else ''}".rstrip(), name
                )


def _type(validator: Any, wanted: Any, value: Any, schema: Mapping[str, Any]) -> Errors:
    types = [wanted] if isinstance(wanted, str) else wanted
    if any(validator.is_type(value, one) for one in types):
        return
    if is_choice(schema):
        yield _error(choose(schema))
        return
    yield _error(
        {
            "object": "Här ska det vara en grupp med fält.",
            "array": "Här ska det vara en lista.",
            "string": "Här ska det vara text.",
            "integer": "Skriv ett heltal.",
            "number": "Skriv ett tal.",
            "boolean": "Svara ja eller nej.",
        }.get(types[0], "Svaret har fel form.")
    )


def choose(schema: Mapping[str, Any]) -> str:
    """The message that asks for one of the choices."""
    titles = [str(one.get("title", one.get("const"))) for one in schema.get("oneOf", ())]
    if not titles or len(titles) > _CHOICES_IN_A_MESSAGE:
        return "Välj ett av alternativen."
    return f"Välj ett av alternativen: {', '.join(f'”{title}”' for title in titles)}."


def missing(name: str, schema: Mapping[str, Any]) -> str:
    """The message for a field that has no answer."""
    title = str(schema.get("title", name))
    if schema.get("const") is True:
        return f"Kryssa i: {title}."
    if is_choice(schema) or schema.get("uniqueItems"):
        return f"Välj ett svar: {title}"
    if schema.get("type") == "array":
        return f"Lägg till minst en rad: {title}"
    return f"Fyll i: {title}"


def _required(validator: Any, names: Any, answers: Any, schema: Mapping[str, Any]) -> Errors:
    if not isinstance(answers, dict):
        return
    for name in names:
        if name not in answers:
            fields = schema.get("x-fields", {})
            yield _error(missing(name, fields.get(name, schema.get("properties", {}).get(name, {}))), name)


def _one_of(validator: Any, choices: Any, value: Any, schema: Mapping[str, Any]) -> Errors:
    if is_choice(schema):
        if not any(type(value) is type(one["const"]) and value == one["const"] for one in choices):
            yield _error(choose(schema))
        return
    chosen = alternative(schema, value)
    if chosen is None:
        yield _error("Välj i listan eller fyll i uppgifterna.")
    else:
        yield from validator.descend(value, chosen)


def _format(validator: Any, name: Any, value: Any, schema: Mapping[str, Any]) -> Errors:
    known = FORMATS.get(name)
    if known and isinstance(value, str) and not known.accepts(value):
        yield _error(known.message)


def _pattern(validator: Any, pattern: Any, value: Any, schema: Mapping[str, Any]) -> Errors:
    # What is too long is told so anyway: no search holds the interpreter for what will be refused.
    if isinstance(value, str) and len(value) > schema.get("maxLength", len(value)):
        return
    for _ in Draft202012Validator.VALIDATORS["pattern"](validator, pattern, value, schema):
        if pattern == LINK:
            yield _error("Skriv en länk som börjar med https:// och är utan mellanslag.")
            return
        several = isinstance(value, str) and ("\n" in value or "\r" in value) and value.strip()
        yield _error("Skriv på en enda rad." if several else "Skriv något här.")


def _contains(validator: Any, wanted: Any, value: Any, schema: Mapping[str, Any]) -> Errors:
    if not isinstance(value, list) or any(validator.evolve(schema=wanted).is_valid(one) for one in value):
        return
    titles = {one.get("const"): one.get("title") for one in schema.get("items", {}).get("oneOf", ())}
    title = titles.get(wanted.get("const")) if isinstance(wanted, Mapping) else None
    if title:
        yield _error(f"”{title}” ska vara med.")
    else:
        yield _error(str(schema.get("description", "En rad som behövs saknas.")))


def _said(keyword: str, message: Callable[[Any, Any, Mapping[str, Any]], str]) -> _Keyword:
    """The standard's own test of a keyword, with our message."""
    standard = Draft202012Validator.VALIDATORS[keyword]

    def check(validator: Any, wanted: Any, value: Any, schema: Mapping[str, Any]) -> Errors:
        for _ in standard(validator, wanted, value, schema):
            yield _error(message(wanted, value, schema))
            return

    return check


def _too_few(least: int, value: object, schema: Mapping[str, Any]) -> str:
    return f"Välj minst {least}." if schema.get("uniqueItems") else f"Lägg till rader. Minst {least} behövs."


def _confirm(wanted: object, value: object, schema: Mapping[str, Any]) -> str:
    if wanted is True:
        return f"Kryssa i: {schema.get('title', 'rutan')}."
    return "Välj det alternativ som går att välja här."


Checker: Any = extend(  # type: ignore[no-untyped-call]
    Draft202012Validator,
    validators={
        LAYOUT: _object,
        "type": _type,
        "required": _required,
        "oneOf": _one_of,
        "format": _format,
        "pattern": _pattern,
        "contains": _contains,
        "const": _said("const", _confirm),
        "enum": _said("enum", lambda wanted, value, schema: "Välj ett alternativ som går att välja här."),
        "minLength": _said("minLength", lambda least, value, schema: "Skriv något här."),
        "maxLength": _said(
            "maxLength", lambda most, value, schema: f"Skriv högst {most} tecken. Nu är det {len(value)}."
        ),
        "minimum": _said("minimum", lambda least, value, schema: f"Ange minst {least}."),
        "maximum": _said("maximum", lambda most, value, schema: f"Ange högst {most}."),
        "minItems": _said("minItems", _too_few),
        "maxItems": _said("maxItems", lambda most, value, schema: f"Ta bort rader. Högst {most} får plats."),
        "uniqueItems": _said(
            "uniqueItems", lambda wanted, value, schema: "Välj varje alternativ bara en gång."
        ),
    },
)
"""The validator class for compiled schemas."""

SWEDISH = frozenset({
    LAYOUT, "type", "required", "oneOf", "format", "pattern", "contains", "const", "enum", "minLength",
    "maxLength", "minimum", "maximum", "minItems", "maxItems", "uniqueItems",
})  # fmt: skip
"""The keywords whose messages are ours."""

"""What is wrong with a form, found before anybody meets it: for those who write forms, and for the tests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import islice, product
from typing import Any
from zoneinfo import ZoneInfo

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

from sip_workflow.domain.definitions import Form
from sip_workflow.forms.compiled import compiled
from sip_workflow.forms.effective import (
    FACT_KEYWORDS,
    Facts,
    FormError,
    parts,
    used_facts,
    without_references,
)
from sip_workflow.forms.examples import examples
from sip_workflow.forms.formats import FORMATS
from sip_workflow.forms.keywords import PATTERNS, is_choice
from sip_workflow.forms.kinds import kind_of
from sip_workflow.forms.layout import LAYOUT, Layout
from sip_workflow.forms.shapes import shape_findings
from sip_workflow.forms.stand_ins import StandIns

LONGEST_TEXT = 2000
MOST_ROWS = 30
MOST_FINDINGS = 200
_MOST_FACTS = 8
_WIDGETS = frozenset({
    "radio", "select", "checkbox", "checkboxes", "textarea", "date", "datetime", "unit", "staff",
    "unit_or_line", "staff_or_contact",
})  # fmt: skip
_KEYWORDS = frozenset({
    "$schema", "$defs", "$ref", "title", "description", "default", "type", "properties", "required", "allOf",
    "anyOf", "oneOf", "not", "if", "then", "else", "const", "enum", "items", "contains", "minItems",
    "maxItems", "uniqueItems", "minLength", "maxLength", "pattern", "format", "minimum", "maximum",
    "unevaluatedProperties", "additionalProperties", "examples", "x-unit-of", *FACT_KEYWORDS,
})  # fmt: skip
_SOMEBODY = StandIns(
    now=datetime(2027, 3, 1, 9, 0, tzinfo=UTC),
    zone=ZoneInfo("Europe/Stockholm"),
    me="nagon.ett",
    colleague="nagon.tva",
    unit="SE2120000000-A1",
    sister_unit="SE2120000000-A2",
    other_unit="SE2321000000-B1",
)


def schema_findings(form: Form) -> list[str]:
    """What should be put right in a form, in Swedish, each with its place; an empty list when all is well.

    At most ``MOST_FINDINGS``.
    """
    try:
        Draft202012Validator.check_schema(form.schema)
    except SchemaError as error:
        return [f"{form.key}: inte giltig JSON Schema vid {error.json_path}."]
    shapes = list(islice(shape_findings(form), MOST_FINDINGS))
    if shapes:
        return shapes
    try:
        found = [*_fact_keywords(form), *_keywords(form.schema, form.key)]
        everything: Facts = dict.fromkeys(used_facts(form.schema), True)
        root = compiled(form, everything).root
        found += _object(root[LAYOUT], form.ui, form.key)
        found += _guidance(form)
        found += _examples(form)
    except FormError as error:
        return [f"{form.key}: {error}"]
    return found[:MOST_FINDINGS]


def _fact_keywords(form: Form) -> Iterator[str]:
    """The keywords of ours name fields and codes that exist."""
    fields = {
        name: field
        for part in parts(without_references(form.schema))
        for name, field in part.get("properties", {}).items()
    }
    for keyword in FACT_KEYWORDS:
        for named in form.schema.get(keyword, {}):
            name, _, code = named.partition("=")
            codes = {choice.get("const") for choice in fields.get(name, {}).get("oneOf", ())}
            if name not in fields:
                yield f"{form.key}: {keyword} nämner fältet {name}, som inte finns."
            elif keyword == "x-choice-when" and code not in codes:
                yield f"{form.key}: {keyword} nämner alternativet {named}, som inte finns."
            elif keyword == "x-choices" and not codes:
                yield f"{form.key}: {keyword} nämner fältet {name}, som inte har några alternativ."


def _keywords(schema: Mapping[str, Any], place: str) -> Iterator[str]:
    """Every keyword is one that is checked; a misspelt one would let everything through."""
    for keyword, value in schema.items():
        if keyword not in _KEYWORDS:
            yield f"{place}: nyckelordet {keyword} används inte i formulär."
        elif keyword == "pattern" and value not in PATTERNS:
            yield f"{place}: mönstret är inte ett av dem som formulär får ha: {', '.join(sorted(PATTERNS))}"
        elif keyword in ("properties", "$defs"):
            for name, inner in value.items():
                yield from _keywords(inner, f"{place}.{name}")
        elif keyword in ("allOf", "anyOf", "oneOf"):
            for inner in value:
                yield from _keywords(inner, place)
        elif keyword in ("if", "then", "else", "not", "items", "contains") and isinstance(value, Mapping):
            yield from _keywords(value, place)


def _object(layout: Layout, ui: Mapping[str, Any], place: str) -> Iterator[str]:
    if not layout.closed:
        yield f"{place}: objektet ska vara slutet (unevaluatedProperties: false)."
    order = ui.get("ui:order", [])
    if sorted(order) != sorted(layout.fields):
        yield f"{place}: ui:order ska nämna varje fält en gång."
    for name in ui:
        if not name.startswith("ui:") and name != "items" and name not in layout.fields:
            yield f"{place}: uiSchema nämner fältet {name}, som inte finns."
    for name, declared in layout.fields.items():
        condition = layout.condition(name)
        if (
            condition
            and not condition.any_of
            and not all(layout.sources[number].get("description") for number, _ in declared.guards)
        ):
            yield f"{place}.{name}: villkoret behöver en description som säger när fältet visas."
        for part in layout.parts:
            again = part.schema.get("properties", {}).get(name, {})
            if part.guards != declared.guards and ("type" in again or "oneOf" in again):
                yield f"{place}.{name}: fältet är beskrivet på två ställen."
        yield from _field(declared.schema, ui.get(name, {}), f"{place}.{name}", titled=True)


def _field(schema: Mapping[str, Any], ui: Mapping[str, Any], place: str, *, titled: bool) -> Iterator[str]:
    if titled and not schema.get("title"):
        yield f"{place}: title saknas."
    if ui.get("ui:widget", "radio") not in _WIDGETS:
        yield f"{place}: ui:widget {ui['ui:widget']} finns inte."
    kind = kind_of(schema, ui)
    if kind == "group":
        yield from _object(schema[LAYOUT], ui, place)
    elif is_choice(schema):
        yield from _choices(schema, place)
    elif kind == "staff_or_contact":
        yield from _object(
            schema["oneOf"][1][LAYOUT], {"ui:order": list(schema["oneOf"][1][LAYOUT].fields)}, place
        )
    elif schema["type"] == "array":
        if schema.get("maxItems", MOST_ROWS + 1) > MOST_ROWS:
            yield f"{place}: maxItems ska vara högst {MOST_ROWS}."
        # Choices of a list of codes are not shown with a title of their own.
        yield from _field(schema["items"], ui.get("items", {}), f"{place}[]", titled=False)
    elif schema["type"] == "string":
        if schema.get("maxLength", LONGEST_TEXT + 1) > LONGEST_TEXT:
            yield f"{place}: maxLength ska vara högst {LONGEST_TEXT}."
        if schema.get("format", "date") not in FORMATS:
            yield f"{place}: formatet {schema['format']} finns inte."


def _choices(schema: Mapping[str, Any], place: str) -> Iterator[str]:
    codes = [choice["const"] for choice in schema["oneOf"]]
    if len({str(code) for code in codes}) < len(codes):
        yield f"{place}: ett alternativ står två gånger."
    for choice in schema["oneOf"]:
        if not choice.get("title"):
            yield f"{place}: alternativet {choice['const']} saknar text."


def _guidance(form: Form) -> Iterator[str]:
    guidance = form.ui.get("ui:guidance")
    if not isinstance(guidance, list) or not guidance or not all(isinstance(one, str) for one in guidance):
        yield f"{form.key}: ui:guidance ska vara en lista med korta stycken."


def _examples(form: Form) -> Iterator[str]:
    """Every example holds for some facts, and whatever the facts there is an example that holds."""
    names = used_facts(form.schema)
    lists = set(form.schema.get("x-choices", {}).values())
    if len(names) > _MOST_FACTS:
        yield f"{form.key}: formuläret frågar efter fler fakta än {_MOST_FACTS}."
        return
    used: list[Any] = []
    for values in product((False, True), repeat=len(names)):
        facts = {name: value for name, value in zip(names, values, strict=True) if name not in lists}
        valid = examples(form=form, facts=facts, stand_ins=_SOMEBODY, refers=lambda kind, value, where: None)
        if not valid:
            told = ", ".join(name for name, value in facts.items() if value) or "inga fakta"
            yield f"{form.key}: inget exempel gäller för {told}."
        used += [one for one in valid if one not in used]
    for number, example in enumerate(form.schema.get("examples", ())):
        if _SOMEBODY.resolve(example) not in used:
            yield f"{form.key}: exempel {number + 1} är aldrig giltigt."

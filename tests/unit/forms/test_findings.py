"""What is wrong with a form is found before it is deployed."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from sip_workflow.domain.definitions import Form
from sip_workflow.forms import FormError, schema_findings, validate
from tests.unit.forms.shipped import anyone, form

Change = Callable[[dict[str, Any], dict[str, Any]], object]


def _route(schema: dict[str, Any]) -> dict[str, Any]:
    return schema["properties"]["route"]  # type: ignore[no-any-return]


CHANGES: list[tuple[str, Change, str]] = [
    ("delegate", lambda s, u: _route(s).pop("title"), "delegate.route: title saknas."),
    ("delegate", lambda s, u: _route(s)["oneOf"][0].pop("title"), "alternativet participant saknar text"),
    ("delegate", lambda s, u: _route(s)["oneOf"].append(_route(s)["oneOf"][0]), "står två gånger"),
    ("delegate", lambda s, u: s.pop("unevaluatedProperties"), "objektet ska vara slutet"),
    ("delegate", lambda s, u: u["ui:order"].pop(), "ui:order"),
    ("delegate", lambda s, u: u.update(other={}), "uiSchema nämner fältet other"),
    ("delegate", lambda s, u: u["route"].update({"ui:widget": "knob"}), "ui:widget knob finns inte"),
    ("delegate", lambda s, u: u.pop("ui:guidance"), "ui:guidance"),
    ("delegate", lambda s, u: s["$defs"]["line"].update(maxLength=5000), "maxLength ska vara högst 2000"),
    ("delegate", lambda s, u: s["$defs"]["line"].pop("maxLength"), "maxLength ska vara högst 2000"),
    (
        "delegate",
        lambda s, u: s["$defs"]["unit"].update(format="sip-planet"),
        "formatet sip-planet finns inte",
    ),
    (
        "delegate",
        lambda s, u: s["$defs"]["line"].update(pattern="^(a+)+$"),
        "line: mönstret är inte",
    ),
    ("delegate", lambda s, u: s.update(need=[]), "nyckelordet need"),
    ("delegate", lambda s, u: s["examples"].append({"route": "nowhere"}), "exempel 5 är aldrig giltigt"),
    ("delegate", lambda s, u: s["examples"].clear(), "inget exempel gäller för inga fakta"),
    ("delegate", lambda s, u: s.update({"x-choice-when": {"route=x": "y"}}), "alternativet route=x"),
    ("delegate", lambda s, u: s.update({"x-only-when": {"other": "y"}}), "x-only-when nämner fältet other"),
    ("delegate", lambda s, u: s.update({"x-choices": {"unit": "y"}}), "som inte har några alternativ"),
    (
        "delegate",
        lambda s, u: s.update({"x-choices": {"route": 7}}),
        "x-choices ska vara ett objekt med faktanamn",
    ),
    ("delegate", lambda s, u: s["$defs"].pop("line"), "leder ingenstans"),
    ("delegate", lambda s, u: s["$defs"].update(line={"$ref": "#/$defs/line"}), "går runt i en cirkel"),
    ("delegate", lambda s, u: s.update(type="strong"), "inte giltig JSON Schema"),
    ("delegate", lambda s, u: s.update(type="array"), "ska vara ett objekt"),
    ("delegate", lambda s, u: _route(s).pop("oneOf") and _route(s).update(type="null"), "går inte att visa"),
    ("delegate", lambda s, u: s["properties"].update(unit=_route(s)), "fältet är beskrivet på två ställen"),
    ("plan", lambda s, u: s["properties"]["goals"].update(maxItems=31), "maxItems ska vara högst 30"),
    ("plan", lambda s, u: s["allOf"][0]["if"].pop("description"), "villkoret behöver en description"),
    (
        "plan",
        lambda s, u: s["$defs"]["staff_or_contact"]["oneOf"].reverse(),
        "alternativ som inte går att visa",
    ),
    (
        "delegate",
        lambda s, u: s.update(
            {"x-only-when": {"unit": "a", "reason": "b", **{f"{n}": f"f{n}" for n in range(9)}}}
        ),
        "fler fakta än",
    ),
]


@pytest.mark.parametrize(("key", "change", "finding"), CHANGES)
def test_a_fault_is_found(key: str, change: Change, finding: str) -> None:
    schema, ui = copy.deepcopy(dict(form(key).schema)), copy.deepcopy(dict(form(key).ui))
    change(schema, ui)

    found = schema_findings(Form(key=key, schema=schema, ui=ui))
    assert any(finding in one for one in found), found


def test_a_form_that_can_not_be_used_is_told_apart_from_bad_answers() -> None:
    broken = Form(
        key="x", schema={"type": "object", "properties": {"a": {"$ref": "https://example.org/b"}}}, ui={}
    )

    with pytest.raises(FormError):
        validate(form=broken, answers={}, facts={}, refers=anyone)

"""Whatever the files hold, the check answers: what is wrong is named, and nothing is raised."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sip_workflow import checks
from sip_workflow.application.operations import names
from sip_workflow.checks import Deployment, Finding, check_files, guidelines
from sip_workflow.checks.check import BUILT_IN, MOST_FINDINGS
from sip_workflow.definitions import definition_files
from sip_workflow.engine import Engine

ENGINE = Engine()
SOUND = definition_files()
DEADLINES = "processes/decisions/deadlines.dmn"
LEVELS = "processes/decisions/escalation_levels.dmn"
GUIDELINES = "processes/guidelines.json"
Change = Callable[[dict[str, Any]], object]


def run(**changes: bytes | None) -> list[Finding]:
    files = {name: content for name, content in {**SOUND, **changes}.items() if content is not None}
    return check_files(files=files, engine=ENGINE, operations=names())


def changed(name: str, change: Change) -> list[Finding]:
    value = json.loads(SOUND[name])
    change(value)
    return run(**{name: json.dumps(value).encode()})


def cells(name: str, old: str, new: str) -> list[Finding]:
    assert re.search(old, SOUND[name].decode())
    return run(**{name: re.sub(old, new, SOUND[name].decode()).encode()})


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        (DEADLINES, r"<text>\d+</text>", '<text>"snart"</text>'),
        (DEADLINES, r"<text>\d+</text>", "<text>1.5</text>"),
        (DEADLINES, r"<text>\d+</text>", "<text>99999999</text>"),
        (DEADLINES, r"<text>\d+</text>", "<text></text>"),
        (DEADLINES, r"<text>\"(working_days|days)\"</text>", '<text>"veckor"</text>'),
        (DEADLINES, r"<text>\"(working_days|days)\"</text>", "<text>[]</text>"),
        (LEVELS, r"<text>\d+</text>", '<text>"snart"</text>'),
    ],
)
def test_cells_that_can_not_be_counted(name: str, old: str, new: str) -> None:
    found = cells(name, old, new)
    assert {(one.rule, one.file) for one in found} == {("deadline_known", DEADLINES)}
    assert all("går inte att räkna för riktlinjen" in one.message for one in found)
    # Each deadline once for each guideline, however many timers name it.
    assert len({(one.element, one.message) for one in found}) == len(found)


@pytest.mark.parametrize("name", [DEADLINES, LEVELS])
def test_a_table_that_is_not_there(name: str) -> None:
    assert [(one.rule, one.file, one.message) for one in run(**{name: None})] == [
        ("deadline_known", name, "Tabellen saknas.")
    ]


DELEGATE, DELEGATE_UI = "forms/delegate.schema.json", "forms/delegate.ui.json"


def doubled(schema: dict[str, Any]) -> None:
    for number in range(15):
        below = {"$ref": f"#/$defs/d{number + 1}"}
        schema["$defs"][f"d{number}"] = {"type": "object", "properties": {"a": below, "b": below}}
    schema["$defs"]["d15"] = {"type": "boolean"}
    schema["properties"]["reason"] = {"$ref": "#/$defs/d0", "title": "Skäl"}


def chained(schema: dict[str, Any]) -> None:
    for number in range(2000):
        schema["$defs"][f"c{number}"] = {"$ref": f"#/$defs/c{number + 1}"}
    schema["$defs"]["c2000"] = {"type": "boolean"}
    schema["properties"]["reason"] = {"$ref": "#/$defs/c0", "title": "Skäl"}


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        (DELEGATE_UI, lambda u: u.update({"ui:order": 5}), "ui:order ska vara en lista"),
        (DELEGATE_UI, lambda u: u.update({"ui:order": [5]}), "ui:order ska vara en lista"),
        (DELEGATE_UI, lambda u: u.update(route=7), "uiSchema ska ha ett objekt här"),
        (DELEGATE_UI, lambda u: u.update(route=[]), "uiSchema ska ha ett objekt här"),
        (DELEGATE_UI, lambda u: u.update(route={"ui:widget": []}), "ui:widget ska vara text"),
        (DELEGATE, lambda s: s["properties"].update(route=True), "inte true eller false"),
        (DELEGATE, lambda s: s["properties"]["route"].update(oneOf=[True]), "inte true eller false"),
        (DELEGATE, lambda s: s["allOf"].append(False), "inte true eller false"),
        (DELEGATE, lambda s: s["allOf"].append({"if": True, "then": {}}), "inte true eller false"),
        (DELEGATE, lambda s: s["$defs"].update(line=False), "inte true eller false"),
        (
            DELEGATE,
            lambda s: s["properties"].update(reason={"title": "A", "type": "array", "items": False}),
            "inte true eller false",
        ),
        (DELEGATE, lambda s: s["$defs"]["line"].update(maxLength=120.0), "maxLength ska vara ett heltal"),
        (DELEGATE, lambda s: s["properties"]["route"]["oneOf"][0].update(const=[]), "const ska vara"),
        (DELEGATE, lambda s: s.update({"x-unit-of": 5}), "x-unit-of ska vara"),
        (DELEGATE, lambda s: s.update(unevaluatedProperties={}), "unevaluatedProperties ska vara false"),
        (DELEGATE, doubled, "fler än 5000 delar"),
        (DELEGATE, chained, "djupare än 20 steg"),
        (DELEGATE, lambda s: s["$defs"]["line"].update(maxLength=2**64), "ett tal som inte går"),
    ],
)
def test_forms_that_can_not_be_walked(name: str, change: Change, said: str) -> None:
    found = changed(name, change)
    assert any(said in one.message for one in found), found
    assert not any("gick inte att pröva" in one.message for one in found)


def test_all_that_is_found_is_bounded() -> None:
    many = changed(DELEGATE, lambda s: s["$defs"].update({f"d{number}": True for number in range(900)}))
    assert len(many) == MOST_FINDINGS
    several = {
        name: json.dumps({**json.loads(content), "need": 1}).encode()
        for name, content in SOUND.items()
        if name.endswith(".schema.json")
    }
    unread = {f"forms/Oläslig{number}.json": b"" for number in range(300)}
    assert 0 < len(run(**several)) < MOST_FINDINGS
    cut = run(**unread)
    assert len(cut) == MOST_FINDINGS
    assert (cut[-1].rule, cut[-1].severity) == ("check", "error")


def test_a_rule_that_fails_is_named_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*, deployment: Deployment) -> Any:
        yield Finding(rule="failing", severity="warning", file="a", element="", message="Ett.", help="Två.")
        raise KeyError("what the file held")

    monkeypatch.setattr(
        checks.check, "BUILT_IN", {**BUILT_IN, "failing": failing, "none": lambda *, deployment: [7]}
    )
    found = run(**{"forms/need.schema.json": None, "forms/need.ui.json": None})
    assert {(one.rule, one.severity) for one in found} == {
        ("form_exists", "error"),
        ("failing", "error"),
        ("failing", "warning"),
        ("none", "error"),
    }
    fault = next(one for one in found if one.rule == "failing" and one.severity == "error")
    assert "failing" in fault.message
    assert "held" not in fault.message


def test_a_form_that_fails_does_not_hide_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    read = checks.forms.schema_findings

    def trips(form: Any) -> list[str]:
        if form.key == "need":
            raise RuntimeError
        return read(form)

    monkeypatch.setattr(checks.forms, "schema_findings", trips)
    found = changed(DELEGATE, lambda s: s.update(need=1))
    assert [(one.rule, one.file) for one in found] == [
        ("form_holds", DELEGATE),
        ("form_holds", "forms/need.schema.json"),
    ]


class TestGuidelines:
    @pytest.mark.parametrize(
        ("key", "value"),
        [
            ("called_kinds", "school"),
            ("called_kinds", [1]),
            ("consent_attempts", 0),
            ("consent_attempts", True),
            ("consent_attempts", "2"),
            ("consent_forms", []),
            ("consultation", "ja"),
            ("invitation_document", {"signed_with_person": 1}),
            ("invitation_document", 7),
            ("phases", {}),
            ("phases", [{"name": "Förbered"}]),
            ("phases", [7]),
        ],
    )
    def test_a_key_that_is_read_has_its_kind(self, key: str, value: object) -> None:
        for change in (
            lambda all_: all_["stockholm"].update({key: copy.deepcopy(value)}),
            lambda all_: all_["stockholm"].pop(key),
        ):
            (found,) = changed(GUIDELINES, change)
            assert (found.rule, found.file, found.element) == ("guideline_complete", GUIDELINES, "stockholm")
            assert found.message.startswith(key)

    def test_the_readme_names_what_is_read(self) -> None:
        readme = (Path(__file__).parents[3] / "forms" / "README.md").read_text(encoding="utf-8")
        _, table = readme.split("### What of a guideline acts today")
        assert re.findall(r"^\| `([\w.]+)`", table.split("\n## ")[0], flags=re.M) == sorted(guidelines.READ)

    def test_the_four_are_there(self) -> None:
        found = changed(GUIDELINES, lambda all_: all_.pop("ostergotland"))
        assert [(one.rule, one.element) for one in found] == [("guideline_complete", "ostergotland")]

    @pytest.mark.parametrize("default", [(), ("stockholm", "vastra_gotaland")])
    def test_one_is_the_default(self, default: tuple[str, ...]) -> None:
        def change(all_: dict[str, Any]) -> None:
            for name, choices in all_.items():
                choices["default"] = name in default

        (found,) = changed(GUIDELINES, change)
        assert found.message == f"En riktlinje ska ha default: true. Nu har {len(default)} det."

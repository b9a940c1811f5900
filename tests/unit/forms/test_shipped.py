"""The shipped forms are whole: fields, texts, limits, and an example for every outcome."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from sip_workflow.forms import examples, schema_findings
from tests.unit.forms.shipped import FOLDER, STAND_INS, anyone, errors, form, shipped, valid_examples

KEYS = [
    "acknowledge",
    "admission_acknowledge",
    "admission_notice",
    "care_contact",
    "closing",
    "closing_record",
    "consent",
    "delegate",
    "deviation",
    "discharge_information",
    "escalation_handling",
    "follow_up_meeting",
    "invitation_review",
    "meeting",
    "need",
    "plan",
    "planning_basis",
    "practical_preparation",
    "preparation",
    "professional_premeeting",
    "replies_review",
    "reply",
    "sip_offer",
    "unit_preparation",
]

CHILD = {"child": True}
JOINT = {"joint_closing": True}
INVITED = {"invited": True}
CALLED = {"called": True}


def test_the_forms_are_those_of_the_processes() -> None:
    assert list(shipped()) == KEYS


@pytest.mark.parametrize("key", KEYS)
def test_nothing_is_to_be_put_right(key: str) -> None:
    assert schema_findings(form(key)) == []


def _is(**answers: object) -> Callable[[dict[str, Any]], bool]:
    return lambda example: all(example.get(name) == value for name, value in answers.items())


def _missing(example: dict[str, Any]) -> bool:
    return any(row["part"] == "missing" for row in example.get("attendance", ()))


OUTCOMES: list[tuple[str, dict[str, object], Callable[[dict[str, Any]], bool]]] = [
    *(
        (key, {}, _is(receipt=receipt))
        for key in ("acknowledge", "admission_acknowledge")
        for receipt in ("acknowledged", "misdirected")
    ),
    *(("sip_offer", {}, _is(answer=answer)) for answer in ("accepted", "declined", "unable")),
    *(("need", {}, _is(sip_needed=answer)) for answer in ("yes", "no")),
    ("consent", {}, _is(information_exchange="given", plan="given", form="oral")),
    ("consent", CHILD, _is(information_exchange="given", plan="given", form="written")),
    ("consent", {}, _is(plan="hesitant")),
    ("consent", {}, _is(information_exchange="given", plan="refused")),
    ("consent", {}, _is(information_exchange="refused")),
    ("consent", {}, _is(information_exchange="other_ground", plan="unable", given_by="representative")),
    ("consent", CHILD, lambda example: "refused" in {row["answer"] for row in example["guardians"]}),
    ("consent", CHILD, lambda example: "not_reached" in {row["answer"] for row in example["guardians"]}),
    *(("preparation", {}, _is(professional_premeeting=answer)) for answer in (False, True)),
    ("preparation", CHILD, _is(takes_part="not")),
    ("preparation", {}, lambda example: example["meeting"]["setting"] == "inpatient"),
    *(("professional_premeeting", {}, _is(occasion=answer)) for answer in ("before", "after")),
    *(("invitation_review", {}, _is(send=answer)) for answer in ("now", "change")),
    *(("replies_review", {}, _is(go_ahead=answer)) for answer in ("yes", "rebook", "cancel")),
    *(("meeting", {}, _is(held="yes", result=answer)) for answer in ("plan", "another_meeting", "no_sip")),
    ("meeting", {}, _missing),
    ("meeting", {}, _is(held="yes", consent_confirmed=False)),
    *(("meeting", {}, _is(held="no", next=answer)) for answer in ("rebook", "close")),
    ("plan", {}, _is(overall_principal="municipality")),
    ("plan", {}, _is(overall_principal="region")),
    ("plan", CHILD, lambda example: "child_view" in example),
    ("plan", {}, lambda example: bool(example.get("disagreements")) and "no_others" not in example),
    (
        "plan",
        {},
        lambda example: {a["carried_out_by"] for a in example["actions"]} == {"municipality", "self"},
    ),
    *(
        ("follow_up_meeting", {}, _is(held="yes", outcome=answer))
        for answer in ("close", "continue", "revise", "new_plan")
    ),
    ("follow_up_meeting", {}, _is(held="no")),
    ("follow_up_meeting", {}, lambda example: example.get("parties", [{}])[0].get("change") == "leaves"),
    *(
        ("closing", {}, _is(reason=reason))
        for reason in ("goals_met", "goal_changed", "moved", "not_reached", "not_needed")
    ),
    ("closing", {}, _is(person_agrees="no")),
    *(("closing_record", JOINT, _is(agreement=answer)) for answer in ("agrees", "disagrees")),
    ("closing_record", {}, _is(documented=True)),
    ("delegate", CALLED, _is(route="participant")),
    ("delegate", CALLED, _is(route="passed_on")),
    ("delegate", INVITED, _is(route="declined")),
    *(("reply", CALLED, _is(attendance=answer)) for answer in ("attends", "substitute", "unable")),
    ("unit_preparation", {"mandate_pending": True}, _is(mandate_settled=True)),
    *(
        ("escalation_handling", {}, _is(action=answer))
        for answer in ("done", "reassigned", "new_time", "none")
    ),
    *(("escalation_handling", {}, _is(write_deviation=answer)) for answer in (True, False)),
    *(("deviation", {}, _is(decision=answer)) for answer in ("submit", "discard")),
]


@pytest.mark.parametrize(("key", "facts", "outcome"), OUTCOMES)
def test_every_outcome_has_an_example(
    key: str, facts: dict[str, object], outcome: Callable[[dict[str, Any]], bool]
) -> None:
    assert any(outcome(example) for example in valid_examples(key, facts))


STRAIGHT: dict[str, dict[str, object]] = {
    "need": {"sip_needed": "yes"},
    "sip_offer": {"answer": "accepted"},
    "consent": {"information_exchange": "given", "plan": "given"},
    "preparation": {"professional_premeeting": False},
    "invitation_review": {"send": "now"},
    "replies_review": {"go_ahead": "yes"},
    "meeting": {"held": "yes", "consent_confirmed": True, "result": "plan"},
    "follow_up_meeting": {"held": "yes", "outcome": "close", "closing_reason": "goals_met"},
    "closing": {"reason": "goals_met", "person_agrees": "yes"},
    "closing_record": {"documented": True},
    "admission_acknowledge": {"receipt": "acknowledged"},
    "acknowledge": {"receipt": "acknowledged"},
    "delegate": {"route": "participant"},
    "reply": {"attendance": "attends", "mandate": "yes"},
    "escalation_handling": {"action": "done", "write_deviation": False},
}


@pytest.mark.parametrize(
    "facts", [{}, CHILD, {**CHILD, "consent_forms": ["written"]}, JOINT, CALLED, INVITED]
)
@pytest.mark.parametrize("key", STRAIGHT)
def test_the_way_onward_comes_first(key: str, facts: dict[str, object]) -> None:
    first = valid_examples(key, facts)[0]

    assert {name: first.get(name) for name in STRAIGHT[key]} == STRAIGHT[key]


def test_the_first_examples_fit_together() -> None:
    first = {key: valid_examples(key, {})[0] for key in KEYS}

    scope = set(first["consent"]["scope_units"])
    recipients = {row["unit"] for row in first["preparation"]["recipients"]}
    assert recipients <= scope
    assert first["consent"]["includes_passing_on"] is True
    assert first["consent"]["valid_to"] < "2028-03-01"
    assert first["plan"]["follow_up"]["at"][:10] < first["consent"]["valid_to"]
    present = {row.get("organisation") for row in first["meeting"]["attendance"] if row["part"] == "whole"}
    assert {row["unit"] for row in first["plan"]["actions"] if "unit" in row} <= present
    assert recipients <= present
    reviewed = {row["goal"] for row in first["follow_up_meeting"]["goals_review"]}
    assert reviewed == {row["goal"] for row in first["plan"]["goals"]}
    done = {row["action"] for row in first["follow_up_meeting"]["actions_review"]}
    assert done == {row["what"] for row in first["plan"]["actions"]}


def test_a_childs_first_consent_has_every_guardians_yes() -> None:
    first = valid_examples("consent", {**CHILD, "consent_forms": ["written"]})[0]

    assert {row["answer"] for row in first["guardians"]} == {"given"}
    assert first["form"] == "written"


def test_without_a_sister_unit_there_are_still_examples() -> None:
    alone = replace(STAND_INS, sister_unit=None, colleague=None)
    for key in KEYS:
        for facts in ({}, CHILD, {**CHILD, "consent_forms": ["written"]}):
            assert examples(form=form(key), facts=facts, stand_ins=alone, refers=anyone)


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for inner in value.values() for text in _texts(inner)]
    if isinstance(value, list):
        return [text for inner in value for text in _texts(inner)]
    return [value] if isinstance(value, str) else []


def test_numbers_in_examples_belong_to_nobody() -> None:
    texts = [text for one in shipped().values() for text in _texts(one.schema["examples"])]

    numbers = [text for text in texts if re.fullmatch(r"\d{8}-\d{4}", text)]
    phones = [text for text in texts if re.match(r"0\d", text)]
    # Skatteverket's test range, and the telephone numbers that PTS keeps for fiction.
    assert numbers
    assert all(980 <= int(number[9:12]) <= 999 for number in numbers)
    assert phones
    assert all(re.fullmatch(r"070-174 06 (0[5-9]|[1-9]\d)", phone) for phone in phones)


def test_files_are_self_contained() -> None:
    for one in shipped().values():
        references = re.findall(r'"\$ref": "([^"]+)"', json.dumps(one.schema))
        assert all(reference.startswith("#/$defs/") for reference in references)


def test_whoever_a_guideline_lets_lead_can_be_chosen() -> None:
    guidelines = json.loads((FOLDER.parent / "processes" / "guidelines.json").read_text(encoding="utf-8"))
    role = form("preparation").schema["properties"]["leader"]["properties"]["role"]
    titles = {choice["const"]: choice["title"] for choice in role["oneOf"]}

    for guideline in guidelines.values():
        assert {guideline["leader_default"], *guideline["leader_options"]} <= titles.keys()
    assert titles["coordinator"] == "Samordnaren"
    answers = valid_examples("preparation", {})[0]
    assert errors("preparation", {**answers, "leader": {"role": "coordinator", "who": "ronja.ovning"}}) == {}


def test_a_childs_examples_speak_of_a_child() -> None:
    children = [
        example
        for key in ("plan", "consent")
        for example in form(key).schema["examples"]
        if "child_view" in example
    ]
    assert len(children) > 8
    for example in children:
        said = json.dumps(example, ensure_ascii=False)
        for grown_up in ("Bo hemma", "städning", "barnbarn", "Tage", "sin syster", "Hjälp i hemmet"):
            assert grown_up not in said, said


def test_guardians_answers_and_reasons_fit() -> None:
    for example in form("consent").schema["examples"]:
        if example.get("given_by") == "guardians":
            answers = {one["answer"] for one in example["guardians"]}
            assert "vårdnadshavar" in example.get("refusal_reason", "vårdnadshavarna")
            if example["plan"] == "hesitant":
                assert answers & {"hesitant", "not_reached"}
            if example["plan"] == "refused":
                assert "refused" in answers
            if example["plan"] == "given":
                assert answers == {"given"}


@pytest.mark.parametrize("key", ["acknowledge", "admission_acknowledge"])
def test_what_is_misdirected_is_spoken_of_as_it_is(key: str) -> None:
    text = json.dumps(form(key).schema, ensure_ascii=False)
    assert "Varför har den hamnat fel?" in text

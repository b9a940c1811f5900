"""The guidelines' choices are whole, agree with the tables, and say which of them are the product's own."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from sip_workflow.domain.register import UnitKind

PROCESSES = Path(__file__).parents[2] / "processes"
GUIDELINES: dict[str, dict[str, Any]] = json.loads(
    (PROCESSES / "guidelines.json").read_text(encoding="utf-8")
)
each_guideline = pytest.mark.parametrize("name", GUIDELINES)

CODES = {
    "target": {"all_ages", "under_18"},
    "person_word": {"den enskilde", "huvudpersonen"},
    "consent_when": {"own_step", "with_preparation"},
    "leader_default": {"convenor", "initiator", "independent", "coordinator"},
    "professional_premeeting": {"on_disagreement", "offered", "not_used", "sometimes"},
    "signing": {"none", "all_parties"},
    "overall_rule": {"most_contact", "initiator", "named_in_plan"},
    "call_back": {"no", "offered"},
    "sip_offered_by": {"ward", "care_contact"},
    "payment_rule": {"statutory", "average_model"},
    "school": {"called", "invited"},
}


def test_four_are_shipped_and_one_is_the_default() -> None:
    assert list(GUIDELINES) == ["vastra_gotaland", "stockholm", "ostergotland", "vastmanland"]
    assert [name for name, choices in GUIDELINES.items() if choices["default"]] == ["vastra_gotaland"]


def test_all_make_the_same_choices() -> None:
    whole = GUIDELINES["vastra_gotaland"]
    for choices in GUIDELINES.values():
        assert choices.keys() == whole.keys()
        assert choices["texts"].keys() == whole["texts"].keys()


@each_guideline
def test_codes_are_known_ones(name: str) -> None:
    choices = GUIDELINES[name]

    assert {key: choices[key] for key, codes in CODES.items() if choices[key] not in codes} == {}
    assert set(choices["consent_forms"]) <= {"written", "oral", "shown"}
    assert set(choices["roles_required"]) <= {"leader", "secretary", "timekeeper"}
    assert choices["leader_default"] in choices["leader_options"]
    assert choices["consent_attempts"] >= 1


@each_guideline
def test_every_kind_of_unit_is_either_called_or_invited(name: str) -> None:
    called, invited = GUIDELINES[name]["called_kinds"], GUIDELINES[name]["invited_kinds"]

    assert sorted([*called, *invited]) == sorted(UnitKind)
    assert GUIDELINES[name]["school"] == ("called" if "school" in called else "invited")
    # The law binds both principals, whatever a guideline says.
    assert {"social_services", "municipal_health_care", "outpatient_care", "hospital_ward"} <= set(called)


@each_guideline
def test_the_agenda_shares_the_whole_meeting(name: str) -> None:
    agenda = GUIDELINES[name]["agenda"]

    assert sum(part["share"] for part in agenda) == 100
    assert all(part["name"] and part["hint"].endswith((".", "?")) for part in agenda)


@each_guideline
def test_phases_hold_each_form_once_and_every_form_is_drawn(name: str) -> None:
    tasks = [task for phase in GUIDELINES[name]["phases"] for task in phase["tasks"]]
    drawn = {
        node.get("value", "").removesuffix(".schema.json")
        for path in PROCESSES.glob("*/*.bpmn")
        for node in etree.parse(path).getroot().iter("{*}property")
        if node.get("name") == "formJsonSchemaFilename"
    }

    assert len(tasks) == len(set(tasks))
    assert set(tasks) <= drawn


@each_guideline
def test_days_agree_with_the_deadline_table(name: str) -> None:
    root = etree.parse(PROCESSES / "decisions" / "deadlines.dmn").getroot()
    amounts: dict[str, list[str]] = {}
    for rule in root.iter("{*}rule"):
        kind, guideline, amount = [
            cell.findtext("{*}text") or "" for cell in rule if cell.tag.endswith("Entry")
        ][:3]
        if guideline in ("", f'"{name}"'):
            amounts.setdefault(kind.strip('"'), []).append(amount)

    assert str(GUIDELINES[name]["plan_written_days"]) == amounts["plan_written"][0]
    if GUIDELINES[name]["meeting_within_days"] is not None:
        assert str(GUIDELINES[name]["meeting_within_days"]) == amounts["meeting_held"][0]


@each_guideline
def test_what_is_the_products_own_and_what_is_not_is_said_of_existing_choices(name: str) -> None:
    choices = GUIDELINES[name]
    known = choices.keys() | {"valid", "agenda.share"}

    assert (
        set(choices["product_defaults"]) | set(choices["public_sources"]) | set(choices["sources"]) <= known
    )
    assert set(choices["texts"]) <= known


def test_validity_is_a_span_of_days() -> None:
    for choices in GUIDELINES.values():
        first, last = (
            choices[key] and date.fromisoformat(choices[key]) for key in ("valid_from", "valid_to")
        )
        assert first is None or last is None or first < last

"""Diagrams, forms, tables, operations and glossary name the same things."""

import re
from pathlib import Path

import pytest

from sip_workflow.application.operations import names
from sip_workflow.checks.diagrams import diagrams, form_key, operation_name, properties
from sip_workflow.checks.references import START_FORMS
from sip_workflow.definitions import build_bundle, definition_files
from sip_workflow.domain.register import LANES, Role

ROOT = Path(__file__).parents[2]
BUNDLE = build_bundle(files=definition_files())
DIAGRAMS = diagrams(BUNDLE)


def test_every_form_belongs_to_a_task_and_every_task_has_one() -> None:
    used = {form_key(task) for diagram in DIAGRAMS for task in diagram.elements("userTask")}
    assert used | START_FORMS == set(BUNDLE.forms)


def test_a_task_names_both_files_of_its_form() -> None:
    for diagram in DIAGRAMS:
        for task in diagram.elements("userTask"):
            key = form_key(task)
            assert properties(task)["formJsonSchemaFilename"] == f"{key}.schema.json"
            assert properties(task)["formUiSchemaFilename"] == f"{key}.ui.json"


def test_every_operation_is_asked_for_and_every_one_asked_for_exists() -> None:
    asked = {operation_name(task) for diagram in DIAGRAMS for task in diagram.elements("serviceTask")}
    assert asked == names()


def test_every_lane_is_a_role() -> None:
    lanes = {lane.get("name") for diagram in DIAGRAMS for lane in diagram.elements("lane")}
    assert lanes <= set(LANES)
    assert set(LANES.values()) <= set(Role)


def test_every_message_that_purges_or_is_sent_from_outside_is_in_the_catalogue() -> None:
    drawn = {message.get("name") for diagram in DIAGRAMS for message in diagram.elements("message")}
    assert drawn <= set(BUNDLE.messages)


@pytest.mark.parametrize("process_id", sorted(BUNDLE.processes))
def test_every_process_has_a_page(process_id: str) -> None:
    page = (ROOT / "processes" / process_id / "README.md").read_text()
    assert page.startswith("# ")


def test_the_glossary_has_the_roles_and_its_ids_once() -> None:
    text = (ROOT / "docs" / "glossary.md").read_text()
    terms = re.findall(r"^\| ([^|]+) \| `", text, re.MULTILINE)
    assert len(terms) == len(set(terms))
    for role in set(Role) - {Role.DISCHARGE, Role.ADMINISTRATOR}:
        assert f"`{role.value}`" in text

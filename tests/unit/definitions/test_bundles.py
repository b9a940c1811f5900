"""A bundle is its files: nothing lost, nothing half, named by its content."""

import random

import pytest

from sip_workflow.definitions import (
    DefinitionFileError,
    build_bundle,
    content_hash,
    file_errors,
    open_bundle,
    pack,
)
from tests.unit.definitions.trees import SMALLEST, tree


def test_every_file_has_its_place() -> None:
    bundle = build_bundle(files=SMALLEST)
    assert bundle.processes == {"sip": b"<definitions/>"}
    assert bundle.decisions == {"deadlines": b"<definitions/>"}
    assert bundle.forms["need"].schema["title"] == "Behov"
    assert bundle.forms["need"].ui == {}
    assert bundle.guidelines["vastra_gotaland"]["name"] == "Västra Götaland"
    assert bundle.messages["replies_complete"].kept
    assert bundle.messages["replies_complete"].purged_by == ("sip_started",)
    assert not bundle.messages["sip_started"].from_outside


def test_the_same_files_have_the_same_name_in_any_order() -> None:
    names = list(SMALLEST)
    random.shuffle(names)
    shuffled = {name: SMALLEST[name] for name in names}
    assert build_bundle(files=shuffled).hash == build_bundle(files=SMALLEST).hash
    assert open_bundle(content=pack(files=shuffled)) == build_bundle(files=SMALLEST)


def test_a_changed_byte_or_name_changes_the_hash() -> None:
    assert content_hash(files={"a": b"bc"}) != content_hash(files={"ab": b"c"})
    assert content_hash(files={"a": b"b"}) != content_hash(files={"a": b"c"})


@pytest.mark.parametrize("name", ["forms/need.ui.json", "forms/need.schema.json", "processes/messages.json"])
def test_what_is_missing_is_named(name: str) -> None:
    files = tree(**{name: None})
    assert [(error.file, error.message) for error in file_errors(files=files)] == [(name, "Filen saknas.")]
    with pytest.raises(DefinitionFileError, match="saknas"):
        build_bundle(files=files)


def test_all_errors_are_told_at_once() -> None:
    files = tree(
        **{
            "forms/need.schema.json": b"[]",
            "forms/need.ui.json": b'{"a": 1, "a": 2}',
            "processes/notes/other.bpmn": b"<definitions/>",
        }
    )
    assert {error.file for error in file_errors(files=files)} == {
        "forms/need.schema.json",
        "forms/need.ui.json",
        "processes/notes/other.bpmn",
    }


@pytest.mark.parametrize(
    ("catalogue", "said"),
    [
        (b'{"x": []}', "x: ska vara ett objekt"),
        (b'{"x": {"keep": true}}', "'keep' är inte känt"),
        (b'{"x": {"kept": "yes"}}', "'kept' har fel slags värde"),
        (b'{"x": {"purged_by": [1]}}', "lista med meddelandenamn"),
        (b'{"x": {"purged_by": ["y"]}}', "'y', som inte finns"),
    ],
)
def test_a_message_that_cannot_be_routed_is_refused(catalogue: bytes, said: str) -> None:
    with pytest.raises(DefinitionFileError, match=said):
        build_bundle(files=tree(**{"processes/messages.json": catalogue}))


def test_a_guideline_is_an_object_of_choices() -> None:
    with pytest.raises(DefinitionFileError, match="Riktlinjen 'x'"):
        build_bundle(files=tree(**{"processes/guidelines.json": b'{"x": 3}'}))

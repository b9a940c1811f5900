"""``sip check`` and ``sip deploy``: what counts, what is refused, and what is in force afterwards."""

import io
import shutil
import zipfile
from pathlib import Path

import pytest

from sip_workflow.definitions import definition_files
from tests.unit.cli.conftest import as_json

ROOT = Path(__file__).parents[3]
FORM = "forms/need.ui.json"


@pytest.fixture
def overlay(tmp_path: Path) -> Path:
    """An owner's folder with one form that cannot be read."""
    (tmp_path / "own" / "forms").mkdir(parents=True)
    (tmp_path / "own" / FORM).write_text('{"a": 1, "a": 2}')
    return tmp_path / "own"


def test_what_is_shipped_is_clean(sip) -> None:
    assert as_json(sip("check", "--json")) == []
    assert "Inget att anmärka" in sip("check").stderr


def test_a_finding_says_all_and_ends_with_one(sip, overlay: Path) -> None:
    (finding,) = as_json(sip("check", "--json", code=1, SIP_DEFINITIONS=str(overlay)))
    assert set(finding) == {"rule", "severity", "file", "element", "message", "help"}
    assert (finding["rule"], finding["severity"], finding["file"]) == ("file", "error", FORM)


def test_a_path_may_be_a_tree_a_folder_in_it_a_file_or_a_zip(sip, overlay: Path, tmp_path: Path) -> None:
    packed = tmp_path / "own.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(overlay / FORM, f"own/{FORM}")
    for path in (overlay, overlay / "forms", overlay / FORM, packed):
        (finding,) = as_json(sip("check", str(path), "--json", code=1))
        assert finding["file"] == FORM


def test_a_diagram_from_anywhere_has_its_place_by_its_name(sip, tmp_path: Path) -> None:
    (tmp_path / "discharge.bpmn").write_text("<")
    (finding,) = as_json(sip("check", str(tmp_path / "discharge.bpmn"), "--json", code=1))
    assert finding["file"] == "processes/discharge/discharge.bpmn"


def test_a_file_that_belongs_nowhere_is_a_finding(sip, tmp_path: Path) -> None:
    (tmp_path / "processes").mkdir()
    (tmp_path / "processes" / "notes.docx").write_text("")
    (finding,) = as_json(sip("check", str(tmp_path), "--json", code=1))
    assert finding["file"] == "processes/notes.docx"


def test_what_is_not_there_cannot_be_checked(sip, tmp_path: Path) -> None:
    assert "finns inte" in sip("check", str(tmp_path / "nowhere"), code=2).stderr
    assert "innehåller inga" in sip("check", str(tmp_path), code=2).stderr


def test_a_folder_of_ones_own_that_is_not_there_is_said(sip) -> None:
    assert "inte är en mapp" in sip("check", code=2, SIP_DEFINITIONS="/finns/inte").stderr


def test_check_needs_no_settings_and_no_database(sip) -> None:
    sip("check", SIP_MODE="production", SIP_DATABASE_URL="")


def test_deploy_puts_a_new_version_in_force_and_init_leaves_it(ready, tmp_path: Path) -> None:
    own = tmp_path / "own" / "forms"
    own.mkdir(parents=True)
    shutil.copy(ROOT / FORM, own)
    text = (own / "need.ui.json").read_text()
    (own / "need.ui.json").write_text(text + "\n")
    first = ready("deploy").stdout
    second = ready("deploy", str(tmp_path / "own")).stdout
    assert second.startswith("I bruk: ")
    assert second != first
    ready("init")
    assert ready("deploy", str(tmp_path / "own")).stdout == second


def test_what_is_sent_is_checked_together_with_what_is_in_force(ready, tmp_path: Path) -> None:
    files = definition_files()
    task = b'formJsonSchemaFilename" value="need.schema.json'
    diagram = files["processes/sip/sip.bpmn"].replace(task, task.replace(b"need", b"wish"))
    assert diagram != files["processes/sip/sip.bpmn"]
    first, second = tmp_path / "first" / "forms", tmp_path / "second"
    first.mkdir(parents=True)
    second.mkdir()
    for kind in ("schema", "ui"):
        (first / f"wish.{kind}.json").write_bytes(files[f"forms/need.{kind}.json"])
    (second / "sip.bpmn").write_bytes(diagram)
    assert "form_exists" in ready("deploy", str(second / "sip.bpmn"), code=1).stdout
    ready("deploy", str(first.parent))
    assert "I bruk" in ready("deploy", str(second / "sip.bpmn")).stdout


def test_deploy_refuses_what_has_errors(ready, overlay: Path) -> None:
    result = ready("deploy", str(overlay), code=1)
    assert FORM in result.stdout
    assert "I bruk" not in result.stdout


def test_a_dry_run_stores_nothing(ready) -> None:
    assert "I bruk" not in ready("deploy", "--dry-run").stdout


def test_a_zip_from_outside_is_not_trusted(ready, tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("../" + FORM, "{}")
    (tmp_path / "own.zip").write_bytes(buffer.getvalue())
    assert "leder ut ur" in ready("deploy", str(tmp_path / "own.zip"), code=1).stdout


def test_the_tree_that_is_checked_is_the_checkout() -> None:
    assert definition_files()[FORM] == (ROOT / FORM).read_bytes()

"""Every rule finds its fault in a deployment that is otherwise sound, and names the place."""

from importlib.metadata import EntryPoint, EntryPoints

import pytest

from sip_workflow import plugins
from sip_workflow.application.operations import names
from sip_workflow.checks import Deployment, Finding, check_files
from sip_workflow.definitions import definition_files
from sip_workflow.engine import Engine
from sip_workflow.plugins import PluginError

ENGINE = Engine()
SOUND = definition_files()
DISCHARGE = "processes/discharge/discharge.bpmn"


def found(**changes: bytes | None) -> set[tuple[str, str, str]]:
    """(rule, file, element) of what is found when files are changed or taken away."""
    files = {name: content for name, content in {**SOUND, **changes}.items() if content is not None}
    return {(one.rule, one.file, one.element) for one in run(files)}


def run(files: dict[str, bytes]) -> list[Finding]:
    return check_files(files=files, engine=ENGINE, operations=names())


def swapped(name: str, old: str, new: str) -> dict[str, bytes]:
    """The file with one text in place of another."""
    assert old.encode() in SOUND[name]
    return {name: SOUND[name].replace(old.encode(), new.encode())}


def test_the_shipped_definitions_are_sound() -> None:
    assert run(SOUND) == []


def test_file() -> None:
    assert found(**{"forms/need.ui.json": b"["}) == {("file", "forms/need.ui.json", "")}


def test_runs_names_every_diagram_that_cannot() -> None:
    changes = {DISCHARGE: b"<", "processes/sip/sip.bpmn": b"<", "processes/decisions/deadlines.dmn": b"<"}
    assert found(**changes) == {("runs", name, "") for name in changes}


def test_runs_finds_two_processes_that_start_on_one_message() -> None:
    ours = found(**swapped("processes/follow_up/follow_up.bpmn", '"follow_up_due"', '"sip_started"'))
    assert {rule for rule, _, _ in ours} == {"runs"}


def test_form_exists() -> None:
    assert found(**{"forms/need.schema.json": None, "forms/need.ui.json": None}) == {
        ("form_exists", "processes/sip/sip.bpmn", "need")
    }


def test_form_used() -> None:
    extra = {f"forms/spare.{kind}.json": SOUND[f"forms/need.{kind}.json"] for kind in ("schema", "ui")}
    assert found(**extra) == {("form_used", "forms/spare.schema.json", "")}


def test_form_holds() -> None:
    changes = {"forms/acknowledge.ui.json": SOUND["forms/need.ui.json"]}
    assert {(rule, file) for rule, file, _ in found(**changes)} == {
        ("form_holds", "forms/acknowledge.schema.json")
    }


def test_operation_exists() -> None:
    ours = found(**swapped(DISCHARGE, '"discharge.inform"', '"discharge.infrom"'))
    assert {(rule, file) for rule, file, _ in ours} == {("operation_exists", DISCHARGE)}


def test_message_known() -> None:
    ours = found(**swapped("processes/messages.json", '"ready_withdrawn"', '"ready_undone"'))
    assert {(rule, file) for rule, file, _ in ours} == {("message_known", DISCHARGE)}


def test_lane_known() -> None:
    ours = found(**swapped(DISCHARGE, 'name="Vårdavdelning"', 'name="Avdelning"'))
    assert {(rule, file) for rule, file, _ in ours} == {("lane_known", DISCHARGE)}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("deadline('care_contact_named', 'reminder')", "deadline('care_contact_nmaed', 'reminder')"),
        ("deadline('care_contact_named', 'reminder')", "deadline('care_contact_named', 'remainder')"),
        ('value="care_contact_named"', 'value="care_contact_nmaed"'),
    ],
)
def test_deadline_known_under_every_guideline(old: str, new: str) -> None:
    findings = [one for one in run({**SOUND, **swapped(DISCHARGE, old, new)}) if one.rule == "deadline_known"]
    guidelines = {one.message.rsplit(" ", 1)[-1] for one in findings}
    assert len(guidelines) == 4


def test_the_text_says_what_and_what_to_do() -> None:
    for finding in run({**SOUND, **swapped(DISCHARGE, '"discharge.inform"', '"discharge.infrom"')}):
        assert "'discharge.infrom', som inte finns" in finding.message
        assert "discharge.inform" in finding.help


class TestPlugIns:
    @pytest.fixture
    def installed(self, monkeypatch: pytest.MonkeyPatch):
        def install(value: str) -> None:
            entries = EntryPoints([EntryPoint(name="lan", group=plugins.CHECKS, value=value)])
            monkeypatch.setattr(plugins, "entry_points", lambda *, group: entries.select(group=group))

        return install

    def test_a_rule_of_an_installed_package_runs_too(self, installed) -> None:
        installed(f"{__name__}:no_need")
        assert ("no_need", "forms/need.schema.json", "") in found()

    def test_what_is_no_rule_is_named(self, installed) -> None:
        installed("math:pi")
        with pytest.raises(PluginError, match="'lan' i sip_workflow"):
            found()


def no_need(*, deployment: Deployment):
    """A region's own rule."""
    if "need" in deployment.bundle.forms:
        yield Finding(
            rule="no_need",
            severity="warning",
            file="forms/need.schema.json",
            element="",
            message="Formuläret används inte hos oss.",
            help="Ta bort det.",
        )

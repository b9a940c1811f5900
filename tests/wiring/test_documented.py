"""What people may set, run or plug in stands in README, and README names nothing that is not there."""

import re
from pathlib import Path

import click
import pytest

from sip_workflow.cli import main
from sip_workflow.plugins import GROUPS

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
_SETTING = re.compile(r"\bSIP_(?!TEST_)[A-Z][A-Z_]+\b")


def section(title: str) -> str:
    """A part of README, from its heading to the next."""
    return README.split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0]


def test_every_setting_is_documented_and_every_documented_one_is_read() -> None:
    read = set(_SETTING.findall((ROOT / "sip_workflow" / "settings.py").read_text()))
    documented = set(re.findall(r"^\| `(SIP_[A-Z_]+)`", section("Inställningar"), re.MULTILINE))
    assert documented == read


def test_no_other_room_reads_a_setting_of_its_own() -> None:
    known = set(_SETTING.findall((ROOT / "sip_workflow" / "settings.py").read_text()))
    for source in [*(ROOT / "sip_workflow").rglob("*.py"), *(ROOT / "worker").rglob("*.py")]:
        named = re.findall(r"""["'](SIP_[A-Z_]*[A-Z])["']""", source.read_text())
        assert set(named) <= known, source


def commands(group: click.Group, words: str) -> set[str]:
    found = set()
    for name, command in group.commands.items():
        inner = f"{words} {name}"
        found |= commands(command, inner) if isinstance(command, click.Group) else {inner}
    return found


def test_every_command_is_documented_and_every_documented_one_exists() -> None:
    rows = "\n".join(line for line in section("Kommandon").splitlines() if line.startswith("| `sip"))
    named = set(re.findall(r"`(sip(?: [a-z-]+)+)", rows))
    assert {name for name in named if not name.endswith("-")} == commands(main, "sip")


@pytest.mark.parametrize("group", GROUPS)
def test_every_plug_in_group_is_documented(group: str) -> None:
    assert f"| `{group}` |" in section("Insticksmoduler")


def test_every_person_to_train_with_is_documented() -> None:
    from sip_workflow.training import read_material

    for person in read_material().persons:
        assert f"| {person.name} | {person.id_number[:8]}-{person.id_number[8:]} |" in README


def test_everyone_whom_the_tour_names_is_there() -> None:
    from sip_workflow.training import read_material

    users = {user.username: user.name for user in read_material().users}
    named = re.findall(r"(\w+ \w+) \(`([a-z]+\.[a-z]+)`\)", section("Rundtur"))
    assert named
    assert [users.get(username) for _, username in named] == [name for name, _ in named]


def test_every_link_within_the_documents_leads_somewhere() -> None:
    documents = [ROOT / name for name in ("README.md", "CONTRIBUTING.md")]
    documents += [*(ROOT / "docs").rglob("*.md"), *(ROOT / "processes").rglob("*.md")]
    for document in documents:
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", document.read_text()):
            assert (document.parent / target).exists(), f"{document.relative_to(ROOT)}: {target}"


def test_every_decision_is_listed() -> None:
    folder = ROOT / "docs" / "decisions"
    listed = set(re.findall(r"\]\((\d{4}-[^)]+)\)", (folder / "README.md").read_text()))
    assert listed == {path.name for path in folder.glob("[0-9]*.md")}

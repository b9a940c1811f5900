"""Where definitions are found, and what replaces what."""

import sys
from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path

import pytest

from sip_workflow import plugins
from sip_workflow.definitions import DefinitionFileError, definition_files, read_tree
from sip_workflow.plugins import PluginError


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


@pytest.fixture
def pack_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Installs a pack, as far as entry points tell."""

    def install(value: str) -> Path:
        entries = EntryPoints([EntryPoint(name="lan", group=plugins.PACKS, value=value)])
        monkeypatch.setattr(plugins, "entry_points", lambda *, group: entries.select(group=group))
        monkeypatch.syspath_prepend(tmp_path)
        monkeypatch.delitem(sys.modules, value, raising=False)
        return tmp_path / value

    return install


def test_the_owners_folder_replaces_whole_files(tmp_path: Path) -> None:
    own = definition_files()
    overlay = write(tmp_path, {"processes/messages.json": "{}", "README.md": "min region"})
    files = definition_files(overlay=overlay)
    assert files["processes/messages.json"] == b"{}"
    assert own["processes/messages.json"] != b"{}"
    assert set(files) == set(own)


def test_a_pack_comes_before_the_owners_folder(pack_named, tmp_path: Path) -> None:
    package = pack_named("lanets_paket")
    write(package, {"__init__.py": "", "forms/extra.ui.json": "1", "forms/extra.schema.json": "1"})
    overlay = write(tmp_path / "own", {"forms/extra.ui.json": "2"})
    files = definition_files(overlay=overlay)
    assert files["forms/extra.schema.json"] == b"1"
    assert files["forms/extra.ui.json"] == b"2"


def test_a_pack_that_is_not_there_is_named(pack_named) -> None:
    pack_named("finns_inte_alls")
    with pytest.raises(PluginError, match=r"'lan' i sip_workflow\.packs"):
        definition_files()


def test_a_pack_that_is_no_package_is_named(pack_named) -> None:
    pack_named("json:loads")
    with pytest.raises(PluginError, match="ett paket med mapparna"):
        definition_files()


def test_a_file_that_belongs_nowhere_is_named(tmp_path: Path) -> None:
    folder = write(tmp_path, {"processes/sip/other.bpmn": "<definitions/>"})
    with pytest.raises(DefinitionFileError, match="hör inte till") as refused:
        read_tree(folder=folder)
    assert refused.value.file == "processes/sip/other.bpmn"


def test_notes_pictures_and_hidden_files_are_passed_over(tmp_path: Path) -> None:
    names = [
        "processes/sip/README.md",
        "processes/sip/sip.svg",
        "forms/.swp",
        "processes/..data/x",
        "setup.cfg",
    ]
    folder = write(tmp_path, dict.fromkeys(names, ""))
    assert read_tree(folder=folder) == {}


def test_a_link_upwards_ends(tmp_path: Path) -> None:
    (tmp_path / "processes" / "sip").mkdir(parents=True)
    (tmp_path / "processes" / "sip" / "round").symlink_to(tmp_path / "processes")
    with pytest.raises(DefinitionFileError, match="hör inte till"):
        read_tree(folder=tmp_path)


def test_a_folder_without_definitions_gives_none(tmp_path: Path) -> None:
    assert read_tree(folder=tmp_path) == {}

"""The wheel holds all that an installation needs: code, worker, definitions, pages, migrations."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from sip_workflow.definitions import definition_files

ROOT = Path(__file__).parents[2]
SHIPPED = "sip_workflow/definitions/shipped"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built and unpacked into a folder of its own."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True, timeout=120)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


@pytest.mark.slow
def test_every_file_of_the_packages_is_in_it(installed: Path) -> None:
    tracked = subprocess.run(
        ["git", "ls-files", "sip_workflow", "worker"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.splitlines()
    assert [name for name in tracked if (ROOT / name).exists() and not (installed / name).exists()] == []


@pytest.mark.slow
def test_it_finds_its_own_definitions_wherever_it_is_run(installed: Path, tmp_path: Path) -> None:
    names = "import sip_workflow.definitions as d; print('\\n'.join(d.definition_files()))"
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    done = subprocess.run(
        [sys.executable, "-c", names],
        cwd=tmp_path,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stdout.splitlines() == list(definition_files())
    assert (installed / SHIPPED / "processes" / "messages.json").exists()

"""What definitions a path on the command line means: a tree, a part of one, a zip or a single file."""

from __future__ import annotations

from pathlib import Path

from sip_workflow.cli.errors import CANNOT_RUN, Stop
from sip_workflow.definitions import DefinitionFileError, read_tree, unpack
from sip_workflow.definitions.names import MAX_FILE_BYTES, recognise

_FOLDERS = ("processes", "forms")


def files_at(path: Path) -> dict[str, bytes]:
    """The definitions at a path, by name in the tree. Raises ``DefinitionFileError``.

    A folder that is itself ``processes`` or ``forms``, or lies in one, counts from there.
    """
    if not path.exists():
        raise Stop(f"{path} finns inte.", code=CANNOT_RUN)
    if path.is_file():
        if path.suffix == ".zip":
            return unpack(content=path.read_bytes())
        return {_name(path): _read(path)}
    if any((path / folder).is_dir() for folder in _FOLDERS):
        return read_tree(folder=path)
    found = {
        name: _read(file)
        for file in sorted(path.rglob("*"))
        if file.is_file() and recognise(name=(name := _name(file))) is not None
    }
    if not found:
        raise Stop(f"{path} innehåller inga processer, formulär eller tabeller.", code=CANNOT_RUN)
    return found


def _name(file: Path) -> str:
    """The file's name in the tree: from its place there, else from what kind of file it is."""
    parts = file.resolve().parts
    for at in range(len(parts) - 1, 0, -1):
        if parts[at - 1] in _FOLDERS and recognise(name="/".join(parts[at - 1 :])) is not None:
            return "/".join(parts[at - 1 :])
    match file.suffix:
        case ".bpmn":
            return f"processes/{file.stem}/{file.stem}.bpmn"
        case ".dmn":
            return f"processes/decisions/{file.name}"
        case _ if file.name in ("guidelines.json", "messages.json"):
            return f"processes/{file.name}"
        case _:
            return f"forms/{file.name}"


def _read(file: Path) -> bytes:
    if file.stat().st_size > MAX_FILE_BYTES:
        raise DefinitionFileError(file=str(file), message=f"Filen är större än {MAX_FILE_BYTES // 1024} kB.")
    return file.read_bytes()

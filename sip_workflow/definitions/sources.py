"""Where definitions are found: the product's own, then installed packs, then the owner's folder.

A file that comes later replaces the whole file of the same name; nothing is merged inside files.
"""

from __future__ import annotations

from importlib.resources import files as package_files
from importlib.resources.abc import Traversable
from pathlib import Path
from types import ModuleType

from sip_workflow.definitions.errors import DefinitionFileError
from sip_workflow.definitions.names import MAX_FILE_BYTES, MAX_FILES, is_passed_over, recognise
from sip_workflow.plugins import PACKS, PluginError, installed

_FOLDERS = ("processes", "forms")


def definition_files(*, overlay: Path | None = None) -> dict[str, bytes]:
    """All files of definitions that this installation uses, by name in the tree.

    ``overlay`` is the owner's folder (``SIP_DEFINITIONS``). Raises ``DefinitionFileError``
    for a file that does not belong, and ``PluginError`` for a pack that is no package.
    """
    files = read_tree(folder=_own_tree())
    for plugin in installed(group=PACKS):
        if not isinstance(plugin.value, ModuleType):
            reason = "den ska peka på ett paket med mapparna processes och forms"
            raise PluginError(group=PACKS, name=plugin.name, reason=reason)
        files |= read_tree(folder=package_files(plugin.value))
    if overlay is not None:
        files |= read_tree(folder=overlay)
    return files


def read_tree(*, folder: Traversable) -> dict[str, bytes]:
    """The definitions under a folder that holds ``processes`` or ``forms`` or both.

    Other things beside those two are left alone, so that an owner may keep a whole
    repository there. Raises ``DefinitionFileError``.
    """
    files: dict[str, bytes] = {}
    for name in _FOLDERS:
        inner = folder.joinpath(name)
        if inner.is_dir():
            _walk(inner, prefix=f"{name}/", files=files)
    return files


def _walk(folder: Traversable, *, prefix: str, files: dict[str, bytes]) -> None:
    for entry in sorted(folder.iterdir(), key=lambda item: item.name):
        name = prefix + entry.name
        if is_passed_over(name=name):
            continue
        # No definition lies deeper, and a link that leads upwards would never end.
        if entry.is_dir() and prefix.count("/") == 1:
            _walk(entry, prefix=f"{name}/", files=files)
            continue
        if recognise(name=name) is None:
            raise DefinitionFileError(file=name, message="Filen hör inte till processer eller formulär.")
        if len(files) == MAX_FILES:
            raise DefinitionFileError(file=name, message=f"Mappen har fler än {MAX_FILES} filer.")
        files[name] = _bytes(entry, name=name)


def _bytes(entry: Traversable, *, name: str) -> bytes:
    try:
        with entry.open("rb") as stream:
            content: bytes = stream.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise DefinitionFileError(file=name, message="Filen går inte att läsa.") from error
    if len(content) > MAX_FILE_BYTES:
        raise DefinitionFileError(file=name, message=f"Filen är större än {MAX_FILE_BYTES // 1024} kB.")
    return content


def _own_tree() -> Path:
    """The wheel's own tree, or the checkout that this package is run from."""
    package = Path(__file__).resolve().parents[1]
    shipped = package / "definitions" / "shipped"
    return shipped if shipped.is_dir() else package.parent

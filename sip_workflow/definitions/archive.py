"""A deployment as one zip: how it is kept in the database and how an owner may send it.

An archive from outside is not trusted: its size, the number of its files, how far they
unpack and where they would land are limited, whatever its own directory says.
"""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import PurePosixPath

from sip_workflow.definitions.errors import DefinitionFileError
from sip_workflow.definitions.names import (
    MAX_FILE_BYTES,
    MAX_FILES,
    MAX_TOTAL_BYTES,
    is_passed_over,
    recognise,
)

MAX_ARCHIVE_BYTES = 8 * 1024 * 1024
MAX_RATIO = 100
"""How many times larger than the archive its files may be; diagrams reach about 15."""

# Small archives of repetitive files are no threat, whatever their ratio.
_RATIO_FREE_BYTES = 1024 * 1024
_ARCHIVE = "arkivet"
# A fixed date, so that the same files make the same bytes.
_DATE = (1980, 1, 1, 0, 0, 0)
_FOLDERS = ("processes", "forms")


def pack(*, files: Mapping[str, bytes]) -> bytes:
    """The files as a zip; the same files always make the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression=zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, date_time=_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = (stat.S_IFREG | 0o644) << 16
            archive.writestr(entry, files[name])
    return buffer.getvalue()


def unpack(*, content: bytes) -> dict[str, bytes]:
    """The definitions that a zip holds, by name in the tree.

    A folder around everything is taken away, as when a folder was zipped; notes and
    pictures are passed over. Raises ``DefinitionFileError``.
    """
    if len(content) > MAX_ARCHIVE_BYTES:
        raise _refusal(f"Arkivet är större än {MAX_ARCHIVE_BYTES // 1024 // 1024} MB.")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _read(archive, packed=len(content))
    except (
        zipfile.BadZipFile,
        zlib.error,
        struct.error,
        EOFError,
        NotImplementedError,
        RuntimeError,
        OSError,
        ValueError,
    ) as error:
        raise _refusal("Filen är inte ett helt zip-arkiv.") from error


def _read(archive: zipfile.ZipFile, *, packed: int) -> dict[str, bytes]:
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    if len(entries) > MAX_FILES:
        raise _refusal(f"Arkivet har fler än {MAX_FILES} filer.")
    for entry in entries:
        _check_entry(entry)
    entries = [entry for entry in entries if not is_passed_over(name=entry.filename)]
    outer = _outer_folder([entry.filename for entry in entries])
    most = min(MAX_TOTAL_BYTES, max(_RATIO_FREE_BYTES, packed * MAX_RATIO))
    files: dict[str, bytes] = {}
    total = 0
    for entry in entries:
        name = entry.filename.removeprefix(outer)
        if name in files:
            raise DefinitionFileError(file=name, message="Filen finns två gånger i arkivet.")
        if recognise(name=name) is None:
            raise DefinitionFileError(file=name, message="Filen hör inte till processer eller formulär.")
        with archive.open(entry) as stream:
            files[name] = stream.read(MAX_FILE_BYTES + 1)
        if len(files[name]) > MAX_FILE_BYTES:
            raise DefinitionFileError(file=name, message=f"Filen är större än {MAX_FILE_BYTES // 1024} kB.")
        total += len(files[name])
        if total > most:
            raise _refusal("Arkivet blir för stort när det packas upp.")
    return files


def _check_entry(entry: zipfile.ZipInfo) -> None:
    """Refuse an entry that would land outside the tree, or that is no ordinary file."""
    name = entry.orig_filename
    path = PurePosixPath(name)
    # A reader on Windows takes the backslash and the colon for what they are there.
    if path.is_absolute() or ".." in path.parts or any(sign in name for sign in "\\:\0"):
        raise DefinitionFileError(file=repr(name), message="Filens namn leder ut ur arkivet.")
    mode = entry.external_attr >> 16
    if mode and stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        raise DefinitionFileError(file=name, message="Länkar och andra specialfiler tas inte emot.")
    if entry.flag_bits & 0x1:
        raise DefinitionFileError(file=name, message="Krypterade filer tas inte emot.")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise DefinitionFileError(file=name, message="Filen är packad på ett sätt som inte tas emot.")


def _outer_folder(names: list[str]) -> str:
    """The one folder, with its slash, that all files lie in, when it is none of the tree's own."""
    first = {name.split("/", 1)[0] for name in names if "/" in name}
    alone = len(first) == 1 and all("/" in name for name in names)
    return f"{first.pop()}/" if alone and not first & set(_FOLDERS) else ""


def _refusal(message: str) -> DefinitionFileError:
    return DefinitionFileError(file=_ARCHIVE, message=message)

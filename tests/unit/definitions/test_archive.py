"""A zip from outside can't fill a disk or memory, and lands nowhere but in the tree."""

import io
import stat
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sip_workflow.definitions import DefinitionFileError, pack, unpack
from sip_workflow.definitions.archive import MAX_ARCHIVE_BYTES
from sip_workflow.definitions.names import MAX_FILE_BYTES, MAX_FILES
from tests.unit.definitions.trees import SMALLEST

FORM = "forms/need.schema.json"


def zipped(*entries: tuple[str | zipfile.ZipInfo, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression=compression) as archive:
        for name, content in entries:
            archive.writestr(name, content, compress_type=compression)
    return buffer.getvalue()


def test_what_was_packed_is_unpacked() -> None:
    assert unpack(content=pack(files=SMALLEST)) == SMALLEST


def test_the_same_files_make_the_same_bytes() -> None:
    assert pack(files=SMALLEST) == pack(files=dict(reversed(SMALLEST.items())))


def test_a_zipped_folder_is_taken_out_of_it_and_notes_are_passed_over() -> None:
    content = zipped(
        ("min-region/forms/need.schema.json", b"{}"),
        ("min-region/processes/sip/README.md", b"#"),
        ("__MACOSX/min-region/forms/._need.schema.json", b"\0"),
        ("min-region/.DS_Store", b"\0"),
    )
    assert unpack(content=content) == {FORM: b"{}"}


@pytest.mark.parametrize(
    "name",
    [
        "../forms/need.schema.json",
        "forms/../../need.schema.json",
        "/forms/need.schema.json",
        "..\\forms\\need.schema.json",
        "C:/forms/need.schema.json",
        "forms/need.schema.json\0.txt",
    ],
)
def test_a_name_that_leads_out_is_refused(name: str) -> None:
    # The library mends some names when they are written: a wrong one is put in afterwards.
    stand_in = "x" * len(name)
    content = zipped((stand_in, b"{}")).replace(stand_in.encode(), name.encode())
    with pytest.raises(DefinitionFileError, match="leder ut ur"):
        unpack(content=content)


def test_a_link_is_refused() -> None:
    link = zipfile.ZipInfo(FORM)
    link.create_system = 3
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with pytest.raises(DefinitionFileError, match="Länkar"):
        unpack(content=zipped((link, b"/etc/passwd")))


def test_a_file_that_belongs_nowhere_is_named() -> None:
    with pytest.raises(DefinitionFileError, match="hör inte till") as refused:
        unpack(content=zipped((FORM, b"{}"), ("forms/need.py", b"")))
    assert refused.value.file == "forms/need.py"


def test_the_same_file_twice_is_refused() -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        content = zipped((FORM, b"{}"), (FORM, b"[]"))
    with pytest.raises(DefinitionFileError, match="två gånger"):
        unpack(content=content)


def test_an_encrypted_file_is_refused() -> None:
    content = bytearray(zipped((FORM, b"{}")))
    # General purpose flag, bit 0: in the local header at 6, in the central directory at 8.
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(DefinitionFileError, match="Krypterade"):
        unpack(content=bytes(content))


def test_other_ways_to_pack_are_refused() -> None:
    with pytest.raises(DefinitionFileError, match="packad på ett sätt"):
        unpack(content=zipped((FORM, b"{}"), compression=zipfile.ZIP_LZMA))


def test_a_file_that_unpacks_too_far_is_refused() -> None:
    with pytest.raises(DefinitionFileError, match="Filen är större än"):
        unpack(content=zipped((FORM, b" " * (MAX_FILE_BYTES + 1))))


def test_files_that_together_unpack_too_far_are_refused() -> None:
    entries = [(f"forms/f{number}.schema.json", b" " * MAX_FILE_BYTES) for number in range(9)]
    with pytest.raises(DefinitionFileError, match="för stort när det packas upp"):
        unpack(content=zipped(*entries))


def test_a_directory_that_lies_about_the_size_does_not_help() -> None:
    content = bytearray(zipped((FORM, b" " * 100_000)))
    at = content.index(b"PK\x01\x02") + 24
    content[at : at + 4] = (10).to_bytes(4, "little")
    with pytest.raises(DefinitionFileError, match="inte ett helt zip-arkiv"):
        unpack(content=bytes(content))


def test_too_many_files_are_refused() -> None:
    with pytest.raises(DefinitionFileError, match="fler än"):
        unpack(content=zipped(*[(f"forms/f{number}.ui.json", b"{}") for number in range(MAX_FILES + 1)]))


def test_too_large_an_archive_is_refused_unread() -> None:
    with pytest.raises(DefinitionFileError, match="Arkivet är större"):
        unpack(content=b"\0" * (MAX_ARCHIVE_BYTES + 1))


@given(st.binary(max_size=300))
def test_any_bytes_are_unpacked_or_refused(content: bytes) -> None:
    with pytest.raises(DefinitionFileError):
        unpack(content=content)


@given(st.data())
def test_a_damaged_archive_is_unpacked_or_refused(data: st.DataObject) -> None:
    content = bytearray(pack(files=SMALLEST))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        files = unpack(content=bytes(content))
    except DefinitionFileError:
        return
    assert all(not name.startswith("/") and ".." not in name for name in files)

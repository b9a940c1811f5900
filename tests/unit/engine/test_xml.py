"""Files that were written to do harm."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from sip_workflow.engine import DefinitionError, Engine
from sip_workflow.engine.xml import MAX_BYTES, MAX_DEPTH, read
from tests.support.diagrams import bpmn, bundle
from tests.unit.engine import diagrams

LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
BLOWN_UP = f'<!DOCTYPE d [<!ENTITY l0 "lol">{LAUGHS}]><d>&l11;</d>'
QUADRATIC = f'<!DOCTYPE d [<!ENTITY a "{"a" * 100_000}">]><d>{"&a;" * 10_000}</d>'

HARMFUL = {
    "a local file": '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><d>&x;</d>',
    "a file of the network": '<!DOCTYPE d [<!ENTITY x SYSTEM "http://127.0.0.1:9/x">]><d>&x;</d>',
    "a document type of the network": '<!DOCTYPE d SYSTEM "http://127.0.0.1:9/d.dtd"><d/>',
    "a public document type": '<!DOCTYPE d PUBLIC "-//X//Y" "http://127.0.0.1:9/d.dtd"><d/>',
    "parameter entities": '<!DOCTYPE d [<!ENTITY % x SYSTEM "file:///etc/hosts"> %x;]><d/>',
    "a billion laughs": BLOWN_UP,
    "a quadratic blow-up": QUADRATIC,
    "a document type that does nothing": "<!DOCTYPE d><d/>",
    "an undeclared entity": "<d>&nothing;</d>",
    "no end": "<d>",
    "nothing": "",
    "no XML": "hello",
    "two roots": "<a/><b/>",
    "an unbound prefix": "<x:d/>",
    "a wrong character": "<d>\x01</d>",
}


@pytest.mark.parametrize("what", sorted(HARMFUL))
def test_harmful_files_are_refused_at_once(what: str) -> None:
    began = time.perf_counter()
    with pytest.raises(DefinitionError):
        read(file="p", source=HARMFUL[what].encode())
    assert time.perf_counter() - began < 1


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32"])
def test_a_document_type_in_another_encoding_is_refused(encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><d>&x;</d>'
    with pytest.raises(DefinitionError):
        read(file="p", source=text.encode(encoding))


@pytest.mark.parametrize("encoding", ["UTF-7", "ISO-8859-1", "UTF-16", "cp037", "nonsense"])
def test_another_declared_encoding_is_refused(encoding: str) -> None:
    with pytest.raises(DefinitionError):
        read(file="p", source=f'<?xml version="1.0" encoding="{encoding}"?><d/>'.encode())


def test_a_file_may_be_2_mb() -> None:
    inside = b" " * (MAX_BYTES - len(b"<d></d>"))
    assert read(file="p", source=b"<d>" + inside + b"</d>").tag == "d"
    with pytest.raises(DefinitionError, match="larger"):
        read(file="p", source=b"<d> " + inside + b"</d>")


@pytest.mark.parametrize("depth", [MAX_DEPTH + 1, 300, 100_000])
def test_a_file_may_not_be_too_deep(depth: int) -> None:
    assert read(file="p", source=b"<d>" * MAX_DEPTH + b"</d>" * MAX_DEPTH).tag == "d"
    with pytest.raises(DefinitionError):
        read(file="p", source=b"<d>" * depth + b"</d>" * depth)


def test_comments_and_instructions_are_dropped() -> None:
    source = diagrams.GIVEN_UP.replace(b"<bpmn:process ", b"<!-- a word --><?do it?><bpmn:process ")
    source = source.replace(b"<bpmn:timeDate>", b"<bpmn:timeDate><!-- soon -->")
    Engine().load(bundle(source))


def test_a_byte_order_mark_is_no_fault() -> None:
    source = b"\xef\xbb\xbf" + diagrams.CLOCK
    Engine().load(bundle(source))


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(DefinitionError, match="UTF-8"):
        read(file="p", source=b"<d>\xff</d>")


def test_the_file_and_nothing_else_is_named(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("personnummer")
    source = f'<!DOCTYPE d [<!ENTITY x SYSTEM "{secret.as_uri()}">]><d>&x;</d>'.encode()
    with pytest.raises(DefinitionError) as refused:
        Engine().load(
            bundle(
                bpmn("p", "start a\nend b\na > b").replace(
                    b"<bpmn:definitions", source[:60] + b"<bpmn:definitions"
                )
            )
        )
    assert "personnummer" not in str(refused.value)
    assert refused.value.file == "p"

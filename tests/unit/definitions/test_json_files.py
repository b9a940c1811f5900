"""JSON is read strictly, and every refusal says what to mend."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sip_workflow.definitions import DefinitionFileError, parse_json
from sip_workflow.definitions.json_files import MAX_DEPTH


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'{"a": 1, "a": 1}', "'a' står två gånger"),
        (b'{"a": {"b": 1, "b": 2}}', "'b' står två gånger"),
        (b"{", "inte giltig JSON, rad 1"),
        (b'{"a": NaN}', "ett tal som inte går"),
        (b'{"a": -Infinity}', "ett tal som inte går"),
        (b'{"a": ' + b"9" * 5000 + b"}", "ett tal som inte går"),
        (b'{"a": 1e999}', "ett tal som inte går"),
        (b'{"a": -1e999}', "ett tal som inte går"),
        (b'{"a": 9223372036854775808}', "ett tal som inte går"),
        (b'{"a": -9223372036854775809}', "ett tal som inte går"),
        (b'{"a": "\xff"}', "UTF-8"),
        (b'{"a": "\\ud800"}', "halvt tecken"),
        (b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1), "djupare än"),
        (b"[" * 200_000 + b"]" * 200_000, "djupare än"),
        (b'"' + b"a" * 2_200_000 + b'"', "större än"),
    ],
)
def test_refused(content: bytes, said: str) -> None:
    with pytest.raises(DefinitionFileError, match=said) as refused:
        parse_json(file="forms/x.schema.json", content=content)
    assert refused.value.file == "forms/x.schema.json"


def test_what_is_read_keeps_its_order_and_its_letters() -> None:
    value = parse_json(file="x", content='\ufeff{"ö": 1, "a": [true, null, 1.5]}'.encode())
    assert list(value.items()) == [("ö", 1), ("a", [True, None, 1.5])]


def test_the_largest_numbers_are_read() -> None:
    text = b"[9223372036854775807, -9223372036854775808, 1e308]"
    assert parse_json(file="x", content=text) == [2**63 - 1, -(2**63), 1e308]


def test_the_greatest_depth_is_read() -> None:
    value = parse_json(file="x", content=b"[" * (MAX_DEPTH - 1) + b"1" + b"]" * (MAX_DEPTH - 1))
    assert value


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    try:
        parse_json(file="x", content=content)
    except DefinitionFileError as error:
        said = error.message
    else:
        said = "Läst."
    assert said.endswith(".")

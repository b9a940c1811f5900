"""Reading JSON: what two readers could read differently is refused, and nothing of it is repeated."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sip_workflow.api.bodies import DEPTH_CAP, Malformed, read_json

_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(value=_values)
def test_json_reads_as_it_was_written(value):
    assert read_json(json.dumps(value).encode()) == value
    assert read_json(json.dumps(value, ensure_ascii=False).encode()) == value


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"{'a': 1}",
        b'{"a": 1,}',
        b'{"a": 1} {"a": 2}',
        b"\xef\xbb\xbf{}",
        '{"a": 1}'.encode("utf-16"),
        b'{"a": "\xff"}',
        b'{"a": NaN}',
        b'{"a": -Infinity}',
        b'{"a": 1e999}',
        b'{"a": 123456789012345678901234567890}',
        b'{"a": ' + b"9" * 5000 + b"}",
        b'{"a": 9007199254740993}',
        b'{"a": 1, "a": 2}',
        b'{"a": {"b": 1, "b": 1}}',
        rb'{"a": "\ud800"}',
        rb'{"\udfff": 1}',
        rb'[{"a": ["x\ud83d"]}]',
        b'{"a": "line\nbreak"}',
        b"[" * 100_000,
        b"[" * 100_000 + b"]" * 100_000,
        b'{"a":' * 900 + b"1" + b"}" * 900,
    ],
)
def test_what_can_be_read_in_two_ways_is_refused(content):
    with pytest.raises(Malformed) as refused:
        read_json(content)
    assert refused.value.status == 400
    assert refused.value.detail


def test_nesting_up_to_the_cap_is_read():
    nested = b"[" * DEPTH_CAP + b"]" * DEPTH_CAP
    assert read_json(nested) is not None
    with pytest.raises(Malformed):
        read_json(b"[" + nested + b"]")


def test_plain_values_are_read():
    assert read_json(b'["' + b"\xc3\xa5" * 10 + b'", 1, -1, 0.5, null, true]') == [
        "å" * 10,
        1,
        -1,
        0.5,
        None,
        True,
    ]


def test_every_plane_of_unicode_is_text():
    for plane in range(17):
        sign = chr(plane * 0x10000 + 0x61)
        assert read_json(json.dumps({"a": sign}).encode()) == {"a": sign}


@given(secret=st.from_regex(r"[0-9]{8}-[0-9]{4}", fullmatch=True))
def test_a_refusal_repeats_nothing(secret):
    for content in (
        f'{{"{secret}": 1, "{secret}": 2}}',
        f'{{"a": "{secret}" {secret}}}',
        f'{{"a": "{secret}\\ud800"}}',
    ):
        with pytest.raises(Malformed) as refused:
            read_json(content.encode())
        assert secret not in refused.value.detail
        assert secret not in str(refused.value)

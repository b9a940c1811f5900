"""Text of any length is answered at once: the search for a pattern sees no more than the field holds."""

from __future__ import annotations

import copy
import re
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from sip_workflow.forms.keywords import LINE, PATTERNS
from tests.unit.forms.shipped import all_examples, errors, form, put, shipped

MILLION = 1_000_000
LONG = ("x" * MILLION, " " * MILLION, "x " * (MILLION // 2), " " * (MILLION - 1) + "\n", "\n" * MILLION)


def texts(value: Any, pointer: str = "") -> list[str]:
    """The pointers to all texts in answers."""
    if isinstance(value, str):
        return [pointer]
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for step, inner in inside for found in texts(inner, f"{pointer}/{step}")]


def places() -> list[tuple[str, dict[str, Any], str]]:
    """(form, answers, pointer) of every text of the examples, each field once."""
    found: dict[tuple[str, str], tuple[str, dict[str, Any], str]] = {}
    for key, _, answers in all_examples():
        for pointer in texts(answers):
            found.setdefault((key, re.sub(r"\d+", "0", pointer)), (key, answers, pointer))
    return list(found.values())


def test_no_search_sees_more_than_the_field_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    searched: list[int] = []
    standard = Draft202012Validator.VALIDATORS["pattern"]

    def counted(validator: Any, pattern: Any, value: Any, schema: Any) -> Any:
        searched.append(len(value))
        return standard(validator, pattern, value, schema)

    monkeypatch.setitem(Draft202012Validator.VALIDATORS, "pattern", counted)
    for key, answers, pointer in places():
        changed = copy.deepcopy(answers)
        put(changed, pointer, "x" * MILLION)
        assert errors(key, changed), (key, pointer)
    assert searched
    assert max(searched) <= 2000


@pytest.mark.parametrize("text", LONG)
@pytest.mark.parametrize("pattern", sorted(PATTERNS))
def test_every_pattern_is_linear(pattern: str, text: str) -> None:
    before = time.process_time()
    re.search(pattern, text)

    # The pattern that went before needed the better part of an hour.
    assert time.process_time() - before < 1


@given(st.text(alphabet="a \t\n\r\x0b\x1c\x85\u2028", max_size=8))
def test_a_line_is_one_line_with_something_on_it(text: str) -> None:
    one_line = "\n" not in text and "\r" not in text

    assert (re.search(LINE, text) is not None) is (one_line and bool(re.search(r"\S", text)))


def test_too_long_is_all_that_is_said() -> None:
    found = errors("unit_preparation", {"contribution": " " * 5000})

    assert found == {"/contribution": "Skriv högst 2000 tecken. Nu är det 5000."}


def test_shipped_forms_use_these_patterns_alone() -> None:
    def patterns(value: Any) -> set[str]:
        if isinstance(value, dict):
            own = {value["pattern"]} if isinstance(value.get("pattern"), str) else set()
            return own.union(*(patterns(inner) for inner in value.values()))
        return set().union(*(patterns(inner) for inner in value)) if isinstance(value, list) else set()

    assert set().union(*(patterns(dict(form(key).schema)) for key in shipped())) == PATTERNS

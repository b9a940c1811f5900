"""Valid answers, changed in one place: the error points there, and nothing ever breaks."""

from __future__ import annotations

import copy
from collections.abc import Callable
from functools import cache
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from sip_workflow.forms import Field, effective_schema, fields, validate, walk
from tests.unit.forms.shipped import FACTS, all_examples, anyone, at, errors, form, is_there, put, remove

EXAMPLES = st.sampled_from(all_examples())


def _required(field: Field, answers: Any) -> bool:
    is_row = field.pointer.rsplit("/", 1)[1].isdigit()
    return field.required and not is_row and is_there(answers, field.pointer)


def _text(field: Field, answers: Any) -> bool:
    return bool(field.max_length) and isinstance(_at(answers, field.pointer), str)


def _hidden(field: Field, answers: Any) -> bool:
    return not field.shown and "." not in field.name


def _at(answers: Any, pointer: str) -> Any:
    return at(answers, pointer) if is_there(answers, pointer) else None


@cache
def _places(which: Callable[[Field, Any], bool]) -> tuple[tuple[str, int, Any, Field], ...]:
    """(form, number of the facts, answers, field) for every field of every example that is of a kind."""
    return tuple(
        (key, number, answers, field)
        for key, number, answers in all_examples()
        for field in walk(fields(form=form(key), facts=FACTS[number], answers=answers))
        if which(field, answers)
    )


@given(st.data())
def test_a_required_field_that_is_left_out(data: st.DataObject) -> None:
    key, number, example, field = data.draw(st.sampled_from(_places(_required)))
    answers = copy.deepcopy(example)
    remove(answers, field.pointer)

    assert field.pointer in errors(key, answers, FACTS[number])


@given(st.data())
def test_a_field_that_is_unknown(data: st.DataObject) -> None:
    key, number, example = data.draw(EXAMPLES)
    answers = copy.deepcopy(example)
    groups = ["", *(f.pointer for f in walk(fields(form=form(key), facts=FACTS[number], answers=answers)))]
    objects = [p for p in groups if p == "" or (is_there(answers, p) and isinstance(at(answers, p), dict))]
    pointer = data.draw(st.sampled_from(objects))
    put(answers, f"{pointer}/unknown", "x")

    assert f"{pointer}/unknown" in errors(key, answers, FACTS[number])


@given(st.data())
def test_a_value_of_the_wrong_type(data: st.DataObject) -> None:
    key, number, example = data.draw(EXAMPLES)
    answers = copy.deepcopy(example)
    there = [
        field.pointer
        for field in walk(fields(form=form(key), facts=FACTS[number], answers=answers))
        if is_there(answers, field.pointer)
    ]
    pointer = data.draw(st.sampled_from(there))
    was = at(answers, pointer)
    put(answers, pointer, "text" if isinstance(was, bool | int) else 7)

    assert pointer in errors(key, answers, FACTS[number])


@given(st.data())
def test_a_text_that_is_too_long(data: st.DataObject) -> None:
    key, number, example, field = data.draw(st.sampled_from(_places(_text)))
    answers = copy.deepcopy(example)
    put(answers, field.pointer, "å" * ((field.max_length or 0) + 1))

    assert str(field.max_length) in errors(key, answers, FACTS[number])[field.pointer]


@given(st.data())
def test_a_hidden_field_that_is_sent(data: st.DataObject) -> None:
    key, number, example, field = data.draw(st.sampled_from(_places(_hidden)))
    answers = {**copy.deepcopy(example), field.name: "x"}

    found = errors(key, answers, FACTS[number])
    assert field.label in found[field.pointer]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=20),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=8), inner, max_size=5),
    max_leaves=20,
)


@given(st.data())
def test_any_value_anywhere_gives_errors_and_never_a_traceback(data: st.DataObject) -> None:
    key, number, example = data.draw(EXAMPLES)
    answers: Any = copy.deepcopy(example)
    name = data.draw(st.sampled_from(sorted(answers)))
    answers[name] = data.draw(JSON)

    found = validate(form=form(key), answers=answers, facts=FACTS[number], refers=anyone)
    plain = Draft202012Validator(effective_schema(form=form(key), facts=FACTS[number]))
    assert len(found) <= 50
    assert len({error.pointer for error in found}) == len(found)
    # What is accepted, plain JSON Schema accepts too.
    assert found or plain.is_valid(answers)
    # What plain JSON Schema accepts is refused for formats and signs only: the field itself, or text in it.
    assert not plain.is_valid(answers) or all(error.pointer.startswith(f"/{name}") for error in found)
    list(walk(fields(form=form(key), facts=FACTS[number], answers=answers, errors=found)))

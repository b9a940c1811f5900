"""A posted page becomes the answers that were meant, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sip_workflow.forms import answers_from_fields, fields, validate, walk
from tests.unit.forms.shipped import FACTS, all_examples, anyone, form, posted

EXAMPLES = st.sampled_from(all_examples())


def read(key: str, flat: dict[str, list[str]], facts: Any = None) -> dict[str, Any]:
    """The answers of a posted page."""
    return answers_from_fields(form=form(key), facts=facts or {}, flat=flat)


@pytest.mark.parametrize(("key", "number", "example"), all_examples())
def test_an_example_comes_back_as_it_was(key: str, number: int, example: dict[str, Any]) -> None:
    shown = walk(fields(form=form(key), facts=FACTS[number], answers=example))

    assert read(key, posted(shown), FACTS[number]) == example


@given(st.data())
def test_what_the_answers_hide_is_dropped(data: st.DataObject) -> None:
    """Two examples posted together, as when somebody changes the choice that shows the rest."""
    key, number, example = data.draw(EXAMPLES)
    others = [answers for name, facts, answers in all_examples() if (name, facts) == (key, number)]
    first = posted(
        walk(fields(form=form(key), facts=FACTS[number], answers=data.draw(st.sampled_from(others))))
    )
    second = posted(walk(fields(form=form(key), facts=FACTS[number], answers=example)))
    both = {name: second[name] if any(second.get(name, ())) else values for name, values in first.items()}

    answers = read(key, both, FACTS[number])
    found = validate(form=form(key), answers=answers, facts=FACTS[number], refers=anyone)
    assert not [error for error in found if error.message.startswith("Ta bort svaret")]


def test_a_hidden_field_can_not_keep_another_one_shown() -> None:
    flat = {"held": ["yes"], "next": ["rebook"], "new_time.minutes": ["60"], "consent_confirmed": ["false"]}

    assert read("meeting", flat) == {"held": "yes", "consent_confirmed": False}


@given(
    st.dictionaries(
        st.one_of(
            st.text(max_size=30),
            st.lists(
                st.sampled_from(["goals", "actions", "0", "1", "goal", "unit", "999", "who", ""]), max_size=12
            ).map(".".join),
        ),
        st.lists(st.text(max_size=10), max_size=3),
        max_size=12,
    )
)
def test_any_post_is_read(flat: dict[str, list[str]]) -> None:
    answers = read("plan", flat)

    validate(form=form("plan"), answers=answers, facts={}, refers=anyone)
    list(walk(fields(form=form("plan"), facts={}, answers=answers)))


def test_rows_keep_their_order_and_empty_ones_are_left_out() -> None:
    flat = {
        "questions.10": ["c"],
        "questions.2": ["b"],
        "questions.0": [""],
        "questions.x": ["d"],
        "csrf": ["e"],
    }

    assert read("preparation", flat)["questions"] == ["b", "c"]


def test_more_rows_than_a_list_may_have_are_refused_and_not_cut() -> None:
    flat = {f"questions.{number}": ["x"] for number in range(9000)}
    answers = read("preparation", flat)

    found = validate(form=form("preparation"), answers=answers, facts={}, refers=anyone)
    assert "Ta bort rader. Högst 30 får plats." in [e.message for e in found if e.pointer == "/questions"]


def test_values_get_their_types() -> None:
    answers = read(
        "preparation",
        {
            "meeting.starts_at": ["2027-03-29T10:00"],
            "meeting.minutes": ["60"],
            "professional_premeeting": ["false"],
            "purpose": ["  rad ett\r\nrad två\n "],
        },
    )

    assert answers["meeting"] == {"starts_at": "2027-03-29T10:00:00+02:00", "minutes": 60}
    assert answers["professional_premeeting"] is False
    assert answers["purpose"] == "rad ett\nrad två"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("2027-03-28T02:30", "2027-03-28T03:30:00+02:00"),  # skipped when summer time begins
        ("2027-10-31T02:30", "2027-10-31T02:30:00+02:00"),  # twice when it ends: the first
        ("2027-02-30T10:00", "2027-02-30T10:00"),
        ("på tisdag", "på tisdag"),
        ("0001-01-01T00:00", "0001-01-01T00:00"),
    ],
)
def test_a_local_time_gets_its_offset(typed: str, kept: str) -> None:
    assert read("admission_notice", {"admitted_at": [typed]})["admitted_at"] == kept


def test_what_can_not_be_read_stays_to_be_put_right() -> None:
    answers = read("preparation", {"meeting.minutes": ["en timme"], "professional_premeeting": ["kanske"]})

    found = validate(form=form("preparation"), answers=answers, facts={}, refers=anyone)
    assert {"/meeting/minutes", "/professional_premeeting"} <= {error.pointer for error in found}


def test_errors_of_a_required_group_point_at_its_fields() -> None:
    answers = read("preparation", {})
    found = {e.pointer for e in validate(form=form("preparation"), answers=answers, facts={}, refers=anyone)}

    assert {"/meeting/starts_at", "/meeting/minutes", "/leader/role"} <= found
    assert "/secretary" not in found


def test_somebody_of_the_register_goes_before_a_written_contact() -> None:
    contact = {"leader.who.name": ["A"], "leader.who.phone": ["070-174 06 05"]}

    assert read("preparation", {"leader.who": ["ronja"], **contact})["leader"] == {"who": "ronja"}
    assert read("preparation", {"leader.who": [""], **contact})["leader"] == {
        "who": {"name": "A", "phone": "070-174 06 05"}
    }


def test_a_unit_or_words_are_posted_under_one_name() -> None:
    flat = {
        "scope_units.0": ["SE2120009901-1001", ""],
        "scope_units.1": ["", "Grannen"],
        "information_exchange": ["given"],
    }

    assert read("consent", flat)["scope_units"] == ["SE2120009901-1001", "Grannen"]

"""What a page gets to show."""

from __future__ import annotations

from typing import Any

import pytest

from sip_workflow.forms import AnswerError, Field, fields, walk
from tests.unit.forms.shipped import FACTS, form, shipped, valid_examples


def shown(key: str, answers: Any = None, **more: Any) -> dict[str, Field]:
    """The fields by id."""
    facts = more.pop("facts", {})
    return {one.id: one for one in walk(fields(form=form(key), facts=facts, answers=answers, **more))}


@pytest.mark.parametrize("key", shipped())
def test_every_field_can_be_shown_and_found(key: str) -> None:
    for facts in FACTS:
        every = list(walk(fields(form=form(key), facts=facts, answers=None)))
        assert every
        assert all(one.label for one in every)
        assert len({one.id for one in every}) == len(every)
        assert all(one.choices for one in every if one.kind in ("radio", "select", "checkboxes"))
        assert all(one.children for one in every if one.kind in ("group", "list"))
        assert all(one.shown_when or one.shown for one in every)


def test_the_order_is_the_uischemas() -> None:
    names = [one.name for one in fields(form=form("reply"), facts={}, answers={})]

    assert names == form("reply").ui["ui:order"]


def test_a_conditional_field_says_when_it_applies() -> None:
    every = shown("reply", {"attendance": "attends", "mandate": "no"})

    assert every["mandate_by"].shown
    assert every["mandate_by"].required
    assert not every["other_times"].shown
    assert every["other_times"].required
    condition = every["mandate_by"].shown_when
    assert condition is not None
    assert condition.text == (
        "Gäller när ”Kommer du?” är ”Ja” eller ”En ersättare kommer” och "
        "”Kan du besluta om era insatser?” är ”Inte än, jag tar reda på det” eller ”Nej”."
    )
    assert condition.any_of == (
        {"attendance": ("attends", "substitute"), "mandate": ("to_be_obtained", "no")},
    )


def test_a_condition_inside_a_row_names_the_row() -> None:
    condition = shown("plan")["actions-0-unit"].shown_when

    assert condition is not None
    assert condition.any_of == ({"actions.0.carried_out_by": ("municipality", "region")},)


def test_a_condition_that_a_script_can_not_know_is_told_in_words() -> None:
    condition = shown("plan")["no_others"].shown_when

    assert condition is not None
    assert condition.any_of == ()
    assert condition.text == "Gäller när ingen insats görs av någon annan."


def test_alternatives_of_a_condition() -> None:
    condition = shown("consent")["form"].shown_when

    assert condition is not None
    assert condition.any_of == ({"information_exchange": ("given",)}, {"plan": ("given",)})
    assert condition.text == (
        "Gäller när ”Får de berörda dela uppgifter?” är ”Ja”, eller när ”Vill personen ha en SIP?” är ”Ja”."
    )


def test_one_answer_may_make_another_required() -> None:
    assert not shown("escalation_handling", {"action": "done"})["note"].required
    assert shown("escalation_handling", {"action": "none"})["note"].required
    assert shown("plan", {"goals": [{}]})["goals-0-by_date"].required
    assert not shown("plan", {"goals": [{"no_date_reason": "x"}]})["goals-0-by_date"].required


def test_facts_decide_what_is_shown() -> None:
    assert "guardians" not in shown("consent")
    assert shown("consent", facts={"child": True})["guardians"].required
    codes = [one.value for one in shown("delegate", facts={"called": True})["route"].choices]
    assert codes == ["participant", "passed_on"]
    codes = [one.value for one in shown("consent", facts={"consent_forms": ["written"]})["form"].choices]
    assert codes == ["written"]


def test_values_are_as_a_page_has_them() -> None:
    every = shown("preparation", valid_examples("preparation", {})[0])

    assert every["meeting-starts_at"].value == "2027-03-17T10:00"
    assert every["meeting-minutes"].value == "60"
    assert (every["meeting-minutes"].minimum, every["meeting-minutes"].maximum) == (15, 240)
    assert every["professional_premeeting"].value == "false"
    assert [one.value for one in every["professional_premeeting"].choices] == ["true", "false"]
    assert every["leader-who"].kind == "group"
    assert every["leader-who--staff"].value == "ronja.ovning"
    assert every["leader-who--staff"].name == "leader.who"
    assert every["recipients"].kind == "list"
    assert [one.label for one in every["recipients"].children] == ["Enhet 1", "Enhet 2"]
    assert every["purpose"].kind == "textarea"
    assert every["support_person"].kind == "text"
    assert every["takes_part"].kind == "select"


def test_a_unit_or_words() -> None:
    rows = shown("consent", {"scope_units": ["SE2120009901-1001", "Grannen"]})["scope_units"].children

    assert [[one.value for one in row.children] for row in rows] == [
        ["SE2120009901-1001", ""],
        ["", "Grannen"],
    ]
    assert {one.name for one in rows[1].children} == {"scope_units.1"}


def test_rows_can_be_added_up_to_the_most() -> None:
    assert len(shown("preparation")["questions"].children) == 1
    assert len(shown("preparation", rows={"questions": 4})["questions"].children) == 4
    assert len(shown("preparation", rows={"questions": 400})["questions"].children) == 30
    assert len(shown("meeting", {}, rows={})["disagreements-0-views"].children) == 2


def test_errors_stand_at_their_field_once() -> None:
    errors = [
        AnswerError(pointer="/leader/who", message="Välj."),
        AnswerError(pointer="/recipients/1/unit", message="Finns inte."),
    ]
    every = fields(
        form=form("preparation"), facts={}, answers=valid_examples("preparation", {})[0], errors=errors
    )

    told = [(one.pointer, one.errors) for one in walk(every) if one.errors]
    assert told == [("/recipients/1/unit", ("Finns inte.",)), ("/leader/who", ("Välj.",))]


def test_a_default_is_chosen_beforehand() -> None:
    assert shown("admission_notice")["planning_form"].value == "sip"
    assert shown("admission_notice", {"planning_form": "coordinated_care_plan"})["planning_form"].value == (
        "coordinated_care_plan"
    )


@pytest.mark.parametrize(
    "draft", [{"goals": "x", "actions": {}, "follow_up": [1], "overall_unit": {}}, [], "x", None]
)
def test_a_draft_of_any_shape_can_be_shown(draft: Any) -> None:
    assert list(walk(fields(form=form("plan"), facts={}, answers=draft)))

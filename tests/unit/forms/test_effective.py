"""Facts change a form, and only as its keywords say."""

from __future__ import annotations

import copy
import json

import pytest
from jsonschema import Draft202012Validator

from sip_workflow.domain.definitions import Form
from sip_workflow.forms import effective_schema, validate
from tests.unit.forms.shipped import FACTS, anyone, errors, form, shipped, valid_examples


@pytest.mark.parametrize("key", shipped())
def test_what_others_get_is_plain_json_schema(key: str) -> None:
    for facts in FACTS:
        schema = effective_schema(form=form(key), facts=facts)
        Draft202012Validator.check_schema(schema)
        assert "examples" not in schema
        assert not {name for name in schema if name.startswith("x-")} - {"x-unit-of"}
        for example in valid_examples(key, facts):
            assert Draft202012Validator(schema).is_valid(example)
        json.dumps(schema)


CONSENT = {
    "informed_about": ["process"],
    "information_exchange": "refused",
    "plan": "refused",
    "given_by": "person",
}
CHILD = {
    "guardians": [{"name": "A", "custody": "sole", "answer": "refused"}],
    "child_informed": True,
    "child_view": "Nej.",
}


def test_a_field_for_children_only() -> None:
    assert errors("consent", CONSENT) == {}
    assert set(errors("consent", {**CONSENT, **CHILD})) == {"/guardians", "/child_informed", "/child_view"}
    assert errors("consent", {**CONSENT, **CHILD}, {"child": True}) == {}
    assert set(errors("consent", CONSENT, {"child": True})) == {
        "/guardians",
        "/child_informed",
        "/child_view",
    }


def test_a_choice_for_children_only() -> None:
    answers = {**CONSENT, "given_by": "guardians"}

    assert set(errors("consent", answers)) == {"/given_by"}
    assert errors("consent", {**answers, **CHILD}, {"child": True}) == {}


def test_choices_from_the_guideline() -> None:
    answers = valid_examples("consent", {})[0]

    assert answers["form"] == "oral"
    assert errors("consent", answers, {"consent_forms": ["oral", "shown"]}) == {}
    assert errors("consent", answers, {"consent_forms": ["written"]}) == {
        "/form": "Välj ett av alternativen: ”Skriftligt”."
    }


def test_who_is_called_may_not_decline() -> None:
    answers = {"route": "declined", "reason": "no_ongoing_case"}

    assert set(errors("delegate", answers, {"called": True})) == {"/route"}
    assert errors("delegate", answers, {"invited": True}) == {}


def test_a_fact_demands_a_field_only_where_it_is_shown() -> None:
    unable = {"attendance": "unable", "other_times": ["2027-03-15T10:00+01:00"]}

    assert errors("reply", unable) == {}
    assert set(errors("reply", unable, {"called": True})) == {"/no_substitute_reason"}
    assert (
        errors("reply", {"attendance": "attends", "mode": "video", "mandate": "yes"}, {"called": True}) == {}
    )


def test_a_guideline_may_show_and_demand() -> None:
    assert set(
        errors("invitation_review", {"send": "now", "reviewed_with": "person"}, {"short_notice": True})
    ) == {"/short_notice_reason"}
    assert set(errors("need", {**valid_examples("need", {})[0], "consultation": "Ja."})) == {"/consultation"}
    consulted = {**valid_examples("need", {})[0], "consultation": "Ja."}
    assert errors("need", consulted, {"consultation": True}) == {}


def test_a_changed_form_is_never_answered_by_the_old_one() -> None:
    """What is made of a form is kept, by its content: another one with the same key is another one."""
    for number in range(50):
        schema = copy.deepcopy(dict(form("acknowledge").schema))
        schema["properties"]["receipt"]["oneOf"].append({"const": f"c{number}", "title": "C"})
        changed = Form(key="acknowledge", schema=schema, ui={})
        asked = [{"receipt": f"c{number}"}, {"receipt": f"c{number - 1}"}]
        found = [validate(form=changed, answers=one, facts={}, refers=anyone) for one in asked]
        assert [bool(one) for one in found] == [False, True]


def test_the_form_itself_is_left_alone() -> None:
    before = json.dumps(form("plan").schema)
    for facts in FACTS:
        validate(form=form("plan"), answers={}, facts=facts, refers=anyone)

    assert json.dumps(form("plan").schema) == before

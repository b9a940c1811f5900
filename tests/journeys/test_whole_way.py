"""The whole way, over HTTP: from a hospital's notice, and from a need that staff see, to a closed case."""

from __future__ import annotations

from tests.journeys.acts import (
    assert_closed,
    follow_up_and_close,
    meet_and_plan,
    units_answer,
    until_consent,
    until_invited,
)
from tests.support.world import World


def test_a_discharge_leads_to_a_plan_and_a_closed_case(world: World) -> None:
    token = world.hospital()
    stay = world.admit(token)
    case_id = stay["case_id"]
    assert stay["sip"]["state"] == "not_offered"

    assert world.do_all(case_id, "admission_acknowledge") == 2
    assert world.do_all(case_id, "planning_basis") == 2
    world.do(case_id, "care_contact")
    world.do(case_id, "sip_offer")

    world.later(hours=2)
    ready = world.event(token, "ready_for_discharge")
    assert ready["deadlines"]["invitation_due_at"] == "2027-02-04T23:59:59+01:00"
    assert ready["deadlines"]["municipality_pays_from"] == "2027-02-04"

    until_invited(world, case_id)
    invited = world.get("/discharges/vtf-1", as_=token)
    assert invited["sip"] == {
        "case_id": case_id,
        "due": True,
        "offered": True,
        "answer": "accepted",
        "state": "invited",
    }
    world.event(token, "discharged")
    world.do(case_id, "discharge_information")

    units_answer(world, case_id)
    meet_and_plan(world, case_id)
    follow_up_and_close(world, case_id)
    assert_closed(world, case_id, reason="goals_met")
    assert world.get("/discharges/vtf-1", as_=token)["state"] == "discharged"


def test_a_need_that_staff_see_leads_to_a_plan_and_a_closed_case(world: World) -> None:
    case_id = until_consent(world)
    until_invited(world, case_id)
    units_answer(world, case_id)
    meet_and_plan(world, case_id)

    plan = world.case(case_id)["plan"]
    assert plan["version"] == 1
    assert {goal["term"] for goal in plan["goals"]} >= {"long"}
    assert all(action["status"] == "decided" for action in plan["actions"])

    follow_up_and_close(world, case_id)
    assert_closed(world, case_id, reason="goals_met")


def test_a_start_with_the_need_described_goes_straight_to_consent(world: World) -> None:
    need = {
        "sip_needed": "yes",
        "raised_by": "relative",
        "reasons": ["both_principals"],
        "situation": "Hjälp hemma och vård behöver hänga ihop.",
        "urgency": "normal",
        "principals": "both",
    }
    case_id = world.start_sip(need=need)
    assert world.names(case_id) == ["consent"]


def test_a_refused_need_is_documented_and_closes_the_case(world: World) -> None:
    from tests.journeys.acts import having

    case_id = world.start_sip()
    world.do(case_id, "need", having(sip_needed="no"))
    assert_closed(world, case_id, reason="not_needed")


def test_a_sip_is_offered_when_the_needs_grow_after_the_care_contact_was_named(world: World) -> None:
    token = world.hospital()
    case_id = world.admit(token, needs=["regional_care"])["case_id"]
    world.do_all(case_id, "admission_acknowledge")
    world.do_all(case_id, "planning_basis")
    world.do(case_id, "care_contact")
    assert world.names(case_id) == [], "one principal alone: no SIP is offered"

    world.later(hours=1)
    both = ["regional_care", "municipal_social_services"]
    stay = world.event(token, "needs_changed", needs=both, assessed_at=world.now().isoformat())
    assert stay["sip"]["due"]
    assert world.names(case_id) == ["admission_acknowledge", "sip_offer"]

    world.later(hours=1)
    fewer = ["regional_care"]
    world.event(token, "needs_changed", needs=fewer, assessed_at=world.now().isoformat())
    assert world.names(case_id) == [], "the offer lapses, and the unit that is not needed is left alone"

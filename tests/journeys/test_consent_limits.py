"""A no ends sharing at once, whenever it comes; and nothing leaves after the consent's last day."""

from __future__ import annotations

from datetime import timedelta

from tests.journeys.acts import (
    assert_closed,
    having,
    meet_and_plan,
    units_answer,
    until_consent,
    until_invited,
)
from tests.support.world import CASE_WORKER, PERSON, SOCIAL_SERVICES, STOCKHOLM, Json, World

HEALTH_CARE, NURSE = "SE2120009901-1003", "gunilla.ekbacka"
OUTPATIENT, OUTPATIENT_CARE_CONTACT = "SE2321009900-1001", "karin.sunnana"


def until_follow_up(world: World) -> str:
    """A case whose follow-up is called."""
    case_id = until_consent(world)
    until_invited(world, case_id)
    units_answer(world, case_id)
    meet_and_plan(world, case_id)
    with world.application.store.read() as tx:
        due_at = tx.follow_ups.find(case_id=case_id, state="planned")[0].due_at
    world.at(due_at)
    seen = world.get(f"/cases/{case_id}", as_=OUTPATIENT_CARE_CONTACT)
    assert seen["invitations"], "the party of the plan is invited to the follow-up"
    return case_id


def assert_nothing_is_shared(world: World, case_id: str, *, consents: list[str]) -> None:
    """The consents are as told, and a party keeps its copy of the plan and sees no more."""
    assert [row["state"] for row in world.case(case_id)["consents"]] == consents
    for username in (NURSE, OUTPATIENT_CARE_CONTACT):
        seen = world.get(f"/cases/{case_id}", as_=username)
        assert (seen["person"], seen["invitations"], seen["meetings"]) == (None, [], [])


def test_the_first_no_at_a_new_plan_ends_sharing(world: World) -> None:
    case_id = until_follow_up(world)
    world.do(case_id, "follow_up_meeting", having(outcome="new_plan"))
    world.do(case_id, "consent", having(information_exchange="refused"))
    assert world.names(case_id) == ["consent"], "the person may be asked once more"
    assert_nothing_is_shared(world, case_id, consents=["ended", "refused"])


def test_consent_that_is_not_confirmed_at_a_follow_up_ends_sharing_and_closes(world: World) -> None:
    case_id = until_follow_up(world)
    world.do(case_id, "follow_up_meeting", having(consent_confirmed=False), closing_reason="goals_met")
    assert set(world.names(case_id)) == {"closing_record"}
    assert_nothing_is_shared(world, case_id, consents=["withdrawn"])
    world.do_all(case_id, "closing_record")
    assert_closed(world, case_id, reason="consent_withdrawn")


def test_a_plan_after_the_last_day_of_consent_goes_to_nobody_else(world: World) -> None:
    case_id = until_consent(world)
    last = world.now().astimezone(STOCKHOLM).date() + timedelta(days=30)
    world.do(case_id, "consent", valid_to=last.isoformat())
    for element in ("preparation", "invitation_review"):
        world.do(case_id, element)
    units_answer(world, case_id)
    for element in ("replies_review", "practical_preparation", "meeting"):
        world.do(case_id, element)
    world.later(days=31)
    world.do(case_id, "plan")

    copies = {row["unit"]: row["copy"] for row in world.case(case_id)["plan"]["copies"] if row["unit"]}
    assert copies == {SOCIAL_SERVICES: "whole", OUTPATIENT: "none", HEALTH_CARE: "none"}
    for username in (NURSE, OUTPATIENT_CARE_CONTACT):
        world.get(f"/cases/{case_id}", as_=username, expect=404)
    with world.application.store.read() as tx:
        mails = tx.outbox.find(case_id=case_id)
    assert [row.payload["unit"] for row in mails if row.payload["kind"] == "plan_copy"] == [SOCIAL_SERVICES]


def test_the_personal_number_decides_who_is_a_child(world: World) -> None:
    child: Json = {**PERSON, "id": "201206059865", "name": "Lovisa Kraft", "birth_date": "1980-01-01"}
    case_id = world.start_sip(person=child)
    assert world.case(case_id)["person"]["birth_date"] == "2012-06-05"
    world.do(case_id, "need")
    task = world.open_tasks(case_id, "consent")[0]
    schema = world.get(f"/tasks/{task.id}", as_=CASE_WORKER)["form"]["schema"]
    assert "guardians" in schema["required"]

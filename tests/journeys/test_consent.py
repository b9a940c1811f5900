"""Consent decides: no invitation before it, and nothing is shared after it is withdrawn."""

from __future__ import annotations

from tests.journeys.acts import assert_closed, having, units_answer, until_consent, until_invited
from tests.support.world import CASE_WORKER, World


def test_hesitant_then_informed_again_then_refused_closes_the_case(world: World) -> None:
    case_id = until_consent(world)
    world.do(case_id, "consent", having(plan="hesitant"))
    assert world.names(case_id) == ["consent"], "the person is informed again"
    world.later(days=7)
    world.do(case_id, "consent", having(plan="refused"))

    assert world.case(case_id)["invitations"] == []
    assert world.do_all(case_id, "closing_record") == 1, "only the principal that knows of it records"
    assert_closed(world, case_id, reason="consent_refused")


def test_withdrawn_consent_recalls_what_is_out_at_once(world: World) -> None:
    case_id = until_consent(world)
    until_invited(world, case_id)
    world.do(case_id, "acknowledge")
    invited = world.open_tasks(case_id, "delegate")[0]
    receiver = world.who_may(invited)

    withdrawn = {"name": "consent_withdrawn", "data": {}}
    world.post(f"/cases/{case_id}/messages", withdrawn, as_=CASE_WORKER)

    assert set(world.names(case_id)) == {"closing_record"}, "every other task is cancelled"
    states = {row["state"] for row in world.case(case_id)["invitations"]}
    assert states == {"cancelled"}
    world.get(f"/tasks/{invited.id}", as_=receiver, expect=404)
    world.get(f"/cases/{case_id}", as_=receiver, expect=404)

    world.do_all(case_id, "closing_record")
    assert_closed(world, case_id, reason="consent_withdrawn")
    world.post(f"/cases/{case_id}/messages", withdrawn, as_=CASE_WORKER, expect=409)


def test_there_is_nothing_to_withdraw_before_consent_is_given(world: World) -> None:
    case_id = until_consent(world)
    refused = world.post(
        f"/cases/{case_id}/messages", {"name": "consent_withdrawn"}, as_=CASE_WORKER, expect=409
    )
    assert refused["title"]
    assert world.names(case_id) == ["consent"]


def test_consent_that_is_not_confirmed_at_the_meeting_stops_everything(world: World) -> None:
    case_id = until_consent(world)
    until_invited(world, case_id)
    units_answer(world, case_id)
    for element in ("replies_review", "practical_preparation"):
        world.do(case_id, element)
    world.do(case_id, "meeting", having(consent_confirmed=False))

    assert set(world.names(case_id)) == {"closing_record"}
    meeting = world.case(case_id)["meetings"][0]
    assert meeting["record"] == {"consent_confirmed": False}, "what was typed is not kept"
    world.do_all(case_id, "closing_record")
    assert_closed(world, case_id, reason="consent_withdrawn")


def test_a_death_stops_everything(world: World) -> None:
    case_id = until_consent(world)
    until_invited(world, case_id)
    world.post(f"/cases/{case_id}/messages", {"name": "person_deceased"}, as_=CASE_WORKER)
    assert set(world.names(case_id)) == {"closing_record"}
    world.do_all(case_id, "closing_record")
    assert_closed(world, case_id, reason="deceased")

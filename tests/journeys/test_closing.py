"""Closing: who records it, what stops with it, and what a disagreement may undo."""

from __future__ import annotations

import pytest

from tests.journeys.acts import (
    assert_closed,
    having,
    meet_and_plan,
    units_answer,
    until_consent,
    until_invited,
)
from tests.support.world import CASE_WORKER, World


def planned(world: World) -> str:
    """A case with a plan and a planned follow-up."""
    case_id = until_consent(world)
    until_invited(world, case_id)
    units_answer(world, case_id)
    meet_and_plan(world, case_id)
    return case_id


def at_follow_up(world: World) -> str:
    """The follow-up is to be held now."""
    case_id = planned(world)
    with world.application.store.read() as tx:
        due_at = tx.follow_ups.find(case_id=case_id, state="planned")[0].due_at
    world.at(due_at)
    return case_id


def follow_ups(world: World, case_id: str) -> list[str]:
    """The states of the follow-ups, in their order."""
    with world.application.store.read() as tx:
        return [row.state for row in tx.follow_ups.find(case_id=case_id, order_by="number")]


def say(world: World, case_id: str, name: str, **data: str) -> None:
    """Tell the case something from outside."""
    world.post(f"/cases/{case_id}/messages", {"name": name, "data": data}, as_=CASE_WORKER)


def test_a_disagreement_does_not_undo_a_death(world: World) -> None:
    case_id = at_follow_up(world)
    world.do(case_id, "follow_up_meeting")
    first, _ = world.open_tasks(case_id, "closing_record")
    world.do_task(first, having(agreement="disagrees"))
    say(world, case_id, "person_deceased")
    world.do_all(case_id, "closing_record")
    assert_closed(world, case_id, reason="deceased")


def test_a_disagreement_after_a_joint_decision_calls_a_new_follow_up(world: World) -> None:
    case_id = at_follow_up(world)
    world.do(case_id, "follow_up_meeting")
    for task in world.open_tasks(case_id, "closing_record"):
        world.do_task(task, having(agreement="disagrees"))
    assert follow_ups(world, case_id) == ["held", "called"]
    assert "follow_up_meeting" in world.names(case_id)
    assert world.case(case_id)["closing_reason"] is None


def test_a_closing_that_nobody_can_disagree_with_calls_off_the_follow_up(world: World) -> None:
    case_id = at_follow_up(world)
    world.do(case_id, "follow_up_meeting", having(outcome="new_plan"))
    assert follow_ups(world, case_id) == ["held", "planned"]
    for _ in range(2):
        world.do(case_id, "consent", having(information_exchange="refused"))
    assert follow_ups(world, case_id) == ["held", "cancelled"]
    world.do_all(case_id, "closing_record")
    assert_closed(world, case_id, reason="consent_refused")


@pytest.mark.parametrize(
    ("reason", "state"),
    [("consent_withdrawn", "withdrawn"), ("consent_refused", "ended"), ("deceased", "ended")],
)
def test_a_decision_that_ends_sharing_ends_the_consent(world: World, reason: str, state: str) -> None:
    case_id = until_consent(world)
    until_invited(world, case_id)
    units_answer(world, case_id)
    receiver = world.who_may(_tasks_done(world, case_id, "acknowledge"))
    world.do(case_id, "replies_review")
    world.do(case_id, "practical_preparation")
    world.do(case_id, "meeting", having(held="no", next="close"))
    world.do(case_id, "closing", lambda _: {"reason": reason, "decided": "alone"})
    assert [row["state"] for row in world.case(case_id)["consents"]] == [state]
    assert {row["state"] for row in world.case(case_id)["invitations"]} == {"cancelled"}
    world.get(f"/cases/{case_id}", as_=receiver, expect=404)


def test_a_unit_that_the_invitation_reached_by_mistake_records_no_closing(world: World) -> None:
    case_id = until_consent(world)
    until_invited(world, case_id)
    with world.application.store.read() as tx:
        own = tx.units.get(tx.cases.get(case_id).coordinator_unit_id).principal_id
        wrong = next(
            task
            for task in tx.tasks.find(case_id=case_id, form_key="acknowledge", state="open")
            if tx.units.get(task.unit_id).principal_id != own
        )
    world.do_task(wrong, having(receipt="misdirected"))
    say(world, case_id, "case_cancelled", reason="moved")
    assert wrong.unit_id not in {task.unit_id for task in world.open_tasks(case_id, "closing_record")}
    assert world.do_all(case_id, "closing_record") == 1
    assert_closed(world, case_id, reason="moved")


def test_a_closing_that_nobody_records_is_told_by_its_own_rule(world: World) -> None:
    case_id = until_consent(world)
    world.do(case_id, "consent", having(plan="hesitant"))
    world.do(case_id, "consent", having(plan="refused"))
    world.later(days=60)
    assert world.told(case_id, "unrecorded_closing") == ["reminder", "manager", "process_owner"]
    with world.application.store.read() as tx:
        assert tx.deviations.count(case_id=case_id) == 0, "the closing's levels write no deviation"
        rows = tx.escalations.find(case_id=case_id, kind="unrecorded_closing")
    assert {row.about for row in rows} == {"closing_recording"}
    assert all(row.task_id is not None for row in rows)
    assert world.case(case_id)["state"] == "closed"


def test_a_draft_deviation_outlives_the_case_as_a_draft(world: World) -> None:
    token = world.hospital()
    case_id = world.admit(token)["case_id"]
    world.event(token, "ready_for_discharge")
    world.later(days=6)
    assert "deviation" in world.names(case_id)
    world.event(token, "discharge_cancelled", reason="Inställd")
    assert world.names(case_id) == []
    assert world.application.incidents.all() == []
    with world.application.store.read() as tx:
        assert tx.cases.get(case_id).closed_at is not None
        assert {row.state for row in tx.deviations.find(case_id=case_id)} == {"draft"}


def _tasks_done(world: World, case_id: str, form_key: str):  # type: ignore[no-untyped-def]
    with world.application.store.read() as tx:
        return tx.tasks.find(case_id=case_id, form_key=form_key, state="completed", order_by="id")[0]

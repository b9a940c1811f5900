"""A case that goes round again has clocks of its own, and a meeting of its own."""

from __future__ import annotations

from datetime import datetime, timedelta

from tests.journeys.acts import having, units_answer, until_consent, until_invited
from tests.support.world import Json, World


def until_meeting(world: World, case_id: str) -> None:
    """From consent to the meeting, which is to be held now."""
    until_invited(world, case_id)
    units_answer(world, case_id)
    world.do(case_id, "replies_review")
    world.do(case_id, "practical_preparation")


def follow_up_due(world: World, case_id: str) -> datetime:
    """The date of the planned follow-up."""
    with world.application.store.read() as tx:
        return tx.follow_ups.find(case_id=case_id, state="planned")[0].due_at


def due(world: World, case_id: str, form_key: str) -> tuple[datetime, datetime]:
    """When a task opened, and when it is due."""
    task = world.open_tasks(case_id, form_key)[0]
    assert task.due_at is not None
    return task.opened_at, task.due_at


def not_agreed(examples: list[Json]) -> Json:
    """The person does not agree to close."""
    return having(person_agrees="no")(examples)


def test_another_meeting_starts_the_clocks_anew(world: World) -> None:
    case_id = until_consent(world)
    until_meeting(world, case_id)
    world.later(days=30)
    told = [world.told(case_id, kind) for kind in ("overdue_invitation", "late_meeting")]
    world.do(case_id, "meeting", having(result="another_meeting"))
    world.do(case_id, "preparation")
    world.later(seconds=5)
    assert [world.told(case_id, kind) for kind in ("overdue_invitation", "late_meeting")] == told
    opened_at, due_at = due(world, case_id, "invitation_review")
    assert due_at - opened_at >= timedelta(days=5)

    world.do(case_id, "invitation_review")
    units_answer(world, case_id)
    world.do(case_id, "replies_review")
    world.do(case_id, "practical_preparation")
    world.later(seconds=5)
    opened_at, due_at = due(world, case_id, "meeting")
    assert due_at - opened_at >= timedelta(days=19)
    assert world.told(case_id, "late_meeting") == told[1]


def test_a_new_time_for_the_same_meeting_starts_no_clock_anew(world: World) -> None:
    case_id = until_consent(world)
    with world.application.store.read() as tx:
        needed_at = tx.cases.get(case_id).needed_at
    until_meeting(world, case_id)
    world.later(days=1)
    world.do(case_id, "meeting", having(held="no", next="rebook"))
    with world.application.store.read() as tx:
        assert tx.cases.get(case_id).needed_at == needed_at


def test_a_person_who_does_not_agree_to_close_starts_the_clocks_anew(world: World) -> None:
    case_id = until_consent(world)
    until_meeting(world, case_id)
    world.later(days=30)
    world.do(case_id, "meeting", having(held="no", next="close"))
    world.do(case_id, "closing", not_agreed)
    told = world.told(case_id, "overdue_invitation")
    world.do(case_id, "preparation")
    world.later(seconds=5)
    assert world.told(case_id, "overdue_invitation") == told
    opened_at, due_at = due(world, case_id, "invitation_review")
    assert due_at - opened_at >= timedelta(days=5)


def test_a_disagreement_without_a_plan_starts_the_clocks_anew(world: World) -> None:
    case_id = until_consent(world)
    until_meeting(world, case_id)
    world.later(days=30)
    world.do(case_id, "meeting", having(held="no", next="close"))
    world.do(case_id, "closing")
    for task in world.open_tasks(case_id, "closing_record"):
        world.do_task(task, having(agreement="disagrees"))
    world.do(case_id, "preparation")
    world.later(seconds=5)
    opened_at, due_at = due(world, case_id, "invitation_review")
    assert due_at - opened_at >= timedelta(days=5)
    assert world.told(case_id, "overdue_invitation") == []


def test_a_revised_plan_is_due_after_the_follow_up_that_decided_it(world: World) -> None:
    case_id = until_consent(world)
    until_meeting(world, case_id)
    world.do(case_id, "meeting")
    world.do(case_id, "plan")
    world.at(follow_up_due(world, case_id))
    world.do(case_id, "follow_up_meeting", having(outcome="revise"))
    opened_at, due_at = due(world, case_id, "plan")
    assert due_at - opened_at >= timedelta(days=5)
    world.later(days=1)
    with world.application.store.read() as tx:
        assert tx.escalations.count(case_id=case_id, about="plan") == 0


def test_a_meeting_that_was_called_off_is_not_planned_anew(world: World) -> None:
    """It came wrong to everybody, a new time was set and called off, and the person wants to go on."""
    case_id = until_consent(world)
    until_invited(world, case_id)
    for task in world.open_tasks(case_id, "acknowledge"):
        world.do_task(task, having(receipt="misdirected"))
    world.do(case_id, "replies_review", having(go_ahead="rebook"))
    assert world.names(case_id) == ["replies_review"], "nobody is asked: how to go on is decided now"
    world.do(case_id, "replies_review", having(go_ahead="cancel"))
    world.do(case_id, "closing", not_agreed)

    world.do(case_id, "preparation")
    assert [row["state"] for row in world.case(case_id)["meetings"]] == ["cancelled", "cancelled", "planned"]
    world.do(case_id, "invitation_review")
    assert world.application.incidents.all() == []
    assert world.names(case_id).count("acknowledge") == 2


def test_a_unit_of_which_anybody_came_has_attended(world: World) -> None:
    case_id = until_consent(world)
    until_meeting(world, case_id)
    one, other = sorted({row["unit"] for row in world.case(case_id)["invitations"]})
    with world.application.store.read() as tx:
        name = tx.units.get(one).name
    everybody = {"relation": "Personal", "name": "Någon"}
    attendance = [
        {**everybody, "part": "missing", "organisation": one},
        {**everybody, "part": "whole", "organisation": name},
        {**everybody, "part": "missing", "organisation": other},
    ]
    task = world.open_tasks(case_id, "meeting")[0]
    example = world.get(f"/tasks/{task.id}", as_=world.who_may(task))["form"]["schema"]["examples"][0]
    world.do(case_id, "meeting", attendance=[*example["attendance"][:1], *attendance])
    states = {row["unit"]: row["state"] for row in world.case(case_id)["invitations"]}
    assert states == {one: "held", other: "missed"}

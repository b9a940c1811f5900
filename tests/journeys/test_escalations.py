"""What is left undone is told in three levels, each once; and nothing is told when the work is done."""

from __future__ import annotations

import pytest

from tests.journeys.acts import meet_and_plan, units_answer, until_consent, until_invited
from tests.support.world import World

LEVELS = ["reminder", "manager", "process_owner"]


def overdue_from_consent(world: World) -> tuple[str, str]:
    """Consent is given, and the invitations are not sent; the case and the task that is late."""
    case_id = until_consent(world)
    world.do(case_id, "consent")
    world.do(case_id, "preparation")
    return case_id, "invitation_review"


def undelegated(world: World) -> tuple[str, str]:
    """A unit has acknowledged and names nobody; the other has answered."""
    case_id = until_consent(world)
    world.do(case_id, "consent")
    # A meeting far ahead, so that it caps no deadline.
    world.do(case_id, "preparation", meeting={**_time(world), "setting": "unit"})
    world.do(case_id, "invitation_review")
    for element in ("acknowledge", "delegate", "reply"):
        world.do(case_id, element)
    world.do(case_id, "acknowledge")
    return case_id, "delegate"


def missed(world: World) -> tuple[str, str]:
    """The day of the follow-up passes."""
    case_id = until_consent(world)
    until_invited(world, case_id)
    units_answer(world, case_id)
    meet_and_plan(world, case_id)
    with world.application.store.read() as tx:
        due_at = tx.follow_ups.find(case_id=case_id)[0].due_at
    world.at(due_at)
    return case_id, "follow_up_meeting"


def _time(world: World) -> dict[str, object]:
    starts_at = world.now().replace(month=4, day=26, hour=8, minute=0, second=0).isoformat()
    return {"starts_at": starts_at, "minutes": 60, "mode": "physical", "place": "Rum 3"}


BEGINNINGS = [
    pytest.param(overdue_from_consent, "overdue_invitation", id="overdue_invitation"),
    pytest.param(undelegated, "undelegated_invitation", id="undelegated_invitation"),
    pytest.param(missed, "missed_follow_up", id="missed_follow_up"),
]


@pytest.mark.parametrize(("begin", "kind"), BEGINNINGS)
def test_each_level_is_told_once_and_none_after_the_work_is_done(world: World, begin, kind: str) -> None:  # type: ignore[no-untyped-def]
    case_id, element = begin(world)
    told = []
    for _ in range(45):
        world.later(days=1)
        told = world.told(case_id, kind)
    assert told == LEVELS
    assert world.names(case_id).count("escalation_handling") >= 1, "the manager has a task"

    world.do(case_id, element)
    handled = world.application.store
    with handled.read() as tx:
        rows = tx.escalations.find(case_id=case_id, kind=kind)
    assert all(row.handled_at is not None for row in rows)
    about = [row.id for row in rows]
    world.later(days=45)
    with handled.read() as tx:
        assert [row.id for row in tx.escalations.find(case_id=case_id, kind=kind, about=element)][:3] == about
        mails = tx.outbox.find(case_id=case_id, key=[f"escalation-{row}" for row in about])
    assert [mail.state for mail in mails] == ["done"] * 3, "one mail a level"


@pytest.mark.parametrize(("begin", "kind"), BEGINNINGS)
def test_nothing_is_told_when_the_work_is_done_in_time(world: World, begin, kind: str) -> None:  # type: ignore[no-untyped-def]
    case_id, element = begin(world)
    world.do(case_id, element)
    world.later(days=1)
    assert world.told(case_id, kind) == []


def test_the_statutory_three_days_are_told_too(world: World) -> None:
    token = world.hospital()
    case_id = world.admit(token)["case_id"]
    world.do(case_id, "care_contact")
    world.do(case_id, "sip_offer")
    world.event(token, "ready_for_discharge")
    told = []
    for _ in range(6):
        world.later(days=1)
        told.append(list(world.told(case_id, "overdue_invitation")))
    # Notice on Monday: due Thursday night, so told Thursday, Friday and Saturday at 08.00.
    assert told == [[], [], LEVELS[:1], LEVELS[:2], LEVELS, LEVELS]


def test_a_worker_that_was_down_for_a_week_tells_each_level_once(world: World) -> None:
    case_id, _ = overdue_from_consent(world)
    world.later(days=60)
    assert world.told(case_id, "overdue_invitation") == LEVELS


def test_a_withdrawn_ready_notice_stops_the_three_days(world: World) -> None:
    token = world.hospital()
    case_id = world.admit(token)["case_id"]
    world.event(token, "ready_for_discharge")
    world.later(hours=1)
    stay = world.event(token, "ready_withdrawn")
    assert stay["deadlines"]["invitation_due_at"] is None
    assert stay["deadlines"]["municipality_pays_from"] is None
    world.later(days=10)
    assert world.told(case_id, "overdue_invitation") == []

"""What people are told is enough to act on, and no more than they may know."""

from __future__ import annotations

from tests.journeys.acts import until_consent, until_invited
from tests.support.world import World


def test_an_invitation_says_why_and_what_for(world: World) -> None:
    case_id = until_consent(world)
    until_invited(world, case_id)
    contents = [row["content"] for row in world.case(case_id)["invitations"]]
    for content in contents:
        assert {"purpose", "long_term_goal", "questions", "why", "expected_contribution", "question"} <= set(
            content
        )


def test_a_deviation_is_filled_in_with_the_step_and_the_days(world: World) -> None:
    token = world.hospital()
    case_id = world.admit(token)["case_id"]
    world.later(days=20)
    manager = next(
        task
        for task in world.open_tasks(case_id, "escalation_handling")
        if task.unit_id == world.open_tasks(case_id, "care_contact")[0].unit_id
    )
    world.do_task(manager, lambda examples: {"action": "none", "note": "Följs upp", "write_deviation": True})
    deviation = world.open_tasks(case_id, "deviation")[0]
    seen = world.get(f"/tasks/{deviation.id}", as_=world.who_may(deviation))
    assert "skulle vara klart 2027-02-" in seen["answers"]["what"]
    assert "Sten" not in seen["answers"]["what"]

"""Stretches of the way that several journeys share, told as acts."""

from __future__ import annotations

from tests.support.world import Json, World


def having(**wanted: object):  # type: ignore[no-untyped-def]
    """Choose the first example whose answers have these values."""

    def choose(examples: list[Json]) -> Json:
        for example in examples:
            if all(example.get(key) == value for key, value in wanted.items()):
                return example
        raise AssertionError(f"no example has {wanted}")

    return choose


def until_consent(world: World) -> str:
    """A case worker starts a SIP and describes the need; the case's number."""
    case_id = world.start_sip()
    world.do(case_id, "need")
    return case_id


def until_invited(world: World, case_id: str) -> None:
    """From consent to invitations that are sent."""
    world.do(case_id, "consent")
    world.do(case_id, "preparation")
    world.do(case_id, "invitation_review")


def units_answer(world: World, case_id: str) -> None:
    """Every invited unit acknowledges, names a participant, replies and prepares."""
    for element in ("acknowledge", "delegate", "reply", "unit_preparation"):
        assert world.do_all(case_id, element) >= 1


def meet_and_plan(world: World, case_id: str) -> None:
    """From complete replies to a plan."""
    for element in ("replies_review", "practical_preparation", "meeting", "plan"):
        world.do(case_id, element)


def follow_up_and_close(world: World, case_id: str) -> None:
    """Time passes until the follow-up is called; it closes the case, and each principal records it."""
    with world.application.store.read() as tx:
        due_at = tx.follow_ups.find(case_id=case_id, state="planned")[0].due_at
    world.at(due_at)
    world.do(case_id, "follow_up_meeting")
    assert world.do_all(case_id, "closing_record") == 2


def assert_closed(world: World, case_id: str, *, reason: str) -> None:
    """The case is closed, and nothing of it runs, waits or is due."""
    case = world.case(case_id)
    assert (case["state"], case["closing_reason"]) == ("closed", reason)
    assert {instance["state"] for instance in case["instances"]} == {"ended"}
    with world.application.store.read() as tx:
        assert not tx.tasks.find(case_id=case_id, state="open")
        assert not tx.timers.find(case_id=case_id)
        assert not tx.waits.find(case_id=case_id)

"""What invited units answer, and what becomes of their invitations."""

from __future__ import annotations

from tests.journeys.acts import having, until_consent, until_invited
from tests.support.world import CASE_WORKER, World


def _invited(world: World) -> str:
    case_id = until_consent(world)
    until_invited(world, case_id)
    return case_id


def _states(world: World, case_id: str) -> list[tuple[int, str]]:
    return [(row["round"], row["state"]) for row in world.case(case_id)["invitations"]]


def test_replies_open_for_review_when_the_last_one_is_in(world: World) -> None:
    case_id = _invited(world)
    for element in ("acknowledge", "delegate", "reply"):
        world.do_all(case_id, element)
        if element != "reply":
            assert "replies_review" not in world.names(case_id)
    assert "replies_review" in world.names(case_id)


def test_replies_open_for_review_when_the_reply_time_is_out(world: World) -> None:
    case_id = _invited(world)
    world.later(days=10)
    assert "replies_review" in world.names(case_id)


def test_a_new_time_is_acknowledged_anew_by_everybody(world: World) -> None:
    case_id = _invited(world)
    for element in ("acknowledge", "delegate", "reply"):
        world.do_all(case_id, element)
    world.do(case_id, "replies_review", having(go_ahead="rebook"))
    assert world.names(case_id) == ["acknowledge", "acknowledge"], "unit preparations fall away"
    assert _states(world, case_id) == [(1, "changed"), (1, "changed"), (2, "sent"), (2, "sent")]
    assert [row["state"] for row in world.case(case_id)["meetings"]] == ["cancelled", "planned"]


def test_a_cancelled_meeting_recalls_the_invitations_and_goes_to_closing(world: World) -> None:
    case_id = _invited(world)
    for element in ("acknowledge", "delegate", "reply"):
        world.do_all(case_id, element)
    world.do(case_id, "replies_review", having(go_ahead="cancel"))
    assert world.names(case_id) == ["closing"]
    assert {state for _, state in _states(world, case_id)} == {"cancelled"}


def test_an_invitation_is_passed_on_and_the_first_unit_released_by_the_next(world: World) -> None:
    case_id = until_consent(world)
    world.do(case_id, "consent", scope_units=_all_units(world))
    world.do(case_id, "preparation")
    world.do(case_id, "invitation_review")
    first = world.open_tasks(case_id, "acknowledge")[0].unit_id
    world.do(case_id, "acknowledge", unit=first)
    world.do(case_id, "delegate", having(route="passed_on"), unit=first)
    passed = next(row for row in world.case(case_id)["invitations"] if row["unit"] == first)
    assert passed["state"] == "passing_on"

    following = next(row for row in world.case(case_id)["invitations"] if row["previous"] == passed["id"])
    world.do(case_id, "acknowledge", unit=following["unit"])
    states = {row["unit"]: row["state"] for row in world.case(case_id)["invitations"]}
    assert (states[first], states[following["unit"]]) == ("released", "acknowledged")


def test_an_invitation_that_came_wrong_again_goes_back_to_the_unit_that_passed_it_on(world: World) -> None:
    case_id = until_consent(world)
    world.do(case_id, "consent", scope_units=_all_units(world))
    world.do(case_id, "preparation")
    world.do(case_id, "invitation_review")
    first = world.open_tasks(case_id, "acknowledge")[0].unit_id
    world.do(case_id, "acknowledge", unit=first)
    world.do(case_id, "delegate", having(route="passed_on"), unit=first)
    following = next(row["unit"] for row in world.case(case_id)["invitations"] if row["previous"])
    world.do(case_id, "acknowledge", having(receipt="misdirected"), unit=following)
    assert [task.unit_id for task in world.open_tasks(case_id, "delegate")] == [first]


def test_one_invitation_is_recalled_or_changed_from_the_case(world: World) -> None:
    case_id = _invited(world)
    one, other = (row["id"] for row in world.case(case_id)["invitations"])
    for name, invitation in (("invitation_cancelled", one), ("invitation_changed", other)):
        body = {"name": name, "data": {"invitation": invitation}}
        world.post(f"/cases/{case_id}/messages", body, as_=CASE_WORKER)
        world.post(f"/cases/{case_id}/messages", body, as_=CASE_WORKER, expect=409)
    assert sorted(_states(world, case_id)) == [(1, "cancelled"), (1, "changed"), (1, "sent")]


def _all_units(world: World) -> list[str]:
    return sorted({row["unit"]["id"] for row in world.application.register.users()})

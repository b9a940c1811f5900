"""An invitation that is passed on: whatever becomes of the next unit's, the chain comes to an end."""

from __future__ import annotations

from tests.journeys.acts import having, until_consent, until_invited
from tests.support.world import CASE_WORKER, Json, World


def say(world: World, case_id: str, name: str, invitation_id: str, expect: int = 200) -> None:
    """Recall or change one invitation."""
    body = {"name": name, "data": {"invitation": invitation_id}}
    world.post(f"/cases/{case_id}/messages", body, as_=CASE_WORKER, expect=expect)


def passed_on(world: World) -> tuple[str, Json, Json]:
    """A unit has passed its invitation on; the case, its invitation and the next one's."""
    case_id = until_consent(world)
    world.do(case_id, "consent", scope_units=_all_units(world))
    world.do(case_id, "preparation")
    world.do(case_id, "invitation_review")
    first = world.open_tasks(case_id, "acknowledge")[0].unit_id
    world.do(case_id, "acknowledge", unit=first)
    world.do(case_id, "delegate", having(route="passed_on"), unit=first)
    rows = world.case(case_id)["invitations"]
    one = next(row for row in rows if row["state"] == "passing_on")
    following = next(row for row in rows if row["previous"] == one["id"])
    return case_id, one, following


def state_of(world: World, case_id: str, invitation_id: str) -> str:
    """The state of one invitation."""
    rows = world.case(case_id)["invitations"]
    return str(next(row["state"] for row in rows if row["id"] == invitation_id))


def open_for(world: World, case_id: str, unit: str) -> list[str]:
    """The forms that stand open for a unit."""
    return sorted(task.form_key for task in world.open_tasks(case_id) if task.unit_id == unit)


def test_a_recalled_successor_gives_the_first_unit_its_task_back(world: World) -> None:
    case_id, one, following = passed_on(world)
    say(world, case_id, "invitation_cancelled", following["id"])
    assert state_of(world, case_id, one["id"]) == "acknowledged"
    assert open_for(world, case_id, one["unit"]) == ["delegate"]
    world.do(case_id, "delegate", having(route="participant"), unit=one["unit"])
    assert open_for(world, case_id, one["unit"]) == ["reply"]


def test_a_changed_successor_still_answers_for_the_first_unit(world: World) -> None:
    case_id, one, following = passed_on(world)
    say(world, case_id, "invitation_changed", following["id"])
    rows = world.case(case_id)["invitations"]
    anew = next(row for row in rows if row["previous"] == one["id"] and row["id"] != following["id"])
    assert (state_of(world, case_id, one["id"]), anew["state"]) == ("passing_on", "sent")
    world.do(case_id, "acknowledge", unit=following["unit"])
    assert state_of(world, case_id, one["id"]) == "released"
    assert open_for(world, case_id, one["unit"]) == []


def test_an_invitation_that_was_passed_on_cannot_be_changed(world: World) -> None:
    case_id, one, _ = passed_on(world)
    say(world, case_id, "invitation_changed", one["id"], expect=409)
    assert state_of(world, case_id, one["id"]) == "passing_on"


def test_a_first_unit_that_is_recalled_stays_recalled_whatever_the_next_one_says(world: World) -> None:
    for receipt in ("acknowledged", "misdirected"):
        case_id, one, following = passed_on(world)
        say(world, case_id, "invitation_cancelled", one["id"])
        world.do(case_id, "acknowledge", having(receipt=receipt), unit=following["unit"])
        assert state_of(world, case_id, one["id"]) == "cancelled"
        assert open_for(world, case_id, one["unit"]) == []


def test_all_that_is_out_is_recalled_and_nobody_has_a_task_back(world: World) -> None:
    case_id, one, following = passed_on(world)
    body = {"name": "consent_withdrawn", "data": {}}
    world.post(f"/cases/{case_id}/messages", body, as_=CASE_WORKER)
    assert {state_of(world, case_id, row["id"]) for row in (one, following)} == {"cancelled"}
    assert set(world.names(case_id)) == {"closing_record"}


def test_a_successor_that_may_not_be_asked_anew_gives_the_first_unit_its_task_back(world: World) -> None:
    case_id, one, following = passed_on(world)
    with world.application.store.write() as tx:
        consent = tx.consents.find(case_id=case_id, state="given")[0]
        tx.consents.change(consent.id, excluded_units=[following["unit"]])
    world.later(days=10)
    world.do(case_id, "replies_review", having(go_ahead="rebook"))
    assert state_of(world, case_id, following["id"]) == "changed"
    assert state_of(world, case_id, one["id"]) == "acknowledged"
    assert open_for(world, case_id, one["unit"]) == ["delegate"]


def test_a_mail_that_would_invite_to_what_is_recalled_is_not_sent(world: World) -> None:
    case_id = until_consent(world)
    until_invited(world, case_id)
    body = {"name": "consent_withdrawn", "data": {}}
    world.post(f"/cases/{case_id}/messages", body, as_=CASE_WORKER)
    world.later(seconds=1)
    with world.application.store.read() as tx:
        items = [item for item in tx.outbox.find(case_id=case_id) if item.payload["kind"] == "invitation"]
    assert [(item.state, item.error) for item in items] == [("done", "no longer true")] * 2
    history = world.get(f"/cases/{case_id}/history?limit=200", as_=CASE_WORKER)["items"]
    sent = [item["data"]["kind"] for item in history if item["type"] == "notification_sent"]
    assert "invitation" not in sent
    assert sent.count("invitation_cancelled") == 2
    subjects = [mail.subject for mail in world.application.outbox.mailbox(limit=50)]
    assert len(subjects) == len(sent)


def test_a_mail_that_was_sent_stays_in_the_mailbox_when_the_invitation_has_ended(world: World) -> None:
    case_id = until_consent(world)
    until_invited(world, case_id)
    world.later(seconds=1)
    before = len(world.application.outbox.mailbox(limit=50))
    body = {"name": "consent_withdrawn", "data": {}}
    world.post(f"/cases/{case_id}/messages", body, as_=CASE_WORKER)
    world.later(seconds=1)
    assert len(world.application.outbox.mailbox(limit=50)) == before + 2


def _all_units(world: World) -> list[str]:
    return sorted({row["unit"]["id"] for row in world.application.register.users()})

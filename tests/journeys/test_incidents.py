"""An instance that fails is set aside, and nothing else waits for it: not a withdrawal, not a sweep."""

from __future__ import annotations

import pytest

from sip_workflow.application.operations import registry
from sip_workflow.domain.register import SYSTEM
from tests.journeys.acts import assert_closed, having, until_consent, until_invited
from tests.support.world import CASE_WORKER, World

DAMAGED = b"\x01 damaged"


def damage(world: World, case_id: str, process_id: str) -> tuple[str, bytes]:
    """Damage the state of the first such instance; its id, and the state it had."""
    with world.application.store.write() as tx:
        instance = tx.instances.find(
            case_id=case_id, process_id=process_id, status="active", order_by="started_at"
        )[0]
        tx.instances.change(instance.id, state=DAMAGED)
    return instance.id, instance.state


def mend(world: World, instance_id: str, state: bytes) -> None:
    """Put the state back and take the instance up again."""
    with world.application.store.write() as tx:
        tx.instances.change(instance_id, state=state)
    world.application.incidents.retry(instance_id=instance_id, actor=SYSTEM, now=world.now())


def say(world: World, case_id: str, name: str, expect: int = 200) -> None:
    """Tell the case something from outside."""
    body = {"name": name, "data": {}}
    world.post(f"/cases/{case_id}/messages", body, as_=CASE_WORKER, expect=expect)


def raised(world: World, case_id: str) -> int:
    """How many times an incident was raised in the case."""
    with world.application.store.read() as tx:
        return tx.history.count(case_id=case_id, type="incident_raised")


def test_a_withdrawal_goes_through_at_once_past_what_is_broken(world: World) -> None:
    case_id = until_consent(world)
    until_invited(world, case_id)
    instance_id, state = damage(world, case_id, "invitation")

    say(world, case_id, "consent_withdrawn")
    case = world.case(case_id)
    assert [row["state"] for row in case["consents"]] == ["withdrawn"]
    assert {row["state"] for row in case["invitations"]} == {"cancelled"}
    assert [row["instance_id"] for row in world.application.incidents.all()] == [instance_id]

    world.do_all(case_id, "closing_record")
    assert world.case(case_id)["state"] == "open", "an incident is still a part of the case"
    mend(world, instance_id, state)
    assert_closed(world, case_id, reason="consent_withdrawn")
    assert raised(world, case_id) == 1


def test_a_withdrawal_stops_sharing_though_the_coordinators_own_process_is_broken(world: World) -> None:
    case_id = until_consent(world)
    until_invited(world, case_id)
    instance_id, state = damage(world, case_id, "sip")

    say(world, case_id, "consent_withdrawn")
    case = world.case(case_id)
    assert [row["state"] for row in case["consents"]] == ["withdrawn"]
    assert {row["state"] for row in case["invitations"]} == {"cancelled"}
    say(world, case_id, "consent_withdrawn", expect=409)

    mend(world, instance_id, state)
    assert set(world.names(case_id)) == {"closing_record"}, "it heard of it when it was taken up"
    world.do_all(case_id, "closing_record")
    assert_closed(world, case_id, reason="consent_withdrawn")


def test_what_is_sent_to_an_incident_reaches_it_when_it_is_taken_up_and_not_before(world: World) -> None:
    case_id = until_consent(world)
    until_invited(world, case_id)
    instance_id, state = damage(world, case_id, "sip")
    world.do_all(case_id, "acknowledge")
    world.do_all(case_id, "delegate")
    world.do_all(case_id, "reply")
    assert "replies_review" not in world.names(case_id)
    assert raised(world, case_id) == 1

    with world.application.store.write() as tx:
        tx.instances.change(instance_id, state=state)
    world.do_all(case_id, "unit_preparation")
    world.later(days=1)
    with world.application.store.read() as tx:
        assert tx.instances.get(instance_id).status == "incident", "only who looks at it takes it up"
    world.application.incidents.retry(instance_id=instance_id, actor=SYSTEM, now=world.now())
    assert world.names(case_id) == ["replies_review"]


def test_no_sweep_turns_on_one_spot(world: World) -> None:
    case_id = until_consent(world)
    world.do(case_id, "consent", having(plan="hesitant"))
    world.do(case_id, "consent", having(plan="refused"))
    damage(world, case_id, "sip")

    world.application.clock.set(at=world.now().replace(month=5))
    rounds = [world.application.timers.fire_due(now=world.now(), limit=1) for _ in range(40)]
    assert rounds[-1] == 0
    assert raised(world, case_id) == 1
    assert world.told(case_id, "unrecorded_closing") == ["reminder", "manager", "process_owner"]


def test_a_timer_that_cannot_fire_is_put_off_ever_longer(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_id = until_consent(world)

    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr("sip_workflow.application.timers._fire", broken)
        world.later(days=20)
        with world.application.store.read() as tx:
            first = {row.id: row for row in tx.timers.find(case_id=case_id) if row.attempts}
        assert first
        assert all((row.due_at - world.now()).total_seconds() == 3600 for row in first.values())
        world.later(minutes=61)
        with world.application.store.read() as tx:
            again = tx.timers.find(id=sorted(first))
        assert all((row.due_at - world.now()).total_seconds() == 7200 for row in again)
    world.later(hours=3)
    assert world.told(case_id, "overdue_task"), "it fires when the fault is gone"


def test_levels_that_were_told_are_not_told_anew_when_an_incident_is_taken_up(world: World) -> None:
    case_id = until_consent(world)
    world.later(days=15)
    assert world.told(case_id, "overdue_task") == ["reminder"]
    instance_id, state = damage(world, case_id, "sip")
    task = world.open_tasks(case_id, "consent")[0]
    body = {"answers": world.get(f"/tasks/{task.id}", as_=CASE_WORKER)["form"]["schema"]["examples"][0]}
    world.post(f"/tasks/{task.id}/complete", body, as_=CASE_WORKER, expect=500)
    world.post(f"/tasks/{task.id}/complete", body, as_=CASE_WORKER, expect=409)
    mend(world, instance_id, state)
    with world.application.store.read() as tx:
        levels = sorted(row.level or "" for row in tx.timers.find(case_id=case_id, kind="watch"))
    assert "reminder" not in levels
    world.later(days=30)
    assert world.told(case_id, "overdue_task").count("reminder") == 1


def test_an_operation_that_fails_for_another_does_not_stop_who_asked(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With an Idempotency-Key too, where the command is a part of a larger transaction."""
    case_id = until_consent(world)
    until_invited(world, case_id)
    damage(world, case_id, "sip")
    for element in ("acknowledge", "delegate"):
        world.do_all(case_id, element)
    first, last = world.open_tasks(case_id, "reply")
    world.do_task(first)
    seen = world.get(f"/tasks/{last.id}", as_=world.who_may(last))
    body = {"answers": seen["form"]["schema"]["examples"][0]}
    key = {"Idempotency-Key": "r-1"}
    world.post(f"/tasks/{last.id}/complete", body, as_=world.who_may(last), headers=key)
    assert len(world.application.incidents.all()) == 1

    own = world.open_tasks(case_id, "unit_preparation")[0]

    def broken(op: registry.Operation) -> registry.Result:
        raise ZeroDivisionError

    monkeypatch.setitem(registry._OPERATIONS, "invitation.prepare", broken)
    seen = world.get(f"/tasks/{own.id}", as_=world.who_may(own))
    body = {"answers": seen["form"]["schema"]["examples"][0]}
    key = {"Idempotency-Key": "r-2"}
    world.post(f"/tasks/{own.id}/complete", body, as_=world.who_may(own), headers=key, expect=500)
    assert len(world.application.incidents.all()) == 2

"""Trouble: two at once, a fault in the middle, a worker that comes back. Nothing is lost or done twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from sip_workflow.application.commands import SetAside
from sip_workflow.application.operations import registry
from sip_workflow.domain.register import SYSTEM
from tests.journeys.acts import until_consent, until_invited
from tests.support.world import CASE_WORKER, NOTICE, World


def test_two_people_complete_one_task_and_one_is_told_that_it_is_done(world: World) -> None:
    case_id = until_consent(world)
    task = world.open_tasks(case_id, "consent")[0]
    answers = world.get(f"/tasks/{task.id}", as_=CASE_WORKER)["form"]["schema"]["examples"][0]

    def complete(username: str) -> int:
        token = world.application.register.token_of_user(username=username)
        response = world.client.application.test_client().post(
            f"/api/v1/tasks/{task.id}/complete",
            json={"answers": answers},
            headers={"Authorization": f"Bearer {token}"},
        )
        return response.status_code

    with ThreadPoolExecutor(2) as pool:
        statuses = sorted(pool.map(complete, [CASE_WORKER, "bashir.ekbacka"]))
    assert statuses == [200, 409]
    with world.application.store.read() as tx:
        assert tx.form_answers.count(task_id=task.id) == 1
    assert world.names(case_id) == ["preparation"]


def test_a_notice_sent_many_times_at_once_makes_one_case(world: World) -> None:
    token = world.hospital()

    def send(_: int) -> tuple[int, str]:
        response = world.client.application.test_client().post(
            "/api/v1/discharges", json=NOTICE, headers={"Authorization": f"Bearer {token}"}
        )
        return response.status_code, response.get_json().get("case_id", "")

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, range(24)))
    assert sorted(status for status, _ in answers) == [200] * 23 + [201]
    assert len({case_id for _, case_id in answers}) == 1
    with world.application.store.read() as tx:
        assert tx.cases.count(closed_at=None) == 1


def test_a_repeat_with_the_same_key_gets_the_first_answer(world: World) -> None:
    body = {"person": NOTICE["person"], "initiating_unit": "SE2120009901-1001"}
    key = {"Idempotency-Key": "a-1"}
    first = world.post("/cases", body, as_=CASE_WORKER, expect=201, headers=key)
    again = world.post("/cases", body, as_=CASE_WORKER, expect=201, headers=key)
    assert first == again
    with world.application.store.read() as tx:
        assert tx.cases.count(closed_at=None) == 1
    other = {**body, "guideline": "stockholm"}
    world.post("/cases", other, as_=CASE_WORKER, expect=422, headers=key)


def test_an_instance_that_fails_is_set_aside_and_the_rest_goes_on(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_id = until_consent(world)
    until_invited(world, case_id)
    acknowledge = registry.operation_named("invitation.acknowledge")

    def broken(op: registry.Operation) -> registry.Result:
        raise ZeroDivisionError("what somebody wrote")

    monkeypatch.setitem(registry._OPERATIONS, "invitation.acknowledge", broken)
    one, other = world.open_tasks(case_id, "acknowledge")
    body = {"answers": {"receipt": "acknowledged"}}
    problem = world.post(f"/tasks/{one.id}/complete", body, as_=world.who_may(one), expect=500)
    assert problem["type"].endswith("incident")
    monkeypatch.setitem(registry._OPERATIONS, "invitation.acknowledge", acknowledge)

    incidents = world.application.incidents.all()
    assert [row["reason"] for row in incidents] == ["invitation.acknowledge: ZeroDivisionError"]
    world.post(f"/tasks/{one.id}/complete", body, as_=world.who_may(one), expect=409)
    world.do_task(other)
    world.later(days=3)
    assert world.told(case_id, "undelegated_invitation") == ["reminder"], "only the other one is watched"

    instance_id = str(incidents[0]["instance_id"])
    world.application.incidents.retry(instance_id=instance_id, actor=SYSTEM, now=world.now())
    world.do_task(one)
    assert world.application.incidents.all() == []


def test_a_fault_in_a_sweep_does_not_stop_the_other_cases(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = until_consent(world), until_consent(world)
    tell = registry.operation_named("escalation.tell")

    def broken_for_the_first(op: registry.Operation) -> registry.Result:
        if op.case.id == first:
            raise ZeroDivisionError
        return tell(op)

    monkeypatch.setitem(registry._OPERATIONS, "escalation.tell", broken_for_the_first)
    world.later(days=15)
    assert world.told(second, "overdue_task") == ["reminder"]
    assert world.told(first, "overdue_task") == []
    history = world.get(f"/cases/{first}/history?limit=200", as_=CASE_WORKER)["items"]
    assert "incident_raised" in {item["type"] for item in history}


def test_a_reminder_is_one_mail_however_often_the_sweep_runs(world: World) -> None:
    case_id = until_consent(world)
    world.later(days=15)
    for _ in range(3):
        world.later(seconds=1)
    history = world.get(f"/cases/{case_id}/history?limit=200", as_=CASE_WORKER)["items"]
    keys = [item["data"]["key"] for item in history if item["type"] == "notification_sent"]
    assert len(keys) == len(set(keys)) == len(world.told(case_id, "overdue_task")) >= 1


def test_an_incident_is_refused_again_while_the_fault_remains(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_id = until_consent(world)
    with world.application.store.write() as tx:
        instance = tx.instances.find(case_id=case_id)[0]
        tx.instances.change(instance.id, state=b"\x01 damaged")
    task = world.open_tasks(case_id, "consent")[0]
    answers = world.get(f"/tasks/{task.id}", as_=CASE_WORKER)["form"]["schema"]["examples"][0]
    world.post(f"/tasks/{task.id}/complete", {"answers": answers}, as_=CASE_WORKER, expect=500)
    assert len(world.application.incidents.all()) == 1
    with pytest.raises(SetAside):
        world.application.incidents.retry(instance_id=instance.id, actor=SYSTEM, now=world.now())

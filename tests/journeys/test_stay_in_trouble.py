"""A stay goes on rightly when one of its processes is set aside, and when messages come oddly."""

from __future__ import annotations

import pytest

from sip_workflow.application.operations import registry
from sip_workflow.domain.register import SYSTEM
from sip_workflow.store import NotFound
from tests.journeys.acts import until_consent
from tests.support.world import CASE_WORKER, NOTICE, OUTPATIENT, World

BOTH = ["municipal_social_services", "regional_care"]


def _set_aside(world: World, case_id: str, process_id: str) -> str:
    with world.application.store.write() as tx:
        instance = tx.instances.find(case_id=case_id, process_id=process_id, status="active")[0]
        tx.instances.change(instance.id, status="incident", incident="a test")
    return instance.id


def _needs(world: World, token: str, needs: list[str]) -> None:
    world.later(minutes=1)
    world.event(token, "needs_changed", needs=needs, assessed_at=world.now().isoformat())


def test_a_set_aside_offer_is_not_made_twice_and_dies_with_the_stay(world: World) -> None:
    token = world.hospital()
    case_id = world.admit(token)["case_id"]
    world.do(case_id, "care_contact")
    instance_id = _set_aside(world, case_id, "sip_offering")
    _needs(world, token, [*BOTH, "municipal_health_care"])
    assert len(world.open_tasks(case_id, "sip_offer")) == 1
    world.event(token, "deceased")
    world.application.incidents.retry(instance_id=instance_id, actor=SYSTEM, now=world.now())
    assert world.open_tasks(case_id) == []


def test_the_three_days_are_told_once_whatever_the_needs_do_meanwhile(world: World) -> None:
    token = world.hospital()
    case_id = world.admit(token)["case_id"]
    world.event(token, "ready_for_discharge")
    world.later(days=3)
    assert world.told(case_id, "overdue_invitation") == ["reminder"]
    _needs(world, token, ["regional_care"])
    _needs(world, token, BOTH)
    world.later(minutes=1)
    assert world.told(case_id, "overdue_invitation") == ["reminder"]


def test_an_event_sent_again_after_another_changes_nothing(world: World) -> None:
    token = world.hospital()
    world.admit(token)
    ready = {"type": "ready_for_discharge", "at": world.now().isoformat()}
    world.post("/discharges/vtf-1/events", ready, as_=token)
    world.later(minutes=1)
    planned = "2027-02-09T12:00:00+01:00"
    stay = world.event(token, "planned_discharge_changed", planned_discharge_at=planned)
    assert world.post("/discharges/vtf-1/events", ready, as_=token) == stay


def test_the_same_notice_in_other_words_is_the_same(world: World) -> None:
    token = world.hospital()
    first = world.admit(token)
    written_out = {
        **NOTICE,
        "planning_form": "sip",
        "assessed_at": None,
        "admitted_at": "2027-02-01T06:00:00Z",
        "needs": list(reversed(NOTICE["needs"])),
    }
    assert world.post("/discharges", written_out, as_=token) == first


def test_the_outpatient_unit_keeps_the_record_of_a_stay_without_a_sip(world: World) -> None:
    token = world.hospital()
    case_id = world.admit(token)["case_id"]
    world.event(token, "deceased")
    for row in world.application.register.users():
        if row["unit"]["id"] == OUTPATIENT and "care_contact" in row["roles"]:
            assert world.get(f"/cases/{case_id}", as_=row["username"])["state"] == "closed"
            return
    raise AssertionError("nobody at the outpatient unit can be care contact")


def test_a_done_task_is_not_filled_in_with_what_is_known_since(world: World) -> None:
    case_id = until_consent(world)
    world.do(case_id, "consent")
    with world.application.store.read() as tx:
        done = tx.tasks.find(case_id=case_id, form_key="consent", state="completed")[0]
    assert world.get(f"/tasks/{done.id}", as_=CASE_WORKER)["answers"] == {}


def test_a_row_that_is_missing_for_one_case_does_not_stop_the_others(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = until_consent(world), until_consent(world)
    tell = registry.operation_named("escalation.tell")

    def missing_for_the_first(op: registry.Operation) -> registry.Result:
        if op.case.id == first:
            raise NotFound("units: no row with that key")
        return tell(op)

    monkeypatch.setitem(registry._OPERATIONS, "escalation.tell", missing_for_the_first)
    world.later(days=15)
    assert world.told(second, "overdue_task") == ["reminder"]


def test_an_odd_id_of_an_invitation_is_refused(world: World) -> None:
    case_id = until_consent(world)
    for odd in ("a\u0000b", 7, None, "å" * 70):
        body = {"name": "invitation_cancelled", "data": {"invitation": odd}}
        world.post(f"/cases/{case_id}/messages", body, as_=CASE_WORKER, expect=422)

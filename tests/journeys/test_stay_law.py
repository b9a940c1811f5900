"""What 2017:612 asks during a stay: who reads what, which clock runs, and what a repeat changes."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.journeys.acts import having
from tests.support.world import CASE_WORKER, OUTPATIENT, SOCIAL_SERVICES, WARD, Json, World

HEALTH_CARE, NURSE = "SE2120009901-1003", "gunilla.ekbacka"
WARD_STAFF = "elsa.sunnana"
ALL_NEEDS = ["municipal_social_services", "municipal_health_care", "regional_care"]
EVENTS = "/discharges/vtf-1/events"


def planning_seen(world: World, *, unit: str, as_: str) -> Json:
    """The planning of a unit, as somebody sees it in the stay."""
    units = world.get("/discharges/vtf-1", as_=as_)["units"]
    return dict(next(row["planning"] for row in units if row["unit"] == unit))


def mailed(world: World, case_id: str, prefix: str) -> list[str]:
    """The units that a mail of that kind went to."""
    with world.application.store.read() as tx:
        rows = tx.outbox.find(case_id=case_id)
    return sorted(str(row.payload["unit"]) for row in rows if row.key.startswith(prefix))


def test_a_units_planning_text_is_not_shown_to_other_units_or_the_ward(world: World) -> None:
    token = world.hospital()
    case_id = world.admit(token, needs=ALL_NEEDS)["case_id"]
    world.do_all(case_id, "admission_acknowledge")
    text = "Hemtjänst varje kväll sedan i våras."
    world.do(case_id, "planning_basis", unit=SOCIAL_SERVICES, current_actions=text)

    assert planning_seen(world, unit=SOCIAL_SERVICES, as_=CASE_WORKER)["current_actions"] == text
    for who in (NURSE, WARD_STAFF, token):
        planning = planning_seen(world, unit=SOCIAL_SERVICES, as_=who)
        assert set(planning) == {"level", "available_from", "sip_needed"}
    for path in (f"/cases/{case_id}", "/discharges/vtf-1"):
        assert text not in json.dumps(world.get(path, as_=NURSE), ensure_ascii=False)


def test_the_information_at_discharge_reaches_the_units(world: World) -> None:
    token = world.hospital()
    case_id = world.admit(token)["case_id"]
    world.event(token, "discharged")
    world.do(case_id, "discharge_information", to_units="Stygnen tas om tio dagar.")
    for who in (CASE_WORKER, "karin.sunnana", token):
        stay = world.get("/discharges/vtf-1", as_=who)
        assert stay["information"]["to_units"] == "Stygnen tas om tio dagar."
    assert mailed(world, case_id, "information-") == [SOCIAL_SERVICES, OUTPATIENT]


def test_a_later_notice_of_needs_never_makes_a_late_one_timely(world: World) -> None:
    token = world.hospital()
    late = world.admit(token, admitted_at="2027-01-25T07:00:00+01:00")
    assert late["notice_was_late"] is True
    needs = {"needs": ["municipal_social_services", "regional_care"]}
    stay = world.event(token, "needs_changed", **needs, assessed_at=world.now().isoformat())
    assert stay["notice_was_late"] is True


def test_new_needs_bring_in_the_units_that_meet_them(world: World) -> None:
    token = world.hospital()
    case_id = world.admit(token, needs=["regional_care"])["case_id"]
    world.get("/discharges/vtf-1", as_=NURSE, expect=404)
    world.later(hours=1)
    stay = world.event(token, "needs_changed", needs=ALL_NEEDS, assessed_at=world.now().isoformat())

    told = [SOCIAL_SERVICES, HEALTH_CARE, OUTPATIENT]
    assert [row["unit"] for row in stay["units"]] == told
    assert sorted(task.unit_id for task in world.open_tasks(case_id, "admission_acknowledge")) == told
    assert mailed(world, case_id, "notice-") == told
    world.do(case_id, "admission_acknowledge", unit=HEALTH_CARE)
    assert world.get("/discharges/vtf-1", as_=NURSE)["needs"] == ALL_NEEDS


def test_needs_are_not_assessed_in_the_future(world: World) -> None:
    token = world.hospital()
    stay = world.admit(token)
    tomorrow = (world.now() + timedelta(days=1)).isoformat()
    body = {"type": "needs_changed", "at": world.now().isoformat(), "needs": ["regional_care"]}
    problem = world.post(EVENTS, {**body, "assessed_at": tomorrow}, as_=token, expect=422)
    assert [row["pointer"] for row in problem["errors"]] == ["/assessed_at"]
    assert world.get("/discharges/vtf-1", as_=token) == stay


def deceased(world: World, token: str, case_id: str) -> None:
    """The patient dies."""
    world.event(token, "deceased")


def cancelled(world: World, token: str, case_id: str) -> None:
    """The discharge is called off."""
    world.event(token, "discharge_cancelled", reason="Ny operation")


def declined(world: World, token: str, case_id: str) -> None:
    """The patient wants no SIP."""
    world.do(case_id, "care_contact")
    world.do(case_id, "sip_offer", having(answer="declined"))


def refused(world: World, token: str, case_id: str) -> None:
    """The patient wants a SIP, then says no to consent: it closes, and nobody was invited."""
    world.do(case_id, "care_contact")
    world.do(case_id, "sip_offer")
    for _ in range(2):
        world.do(case_id, "consent", having(information_exchange="refused"))


@pytest.mark.parametrize("end", [deceased, cancelled, declined, refused])
@pytest.mark.parametrize("ready_first", [True, False])
def test_no_three_days_run_where_nobody_is_to_be_called(
    world: World, end: Callable[[World, str, str], None], ready_first: bool
) -> None:
    token = world.hospital()
    case_id = world.admit(token)["case_id"]
    stopped = end in (deceased, cancelled)
    if ready_first or stopped:
        assert world.event(token, "ready_for_discharge")["deadlines"]["invitation_due_at"]
        world.later(minutes=1)
    end(world, token, case_id)
    if not (ready_first or stopped):
        world.event(token, "ready_for_discharge")
    clocks = world.get("/discharges/vtf-1", as_=token)["deadlines"]
    assert clocks["invitation_due_at"] is None
    assert clocks["municipality_pays_from"] == (None if stopped else "2027-02-04")
    world.later(days=6)
    assert world.told(case_id, "overdue_invitation") == []


def test_needs_that_shrink_stop_the_three_days(world: World) -> None:
    token = world.hospital()
    case_id = world.admit(token)["case_id"]
    world.event(token, "ready_for_discharge")
    world.later(days=3)
    assert world.told(case_id, "overdue_invitation") == ["reminder"]
    stay = world.event(token, "needs_changed", needs=["regional_care"], assessed_at=world.now().isoformat())
    assert stay["deadlines"]["invitation_due_at"] is None
    world.later(days=6)
    assert world.told(case_id, "overdue_invitation") == ["reminder"], "no further level is told"


def changed(world: World, day: str) -> Json:
    """The planned discharge is moved."""
    at = f"2027-02-{day}T12:00:00+01:00"
    return {"type": "planned_discharge_changed", "at": world.now().isoformat(), "planned_discharge_at": at}


def test_an_event_sent_again_changes_nothing(world: World) -> None:
    token = world.hospital()
    world.admit(token)
    older = changed(world, "06")
    world.post(EVENTS, older, as_=token)
    world.later(minutes=1)
    newest = changed(world, "07")
    stay = world.post(EVENTS, newest, as_=token)
    for again in (newest, older, newest):
        world.later(minutes=1)
        assert world.post(EVENTS, again, as_=token) == stay
    with world.application.store.read() as tx:
        assert tx.discharge_events.count() == 2


def test_a_ready_notice_sent_again_after_its_withdrawal_is_refused(world: World) -> None:
    token = world.hospital()
    world.admit(token)
    ready = {"type": "ready_for_discharge", "at": world.now().isoformat()}
    assert world.post(EVENTS, ready, as_=token) == world.post(EVENTS, ready, as_=token)
    world.later(minutes=1)
    stay = world.event(token, "ready_withdrawn")
    problem = world.post(EVENTS, ready, as_=token, expect=409)
    assert problem["type"].endswith("event_out_of_order")
    assert world.get("/discharges/vtf-1", as_=token) == stay
    assert (stay["state"], stay["hospital_unit"]) == ("admitted", WARD)


def test_a_notified_unit_and_the_ward_lose_the_stay_when_the_case_is_closed(world: World) -> None:
    token = world.hospital()
    case_id = world.admit(token)["case_id"]
    world.get(f"/cases/{case_id}", as_=CASE_WORKER)
    world.event(token, "discharge_cancelled", reason="Felregistrerad")
    assert world.names(case_id) == []
    world.get(f"/cases/{case_id}", as_=CASE_WORKER, expect=404)
    assert world.get("/discharges/vtf-1", as_=token)["state"] == "cancelled", "the sender still reads it"

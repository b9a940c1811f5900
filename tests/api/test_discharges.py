"""Stays over HTTP: what a hospital's record system sends and reads (lag 2017:612)."""

from __future__ import annotations

from datetime import timedelta

from tests.api.conftest import NOTICE, OTHER_WARD, READY, WARD


def stay_of(stage):
    return stage.world.get("/discharges/stay-1", as_=stage.client)


def tell(stage, type_, at="2027-02-01T08:45:00+01:00", **data):
    stage.world.application.clock.advance(by=timedelta(seconds=1))
    body = {"type": type_, "at": at, **data}
    return stage.world.post("/discharges/stay-1/events", body, as_=stage.client)


def test_a_new_stay_has_a_case_and_the_clock_of_the_notice(ready):
    client = ready.world.application.register.add_client(
        name="journal", unit_id=WARD, scopes=["discharges"], now=ready.world.now()
    )
    headers = {"Authorization": f"Bearer {client}"}
    response = ready.world.client.post("/api/v1/discharges", json=NOTICE, headers=headers)
    assert response.status_code == 201
    assert response.headers["Location"] == "/api/v1/discharges/stay-1"
    stay = response.get_json()
    assert (stay["state"], stay["planning_form"], stay["needs"]) == ("admitted", "sip", NOTICE["needs"])
    assert stay["deadlines"] == {
        "admission_notice_due_at": "2027-02-02T08:00:00+01:00",
        "invitation_due_at": None,
        "municipality_pays_from": None,
    }
    assert stay["sip"]["offered"] is False
    assert stay["sip"]["answer"] is None
    assert ready.world.get("/discharges/stay-1", as_=client) == stay


def test_an_id_with_signs_of_its_own_stands_in_the_address(before_consent):
    stage = before_consent
    notice = {**NOTICE, "external_id": "å:1;ö=2,&'(3)~"}
    headers = {"Authorization": f"Bearer {stage.client}"}
    response = stage.world.client.post("/api/v1/discharges", json=notice, headers=headers)
    assert response.status_code == 201
    found = stage.world.client.get(response.headers["Location"], headers=headers)
    assert found.get_json()["external_id"] == notice["external_id"]


def test_ready_starts_the_clocks_and_withdrawn_stops_them(before_consent):
    told = tell(before_consent, READY["type"], READY["at"])
    assert told["state"] == "ready"
    assert told["ready_at"] == "2027-02-01T08:30:00+01:00"
    assert told["deadlines"]["invitation_due_at"] == "2027-02-04T23:59:59+01:00"
    assert told["deadlines"]["municipality_pays_from"] == "2027-02-04"
    told = tell(before_consent, "ready_withdrawn")
    assert told["state"] == "admitted"
    assert told["deadlines"]["invitation_due_at"] is told["deadlines"]["municipality_pays_from"] is None


def test_the_stay_follows_what_the_ward_tells(before_consent):
    stage = before_consent
    planned = "2027-02-10T12:00:00+01:00"
    assert (
        tell(stage, "planned_discharge_changed", planned_discharge_at=planned)["planned_discharge_at"]
        == planned
    )
    needs = ["municipal_health_care", "regional_care"]
    told = tell(stage, "needs_changed", needs=needs, assessed_at="2027-02-01T08:40:00+01:00")
    assert told["needs"] == needs
    assert told["deadlines"]["admission_notice_due_at"] == "2027-02-02T08:40:00+01:00"
    assert tell(stage, "transferred", hospital_unit=OTHER_WARD)["hospital_unit"] == OTHER_WARD
    assert tell(stage, "discharged")["state"] == "discharged"
    assert stay_of(stage)["discharged_at"] is not None


def test_a_ward_that_takes_over_tells_what_happens(before_consent):
    stage, staff = before_consent, "ida.sunnana"
    stage.problem("POST", "/discharges/stay-1/events", as_=staff, status=404, json=READY)
    tell(stage, "transferred", hospital_unit=OTHER_WARD)
    ready = {**READY, "at": "2027-02-01T08:50:00+01:00"}
    assert stage.world.post("/discharges/stay-1/events", ready, as_=staff)["state"] == "ready"


def test_a_cancelled_discharge_ends_the_planning(before_consent):
    stage = before_consent
    assert tell(stage, "discharge_cancelled", reason="Ny operation")["state"] == "cancelled"
    assert stage.world.open_tasks(stage.stay_case) == []


def test_the_sip_it_leads_to_is_told(before_consent):
    stage = before_consent
    for task in stage.world.open_tasks(stage.stay_case, "admission_acknowledge"):
        stage.world.do_task(task)
    stage.world.do(stage.stay_case, "care_contact")
    stage.world.do(stage.stay_case, "sip_offer", lambda examples: examples[0])
    sip = stay_of(stage)["sip"]
    assert (sip["case_id"], sip["offered"], sip["answer"]) == (stage.stay_case, True, "accepted")
    assert "consent" in stage.world.names(stage.stay_case)

"""Cases over HTTP: starting one, the lists, history, and messages from outside."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sip_workflow.api.schemas.cases import MESSAGES
from tests.api.conftest import ANNA, INVITED, OTHER, OWN, PERSON

INGRID = "ingrid.ekbacka"


def test_without_an_assessment_its_task_opens(ready):
    case = ready.world.post("/cases", {"person": PERSON, "initiating_unit": OWN}, as_=ANNA, expect=201)
    assert case["state"] == "open"
    assert case["guideline"] == "vastra_gotaland"
    assert case["person"]["id"] == PERSON["id"].replace("-", "")
    assert ready.world.names(case["id"]) == ["need"]


def test_with_an_assessment_consent_is_next(ready):
    first = ready.world.post("/cases", {"person": PERSON, "initiating_unit": OWN}, as_=ANNA, expect=201)
    task = ready.world.open_tasks(first["id"])[0].id
    need = ready.world.get(f"/tasks/{task}", as_=ANNA)["form"]["schema"]["examples"][0]
    body = {"person": PERSON, "initiating_unit": OWN, "need": need, "guideline": "stockholm"}
    case = ready.world.post("/cases", body, as_=ANNA, expect=201)
    assert case["guideline"] == "stockholm"
    assert ready.world.names(case["id"]) == ["consent"]
    given = ready.problem("POST", "/cases", status=422, json={**body, "need": {**need, "urgency": 7}})
    assert [error["pointer"] for error in given["errors"]] == ["/need/urgency"]


@pytest.mark.parametrize("unit", [OTHER, INVITED, "SE0000000000-0000"])
def test_a_case_is_started_at_ones_own_unit(ready, unit):
    body = {"person": PERSON, "initiating_unit": unit}
    given = ready.problem("POST", "/cases", status=422, json=body)
    assert [error["pointer"] for error in given["errors"]] == ["/initiating_unit"]


@pytest.mark.parametrize("id_type", ["reservnummer", "lma", "unknown"])
def test_a_person_without_a_personal_number_is_taken_as_written(ready, id_type):
    person = {"id_type": id_type, "name": "Okänd Man", "municipality": "Ekbacka", "birth_date": "1980-01-01"}
    if id_type != "unknown":
        ready.problem("POST", "/cases", status=422, json={"person": person, "initiating_unit": OWN})
        person["id"] = "R-2027/17"
    case = ready.world.post("/cases", {"person": person, "initiating_unit": OWN}, as_=ANNA, expect=201)
    assert case["person"]["id"] == person.get("id")


def test_lists_are_by_state_and_newest_first(stage):
    stage.world.application.clock.advance(by=timedelta(seconds=1))
    newer = stage.world.post("/cases", {"person": PERSON, "initiating_unit": OWN}, as_=ANNA, expect=201)["id"]
    ids = [item["id"] for item in stage.world.get("/cases?state=open", as_=ANNA)["items"]]
    assert set(ids) == {stage.case, stage.stay_case, newer}
    assert ids[0] == newer
    assert stage.world.get("/cases?state=closed", as_=ANNA) == {"items": [], "next": None}
    seen, path = [], "/cases?limit=1"
    while path is not None:
        page = stage.world.get(path, as_=ANNA)
        seen += [item["id"] for item in page["items"]]
        path = page["next"] and page["next"].removeprefix("/api/v1")
    assert seen == ids


def test_history_tells_ids_and_codes(stage):
    items = stage.world.get(f"/cases/{stage.case}/history?limit=200", as_=ANNA)["items"]
    types = [item["type"] for item in items]
    assert {"instance_started", "task_opened", "task_completed", "message_sent", "operation_done"} <= set(
        types
    )
    opened = next(item for item in items if item["type"] == "task_opened")
    assert opened["data"]["task_id"]
    assert opened["at"].endswith("+01:00")
    assert PERSON["name"] not in str(items)


def test_an_invited_unit_sees_its_own_invitation_alone(stage):
    seen = stage.world.get(f"/cases/{stage.case}", as_=INGRID)
    assert {row["unit"] for row in seen["invitations"]} == {INVITED}
    assert (seen["consents"], seen["instances"], seen["plan"]) == ([], [], None)
    whole = stage.world.get(f"/cases/{stage.case}", as_=ANNA)
    assert len(whole["invitations"]) == 2
    assert {row["process_id"] for row in whole["instances"]} == {"sip", "invitation"}


def test_withdrawn_consent_stops_everything_at_once(stage):
    path = f"/cases/{stage.case}/messages"
    after = stage.world.post(path, {"name": "consent_withdrawn", "data": {}}, as_=ANNA)
    assert {row["state"] for row in after["invitations"]} == {"cancelled"}
    assert after["consents"][0]["ended_at"] is not None
    assert stage.problem("POST", path, status=409, json={"name": "consent_withdrawn"})["type"].endswith(
        "waits"
    )
    stage.problem("GET", f"/cases/{stage.case}", as_=INGRID, status=404)


def test_only_messages_from_outside_are_taken(stage):
    path = f"/cases/{stage.case}/messages"
    for name in ("meeting_held", "replies_complete", "sip_started", "closing_recorded", "", "x" * 500):
        given = stage.problem("POST", path, status=422, json={"name": name})
        assert [error["pointer"] for error in given["errors"]] == ["/name"]
    for name in ("invitation_changed", "invitation_cancelled"):
        for data in ({}, {"invitation": "nothing"}, {"invitation": 7}):
            given = stage.problem("POST", path, status=422, json={"name": name, "data": data})
            assert [error["pointer"] for error in given["errors"]] == ["/data/invitation"]


def test_a_message_about_one_invitation_concerns_that_one(stage):
    rows = stage.world.get(f"/cases/{stage.case}", as_=ANNA)["invitations"]
    body = {"name": "invitation_cancelled", "data": {"invitation": rows[0]["id"]}}
    path = f"/cases/{stage.case}/messages"
    after = stage.world.post(path, body, as_=ANNA)["invitations"]
    assert [row["state"] for row in after] == ["cancelled", "sent"]
    stage.problem("POST", path, status=409, json=body)


def test_no_message_is_understood_that_the_contract_lacks():
    assert set(MESSAGES) == {
        "consent_withdrawn",
        "consent_changed",
        "case_cancelled",
        "person_deceased",
        "invitation_changed",
        "invitation_cancelled",
    }

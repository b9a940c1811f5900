"""Bad input is answered with a clear problem, and changes nothing (every table is compared)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.api.conftest import ANNA, NOTICE, OTHER_WARD, OWN, PERSON, READY

PLANNED = "planned_discharge_changed"
JSON = {"Content-Type": "application/json"}
POSTS = [
    ("/cases", {"person": PERSON, "initiating_unit": OWN}),
    ("/discharges", {**NOTICE, "external_id": "stay-2"}),
    ("/discharges/stay-1/events", READY),
    ("/cases/{case}/messages", {"name": "case_cancelled"}),
    ("/tasks/{consent}/complete", {"answers": {}}),
    ("/tasks/{consent}/assign", {"username": "bashir.ekbacka"}),
    ("/tasks/{consent}/claim", {}),
]


def who(stage, path):
    return stage.client if path.startswith("/discharges") else ANNA


def filled(stage, path):
    return path.format(case=stage.case, consent=stage.ids.get("consent", ""))


@pytest.mark.parametrize(("path", "body"), POSTS)
def test_what_is_no_json_is_malformed(before_consent, path, body):
    stage, path = before_consent, filled(before_consent, path)
    for data in (b"{", b"\xff\xfe", b'{"a": 1, "a": 1}', b"[" * 100_000, b'{"a": NaN}', rb'{"a": "\ud800"}'):
        stage.problem("POST", path, as_=who(stage, path), status=400, data=data, headers=JSON)


@pytest.mark.parametrize(("path", "body"), POSTS)
def test_other_kinds_of_content_are_refused(before_consent, path, body):
    stage, path = before_consent, filled(before_consent, path)
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""):
        headers = {"Content-Type": kind}
        stage.problem("POST", path, as_=who(stage, path), status=415, data=b"{}", headers=headers)


@pytest.mark.parametrize(("path", "body"), POSTS)
def test_unknown_fields_and_wrong_types_are_pointed_at(before_consent, path, body):
    stage, path = before_consent, filled(before_consent, path)
    given = stage.problem("POST", path, as_=who(stage, path), status=422, json={**body, "surprise": 1})
    assert [error["pointer"] for error in given["errors"]] == ["/surprise"]
    for name in body:
        wrong = {**body, name: 7}
        given = stage.problem("POST", path, as_=who(stage, path), status=422, json=wrong)
        assert given["errors"][0]["pointer"] == f"/{name}"
    for data in (b"[]", b'"text"', b"7", b"null"):
        stage.problem("POST", path, as_=who(stage, path), status=422, data=data, headers=JSON)


@pytest.mark.parametrize(("path", "body"), POSTS)
def test_ten_megabytes_are_too_much(before_consent, path, body):
    stage, path = before_consent, filled(before_consent, path)
    large = b'{"answers": "' + b"x" * 10_000_000 + b'"}'
    stage.problem("POST", path, as_=who(stage, path), status=413, data=large, headers=JSON)


def test_a_large_body_is_refused_before_it_is_read(before_consent):
    class Unread:
        def read(self, *_):
            raise AssertionError("the body was read")

    before_consent.problem(
        "POST",
        f"/tasks/{before_consent.ids['consent']}/complete",
        status=413,
        environ_overrides={"wsgi.input": Unread(), "CONTENT_LENGTH": "10000000"},
        headers=JSON,
    )


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"admitted_at": "2027-02-30T08:00:00+01:00"}, "/admitted_at"),
        ({"admitted_at": "2027-02-01T08:00:00"}, "/admitted_at"),
        ({"admitted_at": "2027-02-02T08:00:00+01:00"}, "/admitted_at"),
        ({"planned_discharge_at": "2027-01-01T08:00:00+01:00"}, "/planned_discharge_at"),
        ({"assessed_at": "2027-01-01T08:00:00+01:00"}, "/assessed_at"),
        ({"assessed_at": "9999-12-31T23:59:59Z"}, "/assessed_at"),
        ({"person": {**PERSON, "id": "19420317-9802"}}, "/person/id"),
        ({"person": {**PERSON, "id": "19420377-9801"}}, "/person/id"),
        ({"person": {**PERSON, "id_type": "samordningsnummer"}}, "/person/id"),
        ({"person": {**PERSON, "municipality": "Ingenstans"}}, "/person/municipality"),
        ({"hospital_unit": "SE0000000000-0000"}, "/hospital_unit"),
        ({"hospital_unit": OWN}, "/hospital_unit"),
        ({"needs": ["dentist"]}, "/needs/0"),
        ({"planning_form": "none"}, "/planning_form"),
        ({"guideline": "skane"}, "/guideline"),
    ],
)
def test_a_notice_that_cannot_be_is_pointed_at(before_consent, changes, pointer):
    stage = before_consent
    notice = {**NOTICE, "external_id": "stay-2", **changes}
    given = stage.problem("POST", "/discharges", as_=stage.client, status=422, json=notice)
    assert [error["pointer"] for error in given["errors"]] == [pointer]
    assert all(error["message"] for error in given["errors"])


@pytest.mark.parametrize(
    ("event", "pointer"),
    [
        ({"type": "born"}, "/type"),
        ({"type": "deceased", "at": "2027-02-31T08:00:00Z"}, "/at"),
        ({"type": "deceased", "at": "2028-01-01T08:00:00Z"}, "/at"),
        ({"type": "deceased", "at": "2026-01-01T08:00:00Z"}, "/at"),
        ({"type": PLANNED}, "/planned_discharge_at"),
        (
            {"type": PLANNED, "planned_discharge_at": "2026-01-01T08:00:00Z"},
            "/planned_discharge_at",
        ),
        ({"type": "transferred", "hospital_unit": "SE0"}, "/hospital_unit"),
        ({"type": "transferred", "hospital_unit": OWN}, "/hospital_unit"),
        ({"type": "needs_changed", "needs": [], "assessed_at": READY["at"]}, "/needs"),
    ],
)
def test_an_event_that_cannot_be_is_pointed_at(before_consent, event, pointer):
    stage = before_consent
    sent = {"at": READY["at"], **event}
    given = stage.problem("POST", "/discharges/stay-1/events", as_=stage.client, status=422, json=sent)
    assert [error["pointer"] for error in given["errors"]] == [pointer]


def test_unknown_ids_are_not_found(before_consent):
    stage = before_consent
    for stay in ("stay-9", "STAY-1", "stay-1%00", "x" * 500):
        path = f"/discharges/{stay}"
        stage.problem("GET", path, as_=stage.client, status=404)
        stage.problem("POST", f"{path}/events", as_=stage.client, status=404, json=READY)
    for path in ("/cases/SIP-0000-0000", "/cases/..", "/cases/SIP-0000-0000/history", "/tasks/nothing"):
        stage.problem("GET", path, status=404)
    stage.problem("POST", "/tasks/nothing/complete", status=404, json={"answers": {}})
    stage.problem("POST", "/cases/SIP-0000-0000/messages", status=404, json={"name": "case_cancelled"})


def test_the_same_notice_again_is_the_same_stay_and_other_content_is_refused(before_consent):
    stage = before_consent
    before = stage.dump()
    first = stage.world.get("/discharges/stay-1", as_=stage.client)
    assert stage.world.post("/discharges", NOTICE, as_=stage.client, expect=200) == first
    reordered = dict(reversed(NOTICE.items()))
    assert stage.world.post("/discharges", reordered, as_=stage.client, expect=200) == first
    assert stage.dump() == before
    other = {**NOTICE, "needs": ["school"]}
    given = stage.problem("POST", "/discharges", as_=stage.client, status=409, json=other)
    assert given["type"].endswith("other_content")


def test_events_out_of_order_are_refused(before_consent):
    stage, path = before_consent, "/discharges/stay-1/events"
    withdrawn = {"type": "ready_withdrawn", "at": "2027-02-01T08:45:00+01:00"}
    given = stage.problem("POST", path, as_=stage.client, status=409, json=withdrawn)
    assert given["type"].endswith("event_out_of_order")
    stage.world.post(path, READY, as_=stage.client)
    after_ready = stage.dump()
    stage.world.post(path, READY, as_=stage.client)
    assert stage.dump() == after_ready
    stage.world.application.clock.advance(by=timedelta(seconds=1))
    stage.world.post(path, withdrawn, as_=stage.client)
    given = stage.problem("POST", path, as_=stage.client, status=409, json=READY)
    stage.world.application.clock.advance(by=timedelta(seconds=1))
    moved = {"type": "transferred", "at": "2027-02-01T08:50:00+01:00", "hospital_unit": OTHER_WARD}
    stage.world.post(path, moved, as_=stage.client)
    stage.world.application.clock.advance(by=timedelta(seconds=1))
    stage.world.post(path, {"type": "deceased", "at": "2027-02-01T08:55:00+01:00"}, as_=stage.client)
    for event in (READY, withdrawn, moved, {"type": "discharged", "at": READY["at"]}):
        stage.problem("POST", path, as_=stage.client, status=409, json=event)


@pytest.mark.parametrize("plane", range(17))
def test_every_plane_of_unicode_is_kept_as_it_came(ready, plane):
    stage = ready
    name = "".join(chr(plane * 0x10000 + place) for place in (0xE5, 0x3B1, 0xFB01)).strip()
    body = {"person": {**PERSON, "name": name}, "initiating_unit": OWN}
    case = stage.world.post("/cases", body, as_=ANNA, expect=201)
    assert case["person"]["name"] == name
    assert stage.world.get(f"/cases/{case['id']}", as_=ANNA)["person"]["name"] == name

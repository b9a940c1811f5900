"""Definitions over HTTP: versions, deploying files or a zip, and what is refused."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest

from tests.api.conftest import ANNA, OWN, PERSON

OWNER, ADMINISTRATOR = "petra.ekbacka", "olga.sunnana"
FORM = "forms/need.schema.json"
FORMS = Path(__file__).parents[2] / "forms"


def changed_form():
    schema = json.loads((FORMS / "need.schema.json").read_text())
    schema["title"] = "Bedöm om SIP behövs"
    return json.dumps(schema, ensure_ascii=False).encode()


def zipped(files):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return content.getvalue()


def deploy(stage, *, as_=OWNER, status=201, **more):
    headers = {"Authorization": f"Bearer {stage.token(as_)}"}
    response = stage.world.client.post("/api/v1/definitions", headers=headers, **more)
    assert response.status_code == status, response.get_json()
    return response.get_json()


def as_files(files):
    return {"data": {"files": [(io.BytesIO(data), name) for name, data in files.items()]}}


def as_zip(files):
    return {"data": zipped(files), "content_type": "application/zip"}


@pytest.mark.parametrize("sent", [as_files, as_zip])
@pytest.mark.parametrize("who", [OWNER, ADMINISTRATOR])
def test_a_new_version_counts_for_new_cases(before_consent, sent, who):
    stage = before_consent
    shipped = stage.world.get("/definitions", as_=who)["items"]
    assert [(row["origin"], row["in_force"]) for row in shipped] == [("shipped", True)]
    new = deploy(stage, as_=who, **sent({FORM: changed_form()}))
    assert (new["origin"], new["in_force"]) == ("owner", True)
    stored = stage.world.get("/definitions", as_=who)["items"]
    assert {row["version"]: row["in_force"] for row in stored} == {
        shipped[0]["version"]: False,
        new["version"]: True,
    }
    case = stage.world.post("/cases", {"person": PERSON, "initiating_unit": OWN}, as_=ANNA, expect=201)
    task = stage.world.open_tasks(case["id"])[0].id
    assert stage.world.get(f"/tasks/{task}", as_=ANNA)["form"]["schema"]["title"] == "Bedöm om SIP behövs"
    old = stage.world.get(f"/tasks/{stage.ids['consent']}", as_=ANNA)
    assert old["form"]["key"] == "consent"


@pytest.mark.parametrize(
    "files",
    [
        {FORM: b"{"},
        {FORM: b'{"type": 7}'},
        {"processes/sip/sip.bpmn": b"<bpmn"},
        {"processes/sip/sip.bpmn": b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'},
        {"../../etc/passwd": b"x"},
        {"/etc/passwd": b"x"},
        {"notes.exe": b"x"},
    ],
)
@pytest.mark.parametrize("sent", [as_files, as_zip])
def test_what_is_broken_is_found_and_changes_nothing(ready, files, sent):
    given = ready.problem("POST", "/definitions", as_=OWNER, status=422, **sent(files))
    assert given["errors"][0]["message"]


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"no zip", 422),
        (zipped({FORM: b" " * 60_000_000}), 422),
        (zipped({f"forms/{number}.txt": b"" for number in range(5000)}), 422),
        (b"PK" + b"x" * 9_000_000, 413),
    ],
    ids=["no zip", "bomb", "many", "large"],
)
def test_what_is_no_deployment_is_refused(ready, content, status):
    ready.problem(
        "POST", "/definitions", as_=OWNER, status=status, data=content, content_type="application/zip"
    )


def test_other_kinds_and_empty_forms_are_refused(ready):
    ready.problem("POST", "/definitions", as_=OWNER, status=415, json={})
    ready.problem("POST", "/definitions", as_=OWNER, status=415, data=b"x", content_type="text/plain")
    ready.problem(
        "POST", "/definitions", as_=OWNER, status=422, data={"a": "b"}, content_type="multipart/form-data"
    )


def test_two_files_of_one_name_are_refused(ready):
    data = {"files": [(io.BytesIO(changed_form()), FORM), (io.BytesIO(b"{}"), FORM)]}
    ready.problem("POST", "/definitions", as_=OWNER, status=422, data=data)


def test_a_repeat_with_the_same_key_deploys_once(ready):
    content = zipped({FORM: changed_form()})
    more = {"data": content, "content_type": "application/zip"}
    headers = {"Authorization": f"Bearer {ready.token(OWNER)}", "Idempotency-Key": "v2"}
    first = ready.world.client.post("/api/v1/definitions", headers=headers, **more)
    after = ready.dump()
    repeat = ready.world.client.post("/api/v1/definitions", headers=headers, **more)
    assert (repeat.status_code, repeat.data) == (first.status_code, first.data) == (201, first.data)
    assert ready.dump() == after
    other = {"data": zipped({FORM: b"{}"}), "content_type": "application/zip"}
    ready.problem("POST", "/definitions", as_=OWNER, status=422, headers={"Idempotency-Key": "v2"}, **other)

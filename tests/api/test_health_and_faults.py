"""Health, and what happens when the house itself fails: a plain problem, and a log without a word of it."""

from __future__ import annotations

import logging

import pytest

from sip_workflow.api import problems
from sip_workflow.bootstrap import build
from sip_workflow.settings import read_settings
from sip_workflow.store import Busy, Conflict, Duplicate, NotReady, StoreError
from sip_workflow.wsgi import create_app
from tests.api.conftest import ANNA, OWN, PERSON

START = {"person": PERSON, "initiating_unit": OWN}


def app_at(url):
    settings = read_settings({"SIP_MODE": "training", "SIP_DATABASE_URL": url})
    return create_app(settings, application=build(settings)).test_client()


@pytest.mark.parametrize("where", ["missing/folder/sip.db", "empty.db"])
def test_without_its_tables_it_is_up_but_not_ready(tmp_path, where):
    client = app_at(f"sqlite:///{tmp_path / where}")
    assert client.get("/healthz").get_json() == {"status": "ok"}
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.mimetype == "application/problem+json"
    assert int(response.headers["Retry-After"]) > 0
    assert client.get("/api/v1/tasks", headers={"Authorization": "Bearer x"}).status_code == 503


def test_it_is_ready_when_the_tables_are_there(ready):
    assert ready.world.client.get("/readyz").get_json() == {"status": "ready"}


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Busy("x"), 503),
        (NotReady("x"), 503),
        (Conflict("x"), 409),
        (Duplicate("x"), 409),
        (StoreError("x"), 500),
        (KeyError("19420317-9801"), 500),
        (RecursionError(), 500),
        (ValueError("Tage Provgren"), 500),
    ],
)
def test_every_fault_is_a_plain_problem(ready, monkeypatch, caplog, error, status):
    def fails(**_):
        raise error

    monkeypatch.setattr(type(ready.world.application.cases), "start", lambda _self, **_: fails())
    with caplog.at_level(logging.DEBUG):
        body = ready.problem("POST", "/cases", status=status, json=START)
    assert "Provgren" not in caplog.text + str(body)
    assert "9801" not in caplog.text + str(body)
    assert (type(error).__name__ in caplog.text) == (status == 500)
    assert str(body).count("Traceback") == 0


def test_busy_says_when_to_come_back(ready, monkeypatch):
    def busy(_self, **_):
        raise Busy("locked")

    monkeypatch.setattr(type(ready.world.application.cases), "list", busy)
    headers = {"Authorization": f"Bearer {ready.token(ANNA)}"}
    response = ready.world.client.get("/api/v1/cases", headers=headers)
    assert response.status_code == 503
    assert response.headers["Retry-After"] == str(problems.RETRY_SECONDS)


def test_no_personal_data_is_logged(ready, caplog):
    with caplog.at_level(logging.DEBUG):
        case = ready.world.post("/cases", START, as_=ANNA, expect=201)
        ready.world.get(f"/cases/{case['id']}", as_=ANNA)
        ready.problem(
            "POST", "/cases", status=422, json={**START, "person": {**PERSON, "id": "19420317-9802"}}
        )
        ready.problem("GET", "/cases/19420317-9801", status=404)
        ready.problem("GET", "/cases?case=19420317-9801", status=400)
    lines = [record.getMessage() for record in caplog.records if record.name.startswith("sip_workflow")]
    assert any(line.startswith("POST /api/v1/cases 201 ") for line in lines)
    for secret in ("9801", "9802", PERSON["name"], case["id"]):
        assert secret not in caplog.text

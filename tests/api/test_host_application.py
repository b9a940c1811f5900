"""The example host: our API under its prefix and its login, and nothing of the host's touched."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path

import pytest
from flask import Flask

from sip_workflow.domain.register import Actor
from sip_workflow.extension import KEY, SipWorkflow
from sip_workflow.settings import SettingsError
from tests.api.conftest import ANNA, OWN, PERSON
from tests.support.world import open_application

EXAMPLE = Path(__file__).parents[2] / "examples" / "host_app" / "app.py"
START = {"person": PERSON, "initiating_unit": OWN}
HOSTS_OWN = {"/", "/login", "/static/<path:filename>"}


@pytest.fixture(scope="module")
def example():
    spec = importlib.util.spec_from_file_location("host_app", EXAMPLE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    path = tmp_path_factory.mktemp("host") / "sip.db"
    open_application(f"sqlite:///{path}").store.close()
    return path


@pytest.fixture
def database(prepared, tmp_path):
    return f"sqlite:///{shutil.copy(prepared, tmp_path / 'sip.db')}"


@pytest.fixture
def host(example, database):
    app = example.create_app({"SIP_DATABASE_URL": database})
    yield app
    app.extensions[KEY].application.store.close()


@pytest.fixture
def anna(host):
    client = host.test_client()
    client.post("/login", data={"employee": "1001"})
    return client


def test_the_host_keeps_what_is_its_own(host, example):
    plain = Flask(example.__name__)
    assert {rule.rule for rule in host.url_map.iter_rules() if not rule.rule.startswith("/sip")} == HOSTS_OWN
    assert set(host.error_handler_spec[None]) == {404}
    assert not host.before_request_funcs.get(None)
    assert not host.after_request_funcs.get(None)
    ours = ("SIP_", "SECRET_KEY")
    kept = {name: value for name, value in host.config.items() if not name.startswith(ours)}
    assert kept == {name: value for name, value in plain.config.items() if not name.startswith(ours)}
    client = host.test_client()
    assert "Intranätet" in client.get("/").get_data(as_text=True)
    for path in ("/nothing", "/api/v1/tasks", "/healthz"):
        response = client.get(path)
        assert (response.status_code, response.get_data(as_text=True)) == (
            404,
            "Sidan finns inte på intranätet.",
        )


def test_our_health_stands_below_the_prefix(host):
    assert host.test_client().get("/sip/healthz").status_code == 200
    assert host.test_client().get("/sip/readyz").status_code == 200


def test_the_hosts_login_says_who_is_asking(host, anna):
    stranger = host.test_client()
    assert stranger.get("/sip/api/v1/tasks").status_code == 401
    stranger.post("/login", data={"employee": "9999"})
    assert stranger.get("/sip/api/v1/tasks").status_code == 401
    case = anna.post("/sip/api/v1/cases", json=START)
    assert case.status_code == 201
    assert case.headers["Location"] == f"/sip/api/v1/cases/{case.json['id']}"
    assert anna.get(case.headers["Location"]).json["person"]["name"] == PERSON["name"]


def test_a_token_decides_before_the_login(host, anna):
    register = host.extensions[KEY].application.register
    other = {"Authorization": f"Bearer {register.token_of_user(username='asa.lindesta')}"}
    case = anna.post("/sip/api/v1/cases", json=START)
    assert anna.get(case.headers["Location"], headers=other).status_code == 404
    assert anna.get(case.headers["Location"], headers={"Authorization": "Bearer x"}).status_code == 401


def test_another_site_can_not_act_in_the_users_name(host, anna):
    for headers in (
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ):
        response = anna.post("/sip/api/v1/cases", json=START, headers=headers)
        assert response.status_code == 403
        assert response.mimetype == "application/problem+json"
        assert anna.get("/sip/api/v1/tasks", headers=headers).status_code == 200
    own = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    assert anna.post("/sip/api/v1/cases", json=START, headers=own).status_code == 201
    token = host.extensions[KEY].application.register.token_of_user(username=ANNA)
    headers = {"Origin": "https://elsewhere.example", "Authorization": f"Bearer {token}"}
    assert host.test_client().post("/sip/api/v1/cases", json=START, headers=headers).status_code == 201


def test_addresses_in_answers_have_the_prefix(anna):
    for _ in range(2):
        anna.post("/sip/api/v1/cases", json=START)
    page = anna.get("/sip/api/v1/tasks?limit=1").json
    assert page["next"].startswith("/sip/api/v1/tasks?")
    assert anna.get(page["next"]).json["next"] is None
    outer = {"SCRIPT_NAME": "/intranet"}
    assert anna.get("/sip/api/v1/openapi.json", environ_overrides=outer).json["servers"] == [
        {"url": "/intranet/sip"}
    ]


def test_unknown_addresses_of_ours_are_problems(anna):
    assert anna.get("/sip/api/v1/nothing").mimetype == "application/problem+json"
    assert anna.delete("/sip/api/v1/tasks").status_code == 405


def test_the_cap_on_bodies_is_ours_where_the_host_has_none(host, anna):
    assert host.config["MAX_CONTENT_LENGTH"] is None
    response = anna.post(
        "/sip/api/v1/cases", data=b'{"a": "' + b"x" * 2_000_000, content_type="application/json"
    )
    assert response.status_code == 413


def test_identify_may_give_an_actor_and_one_extension_serves_two_hosts(database):
    actor = Actor(id="visitor", name="Visitor", roles={OWN: frozenset({"case_worker"})})
    extension = SipWorkflow(url_prefix="plan/", identify=lambda _request: actor)
    for name in ("first", "second"):
        app = Flask(name)
        app.config.update(SIP_MODE="training", SIP_DATABASE_URL=database)
        extension.init_app(app)
        assert app.test_client().get("/plan/api/v1/cases").json == {"items": [], "next": None}
        app.extensions[KEY].application.store.close()


def test_settings_that_can_not_be_used_are_named(monkeypatch):
    monkeypatch.delenv("SIP_MODE", raising=False)
    with pytest.raises(SettingsError, match="SIP_SECRET_KEY"):
        SipWorkflow(Flask("host"))

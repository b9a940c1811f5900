"""Who is asking: no token, a wrong one, a client's and its scope, and what every answer carries."""

from __future__ import annotations

import pytest

from sip_workflow.api import OPERATIONS
from sip_workflow.bootstrap import build
from sip_workflow.settings import read_settings
from sip_workflow.wsgi import create_app
from tests.api.conftest import ANNA, NOTICE, WARD
from tests.support.world import open_application

PRIVATE = [operation for operation in OPERATIONS if not operation.public]
WRONG = [
    {},
    {"Authorization": ""},
    {"Authorization": "Bearer"},
    {"Authorization": "Bearer "},
    {"Authorization": "Bearer sip_nobody"},
    {"Authorization": "Bearer " + "x" * 5000},
    {"Authorization": "Bearer åäö"},
    {"Authorization": "Basic YW5uYTphbm5h"},
    {"Authorization": ANNA},
    {"Cookie": f"session={ANNA}", "X-User": ANNA},
]


@pytest.mark.parametrize("operation", PRIVATE, ids=lambda operation: operation.name)
def test_every_private_route_asks_who(ready, operation):
    path = operation.path.removeprefix("/api/v1").replace("{", "").replace("}", "")
    for headers in WRONG:
        encoded = {name: value.encode().decode("latin-1") for name, value in headers.items()}
        body = ready.problem(operation.method, path, as_=None, status=401, headers=encoded)
        assert body["type"].endswith("unauthorized")


def test_the_challenge_says_how(ready):
    response = ready.world.client.get("/api/v1/tasks")
    assert response.headers["WWW-Authenticate"] == 'Bearer realm="SIP Workflow"'
    response = ready.world.client.get("/api/v1/tasks", headers={"Authorization": "Bearer sip_x"})
    assert 'error="invalid_token"' in response.headers["WWW-Authenticate"]


def test_a_changed_training_token_is_none(ready):
    token = ready.token(ANNA)
    forged = token[:-1] + ("a" if token[-1] != "a" else "b")
    ready.problem("GET", "/tasks", as_=None, status=401, headers={"Authorization": f"Bearer {forged}"})


def test_in_production_there_are_no_training_tokens(tmp_path):
    key = "k3y-of-thirty-two-signs-or-more-for-tests"
    url = f"sqlite:///{tmp_path / 'sip.db'}"
    training = open_application(url, SIP_SECRET_KEY=key)
    token = training.register.token_of_user(username=ANNA)
    mail = {"SIP_SMTP_URL": "smtp://mail.example.org:25", "SIP_MAIL_FROM": "sip@example.org"}
    settings = read_settings(
        {"SIP_MODE": "production", "SIP_DATABASE_URL": url, "SIP_SECRET_KEY": key, **mail}
    )
    headers = {"Authorization": f"Bearer {token}"}
    for application, status in ((training, 200), (build(settings), 401)):
        client = create_app(application.settings, application=application).test_client()
        assert client.get("/api/v1/tasks", headers=headers).status_code == status
        application.store.close()


def test_the_scheme_is_read_in_any_case(ready):
    headers = {"Authorization": f"bearer  {ready.token(ANNA)} "}
    assert ready.world.client.get("/api/v1/tasks", headers=headers).status_code == 200


def test_a_client_reaches_its_scope_only(stage):
    for operation in PRIVATE:
        path = operation.path.removeprefix("/api/v1").format(
            task_id=stage.ids["acknowledge"], case_id=stage.case, external_id=stage.stay
        )
        if operation.scope is None:
            stage.problem(operation.method, path, as_=stage.client, status=404, json={})
    assert stage.world.get(f"/discharges/{stage.stay}", as_=stage.client)["case_id"] == stage.stay_case


def test_a_client_of_another_hospital_sees_no_stay(stage):
    application = stage.world.application
    foreign = application.register.add_client(
        name="other", unit_id="SE2120009902-1001", scopes=["discharges"], now=stage.world.now()
    )
    stage.problem("GET", f"/discharges/{stage.stay}", as_=foreign, status=404)
    event = {"type": "deceased", "at": "2027-02-01T08:30:00+01:00"}
    stage.problem("POST", f"/discharges/{stage.stay}/events", as_=foreign, status=404, json=event)
    body = stage.problem(
        "POST", "/discharges", as_=foreign, status=422, json={**NOTICE, "external_id": "stay-2"}
    )
    assert [error["pointer"] for error in body["errors"]] == ["/hospital_unit"]


def test_a_revoked_token_stops_at_once(stage):
    with stage.world.application.store.write() as tx:
        client = tx.clients.find_one(unit_id=WARD)
        tx.clients.change(client.id, revoked_at=stage.world.now())
    stage.problem("GET", f"/discharges/{stage.stay}", as_=stage.client, status=401)


@pytest.mark.parametrize(
    "path", ["/api/v1/tasks", "/api/v1/openapi.json", "/api/v1/nothing", "/healthz", "/readyz"]
)
def test_every_answer_is_guarded(ready, path):
    response = ready.world.client.get(path)
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert "Set-Cookie" not in response.headers
    assert "Server" not in response.headers


def test_unknown_addresses_and_methods_are_problems(ready):
    for path in ("/", "/nothing", "/tasks/", "/tasks/x/y/z", "/cases/../tasks", "/%00", "/%ff", "/åäö"):
        ready.problem("GET", path, status=404)
        ready.problem("GET", path, as_=None, status=404)
    for method, path, allowed in [
        ("DELETE", "/tasks", "GET, HEAD"),
        ("GET", "/tasks/x/claim", "POST"),
        ("PATCH", "/cases", "GET, HEAD, POST"),
        ("OPTIONS", "/discharges", "POST"),
    ]:
        ready.problem(method, path, status=405)
        response = ready.world.client.open(f"/api/v1{path}", method=method)
        assert response.headers["Allow"] == allowed

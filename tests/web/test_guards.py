"""What every page is guarded by: a login, a token, headers, and a form's size."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask, Request
from werkzeug.routing import Rule

from sip_workflow.extension import SipWorkflow
from sip_workflow.store import Busy
from sip_workflow.web import NAME
from sip_workflow.wsgi import create_app
from tests.support.pages import Visitor
from tests.support.world import PERSON, World

Of = Callable[[str], Visitor]
OPEN = {"login", "log_in", "static", "unknown"}
ANNA = "anna.ekbacka"


def rules(app: Flask, method: str) -> Iterator[Rule]:
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith(f"{NAME}.") and method in (rule.methods or ()):
            yield rule


def path_of(rule: Rule) -> str:
    return re.sub(r"<[^>]+>", "any", rule.rule)


def test_every_form_is_refused_without_its_token(visitor: Of) -> None:
    anna = visitor(ANNA)
    seen = 0
    for rule in rules(anna.client.application, "POST"):
        response = anna.client.post(path_of(rule), data={"username": ANNA})
        assert response.status_code == 400, rule
        assert "Inget har sparats" in response.get_data(as_text=True)
        seen += 1
    assert seen >= 11


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://elsewhere.example"}, {"Sec-Fetch-Site": "cross-site"}]
)
def test_a_form_of_another_site_is_refused_though_it_has_the_token(
    visitor: Of, headers: dict[str, str]
) -> None:
    anna = visitor(ANNA)
    token = anna.page.find("input", attrs={"name": "csrf_token"})["value"]
    assert anna.client.post("/logout", data={"csrf_token": token}, headers=headers).status_code == 403
    assert anna.client.post("/logout", data={"csrf_token": token}).status_code == 303


def test_a_token_of_another_session_is_refused(visitor: Of) -> None:
    anna, elsa = visitor(ANNA), visitor("elsa.sunnana")
    token = elsa.page.find("input", attrs={"name": "csrf_token"})["value"]
    assert anna.client.post("/logout", data={"csrf_token": token}).status_code == 400


def test_every_page_asks_who_you_are(stranger: Visitor) -> None:
    for rule in rules(stranger.client.application, "GET"):
        if rule.endpoint.rpartition(".")[2] in OPEN:
            continue
        response = stranger.client.get(path_of(rule))
        assert (response.status_code, response.location.split("?")[0]) == (303, "/login"), rule


def test_login_goes_back_to_the_page_that_was_asked_for_but_never_elsewhere(stranger: Visitor) -> None:
    stranger.open("/inbox?case=none")
    stranger.press(ANNA, name="username")
    assert "Bara ärende none" in stranger.text
    for elsewhere in ("//evil.example", "https://evil.example", "/\\evil.example"):
        stranger.open("/login?next=" + elsewhere)
        stranger.press(ANNA, name="username")
        assert stranger.address == "/inbox"


def test_log_out_forgets(visitor: Of) -> None:
    anna = visitor(ANNA)
    anna.press_text("Logga ut")
    assert anna.address == "/login"
    anna.open("/inbox")
    assert anna.address == "/login"


def test_the_session_cookie_is_kept_from_scripts_and_other_sites(stranger: Visitor) -> None:
    response = stranger.client.get("/login")
    cookie = response.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_headers(stranger: Visitor) -> None:
    for path in ("/login", "/nowhere", "/assets/sip.css"):
        response = stranger.client.get(path)
        response.close()
        policy = response.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["X-Frame-Options"] == "DENY"
        assert ("no-store" in response.headers["Cache-Control"]) == (path != "/assets/sip.css")


def production(world: World) -> dict[str, str]:
    return {
        "SIP_MODE": "production",
        "SIP_DATABASE_URL": world.application.settings.database_url,
        "SIP_SECRET_KEY": "k3J9-xY7_pQ2vN8rT5wZ1aB4cD6eF0gH-iLmOsU",
        "SIP_SMTP_URL": "smtp://localhost:2525",
        "SIP_BASE_URL": "https://sip.example",
    }


def test_production_has_no_training_pages(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in production(world).items():
        monkeypatch.setenv(name, value)
    client = create_app().test_client()
    assert client.get("/login").status_code == 404
    refused = client.get("/inbox")
    assert refused.status_code == 403
    assert "Inloggningen är inte inkopplad" in refused.get_data(as_text=True)
    client.set_cookie("__Host-sip", "forged")
    assert client.get("/training/clock").status_code == 403


def test_a_host_brings_its_own_login_and_keeps_its_own_pages(world: World) -> None:
    who: list[str | None] = [None]

    def identify(_request: Request) -> str | None:
        return who[0]

    host = Flask("host")
    host.secret_key = "of the host"
    SipWorkflow(host, url_prefix="/sip", identify=identify, application=world.application)
    visitor = Visitor(host.test_client())
    assert visitor.client.get("/sip/login").status_code == 404
    assert "din organisations webbplats" in visitor.open("/sip/inbox", expect=403).get_text()
    who[0] = "nobody.known"
    visitor.open("/sip/inbox", expect=403)
    who[0] = ANNA
    visitor.open("/sip/")
    assert visitor.address == "/sip/inbox"
    assert "Logga ut" not in visitor.page.get_text()
    assert "sip" not in host.test_client().get("/elsewhere").get_data(as_text=True).lower()
    assert visitor.open("/sip/nowhere", expect=404).h1


def test_what_you_may_not_see_looks_like_nothing(world: World, visitor: Of) -> None:
    case_id = world.start_sip()
    task = world.open_tasks(case_id, "need")[0]
    asa = visitor("asa.lindesta")
    for path in (
        f"/cases/{case_id}",
        f"/cases/{case_id}/history",
        f"/cases/{case_id}/stop/case_cancelled",
        f"/cases/{case_id}/processes/{task.instance_id}",
        f"/tasks/{task.id}",
        "/discharges",
        "/discharges/new",
        "/discharges/none",
        "/cases/none",
        "/tasks/none",
        "/cases/" + "x" * 300,
        "/nowhere/at/all",
    ):
        page = asa.open(path, expect=404)
        assert "Sidan eller uppgiften finns inte" in page.get_text()
        assert PERSON["name"] not in page.get_text()


def test_too_much_text_is_refused(visitor: Of) -> None:
    anna = visitor(ANNA)
    anna.open("/cases/new")
    anna.press("start", person__name="x" * 1_100_000, expect=413)
    assert "för mycket" in anna.text


@pytest.mark.parametrize(("fault", "status"), [(Busy("locked"), 503), (RuntimeError("Sten Almgren"), 500)])
def test_faults_are_friendly_pages(
    visitor: Of,
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    fault: Exception,
    status: int,
) -> None:
    anna = visitor(ANNA)

    def fail(**_: object) -> None:
        raise fault

    monkeypatch.setattr(type(world.application.user_tasks), "list", lambda self, **more: fail(**more))
    page = anna.open("/inbox", expect=status)
    assert "Inget har sparats" in page.get_text()
    assert "Traceback" not in page.get_text()
    assert "Sten Almgren" not in page.get_text() + caplog.text


def test_the_text_of_a_refused_form_stands_on_the_page(visitor: Of) -> None:
    anna = visitor(ANNA)
    response = anna.client.post("/cases/new", data={"person.name": "Två ord <b>här</b>", "do": "start"})
    page = response.get_data(as_text=True)
    assert response.status_code == 400
    assert "Två ord &lt;b&gt;här&lt;/b&gt;" in page

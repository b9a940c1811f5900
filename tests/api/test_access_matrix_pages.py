"""The pages, as the access matrix of the API: every page × role × unit × before, within and after consent."""

from __future__ import annotations

import re
from typing import NamedTuple

import pytest

from sip_workflow.domain.register import Role
from tests.api.conftest import Stage
from tests.api.who import (
    AFTER,
    BEFORE,
    UNITS,
    WITHIN,
    Who,
    coordinator,
    everybody,
    join,
    may_start,
    nobody_yet,
    part_of_case,
    receiver,
    stay,
    steering,
    whole_case,
)

IN = {200, 303, 409, 422}
OPEN = {"static", "login", "log_in", "log_out", "unknown"}


def sends_notices(unit: str, role: Role, when: str) -> bool:
    return role == Role.DISCHARGE


def sees_stay_and_sends(unit: str, role: Role, when: str) -> bool:
    return stay(unit, role, when) and role == Role.DISCHARGE


def may_stop(unit: str, role: Role, when: str) -> bool:
    """After the withdrawal nothing more is asked."""
    return steering(unit, role, when) and when != AFTER


def while_it_runs(unit: str, role: Role, when: str) -> bool:
    """The withdrawal ends the coordinator's process."""
    return whole_case(unit, role, when) and when != AFTER


class Page(NamedTuple):
    """A page: endpoint, path, who gets in; ``form`` when it is posted, and refused later on."""

    endpoint: str
    path: str
    who: Who
    form: dict[str, str] | None = None


def pages(stage: Stage) -> list[Page]:
    """Every page. Their forms are empty, so that they are refused later on."""
    case, stay_case, instance = f"/cases/{stage.case}", f"/cases/{stage.stay_case}", stage.instance()
    rows = [
        Page("start", "/", everybody),
        Page("inbox", "/inbox", everybody),
        Page("cases", "/cases", everybody),
        Page("mailbox", "/training/mailbox", everybody),
        Page("clock", "/training/clock", everybody),
        Page("move_clock", "/training/clock", everybody, {"at": "never"}),
        Page("new_case", "/cases/new", may_start),
        Page("start_case", "/cases/new", may_start, {}),
        Page("case", case, part_of_case),
        Page("case", stay_case, stay),
        Page("history", f"{case}/history", whole_case),
        Page("history", f"{stay_case}/history", nobody_yet),
        Page("process", f"{case}/processes/{instance}", while_it_runs),
        Page("stop", f"{case}/stop/case_cancelled", may_stop),
        Page("discharges", "/discharges", sends_notices),
        Page("new_notice", "/discharges/new", sends_notices),
        Page("send_notice", "/discharges/new", sends_notices, {"external_id": "stay-2"}),
        Page("discharge", f"/discharges/{stage.stay}", stay),
        Page("event", f"/discharges/{stage.stay}/deceased", sees_stay_and_sends),
        Page("send_event", f"/discharges/{stage.stay}/deceased", sees_stay_and_sends, {}),
    ]
    for name, who in (("consent", coordinator), ("acknowledge", receiver)):
        if name in stage.ids:
            path = f"/tasks/{stage.ids[name]}"
            rows += [
                Page("task", path, who),
                Page("claim", f"{path}/claim", who, {}),
                Page("release", f"{path}/release", who, {}),
                Page("do_task", path, who, {}),
            ]
    return rows


class Browser:
    """A person's browser: a session of the training login, and the token of its forms."""

    def __init__(self, stage: Stage, username: str) -> None:
        self.client = stage.world.client.application.test_client(use_cookies=True)
        with self.client.session_transaction() as session:
            session["sip_user"] = username
        found = re.search(
            r'name="csrf_token" value="([^"]+)"', self.client.get("/inbox").get_data(as_text=True)
        )
        assert found
        self.token = found[1]

    def status(self, page: Page, *, token: bool = True) -> int:
        """Open or post the page."""
        if page.form is None:
            return self.client.get(page.path).status_code
        form = {**page.form, "csrf_token": self.token} if token else page.form
        return self.client.post(page.path, data=form).status_code


def test_every_page_is_in_the_table(stage):
    rules = stage.world.client.application.url_map.iter_rules()
    endpoints = {
        rule.endpoint.removeprefix("sip_web.") for rule in rules if rule.endpoint.startswith("sip_web.")
    }
    # To stop a case changes something for those who may: it has a test of its own.
    assert endpoints == {page.endpoint for page in pages(stage)} | {"send_stop"} | OPEN


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("when", [BEFORE, WITHIN, AFTER])
def test_who_sees_which_page(play, unit, when):
    stage, wrong = play(when), []
    for role in Role:
        browser = Browser(stage, join(stage, UNITS[unit], role))
        for page in pages(stage):
            status = browser.status(page)
            assert status in IN | {302, 404}, (page, status)
            if (status != 404) != page.who(unit, role, when):
                wrong.append(f"{page.endpoint} {page.path}: {role} at {unit}, {when}: {status}")
    assert wrong == []


@pytest.mark.parametrize("unit", UNITS)
def test_who_may_stop_a_case(play, unit):
    for role in Role:
        stage = play(WITHIN)
        browser = Browser(stage, join(stage, UNITS[unit], role))
        before = stage.dump()
        status = browser.status(Page("send_stop", f"/cases/{stage.case}/stop/person_deceased", steering, {}))
        allowed = steering(unit, role, WITHIN)
        assert status == (303 if allowed else 404), (role, unit)
        assert (stage.dump() == before) == (not allowed)


def test_no_form_is_taken_without_its_token(stage):
    browser = Browser(stage, "anna.ekbacka")
    before = stage.dump()
    for page in pages(stage):
        if page.form is not None:
            assert browser.status(page, token=False) == 400, page.endpoint
    assert stage.dump() == before


def test_nobody_sees_nothing(stage):
    client = stage.world.client.application.test_client()
    for page in pages(stage):
        if page.form is None:
            response = client.get(page.path)
            assert response.status_code == 303, page.endpoint
            assert response.headers["Location"].startswith("/login")
        else:
            assert client.post(page.path, data=page.form).status_code in {400, 403}


def test_a_session_does_not_open_the_api_and_the_api_sets_no_cookie(stage):
    browser = Browser(stage, "anna.ekbacka")
    response = browser.client.get("/api/v1/tasks")
    assert response.status_code == 401
    assert "Set-Cookie" not in response.headers

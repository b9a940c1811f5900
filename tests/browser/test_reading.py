"""Everybody can read the pages: axe's rules of WCAG 2.1 A and AA, narrow screens, light and dark."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import Desk
from tests.journeys.acts import meet_and_plan, units_answer, until_invited

pytestmark = [pytest.mark.browser, pytest.mark.slow]
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}}
KARIN, ELSA = "karin.sunnana", "elsa.sunnana"


def played(desk: Desk) -> list[tuple[str, str]]:
    """A case with a bit of everything: (who, path)."""
    world = desk.world
    token = world.hospital()
    case_id = world.admit(token)["case_id"]
    for form in ("admission_acknowledge", "planning_basis", "care_contact", "sip_offer"):
        world.do_all(case_id, form)
    world.event(token, "ready_for_discharge")
    world.later(days=20)
    until_invited(world, case_id)
    other = world.start_sip()
    world.later(hours=1)
    units_answer(world, case_id)
    meet_and_plan(world, case_id)
    world.do(other, "need")
    consent = world.open_tasks(other, "consent")[0]
    process = world.case(case_id)["instances"][0]["id"]
    return [
        ("anna.ekbacka", f"/tasks/{consent.id}"),
        ("anna.ekbacka", "/inbox"),
        (KARIN, f"/cases/{case_id}"),
        (KARIN, f"/cases/{case_id}/processes/{process}"),
        (KARIN, f"/cases/{case_id}/history"),
        (KARIN, f"/cases/{case_id}/stop/case_cancelled"),
        (KARIN, "/cases"),
        (KARIN, "/cases/new"),
        (KARIN, "/nowhere"),
        (KARIN, "/training/mailbox"),
        (KARIN, "/training/clock"),
        (ELSA, "/discharges"),
        (ELSA, "/discharges/vtf-1"),
        (ELSA, "/discharges/vtf-1/needs_changed"),
        (ELSA, "/discharges/new"),
        (ELSA, "/login"),
    ]


def assert_readable(desk: Desk, path: str) -> None:
    page = desk.page
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found = Axe().run(page, options=RULES)
        assert found.violations_count == 0, (path, scheme, found.generate_report())
    page.emulate_media(color_scheme="light")
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)


def test_every_page_can_be_read_by_everybody(scripted_desk: Desk) -> None:
    desk, now = scripted_desk, ""
    errors: list[str] = []
    desk.page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    for who, path in played(desk):
        if who != now:
            desk.log_in(who)
            now = who
        desk.go(path)
        assert_readable(desk, path)
        if path.startswith("/tasks/"):
            desk.press("Klart, skicka vidare")
            assert "Uppgifterna behöver rättas" in desk.text
            assert desk.page.evaluate("document.activeElement.className") == "errors"
            assert_readable(desk, f"{path} with errors")
    # Refused answers and the missing page are told in the console as what they are; nothing else is.
    assert all(re.search(r"status of (422|404)", text) for text in errors), errors


def test_a_conditional_field_appears_when_it_applies(desk: Desk) -> None:
    case_id = desk.world.start_sip()
    desk.world.do(case_id, "need")
    desk.log_in("anna.ekbacka")
    desk.go(f"/tasks/{desk.world.open_tasks(case_id)[0].id}")
    reason = desk.page.locator("[name=unable_reason]")
    assert not reason.is_visible()
    desk.page.locator("[name=plan][value=unable]").check()
    assert reason.is_visible()
    desk.page.locator("[name=plan][value=given]").check()
    assert not reason.is_visible()


def test_enter_in_a_field_saves_and_sends_nothing(desk: Desk) -> None:
    case_id = desk.world.start_sip()
    desk.world.do(case_id, "need")
    desk.log_in("anna.ekbacka")
    desk.go(f"/tasks/{desk.world.open_tasks(case_id)[0].id}")
    desk.press("Fyll i exempel")
    desk.page.locator("[name=form_note]").press("Enter")
    assert "Utkastet är sparat" in desk.text
    assert desk.world.names(case_id) == ["consent"]


def test_the_keyboard_reaches_everything_in_order(desk: Desk) -> None:
    desk.log_in("anna.ekbacka")
    focus = desk.page.locator(":focus")
    desk.page.keyboard.press("Tab")
    expect(focus).to_have_text("Till innehållet")
    focus.press("Enter")
    expect(focus).to_have_id("main")
    focus.press("Tab")
    expect(focus).to_have_text("Starta en SIP")

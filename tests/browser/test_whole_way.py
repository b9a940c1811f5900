"""From the ward's notice to a closed case, through the pages alone and without a script."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Desk
from worker.sweeps import run_due

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def tell(desk: Desk, event: str) -> None:
    """Elsa on the ward tells what has happened."""
    desk.log_in("elsa.sunnana")
    desk.page.get_by_role("link", name="Vårdtillfällen").click()
    desk.page.locator("a.task-name").first.click()
    desk.press(event)
    desk.page.locator("main button").first.click()


def test_a_discharge_leads_to_a_plan_and_a_closed_case(desk: Desk) -> None:
    desk.log_in("elsa.sunnana")
    desk.page.get_by_role("link", name="Vårdtillfällen").click()
    desk.press("Skicka inskrivningsmeddelande")
    desk.press("Fyll i exempel")
    desk.press("Skicka meddelandet")
    assert "Inskrivningsmeddelandet är skickat." in desk.text
    case_id = desk.page.locator("a[href^='/cases/']").first.get_attribute("href").rpartition("/")[2]

    done = []
    while before := [name for name in desk.world.names(case_id) if name != "consent"]:
        done.append(desk.do_next(case_id, before[0]))
    assert set(done) == {"admission_acknowledge", "planning_basis", "care_contact", "sip_offer"}

    tell(desk, "Meddela utskrivningsklar")
    assert "Kommunen betalar från torsdag 4 februari 2027" in desk.text
    while "acknowledge" not in desk.world.names(case_id):
        done.append(desk.do_next(case_id))
    tell(desk, "Skriv ut patienten")
    while desk.world.open_tasks(case_id):
        done.append(desk.do_next(case_id))
    assert done[-1] == "plan"

    desk.log_in("karin.sunnana")
    desk.go("/training/clock")
    desk.page.locator("input[name=to]").fill("2027-06-01T09:00")
    desk.press("Flytta dit")
    run_due(desk.world.application, pause_seconds=0)
    while desk.world.open_tasks(case_id):
        done.append(desk.do_next(case_id))
    assert {"follow_up_meeting", "closing_record"} <= set(done)

    desk.log_in("karin.sunnana")
    desk.go(f"/cases/{case_id}")
    assert "Avslutat" in desk.text
    assert "Målen är nådda" in desk.text
    desk.press("Det här har hänt i ärendet")
    assert "Klart: Upprätta planen" in desk.text

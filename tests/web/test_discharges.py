"""A ward's pages: the notice, the law's clocks, the events; and the pages of training mode."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from sip_workflow.web.own_forms import EVENTS, POSSIBLE
from tests.support.pages import Visitor
from tests.support.world import World

Of = Callable[[str], Visitor]
ELSA = "elsa.sunnana"


def sent(visitor: Of) -> tuple[Visitor, str]:
    elsa = visitor(ELSA)
    elsa.open("/discharges/new")
    elsa.press("example")
    elsa.press("send")
    assert "Inskrivningsmeddelandet är skickat" in elsa.text
    return elsa, elsa.address


def test_a_notice_that_is_sent_twice_is_one_stay(visitor: Of) -> None:
    elsa = visitor(ELSA)
    elsa.open("/discharges/new")
    elsa.press("example")
    page = elsa.page
    elsa.press("send")
    first = elsa.address
    elsa.page = page
    elsa.press("send")
    assert elsa.address == first
    elsa.open("/discharges")
    assert len(elsa.page.select(".task-row")) == 1


def test_a_wrong_notice_keeps_its_text(visitor: Of) -> None:
    elsa = visitor(ELSA)
    elsa.open("/discharges/new")
    elsa.press("example", person__name="Skrivet före")
    assert elsa.page.find(id="person-name")["value"] == "Skrivet före"
    page = elsa.press("send", person__id="19420317-0000", expect=422)
    assert page.find(id="person-id")["value"] == "19420317-0000"
    assert page.find(id="person-id")["aria-invalid"] == "true"
    page = elsa.press("send", person__id="19420317-9801", person__municipality="Ingenstans", expect=422)
    assert page.select(".errors a[href='#person-municipality']")


def test_the_laws_clocks_follow_the_events(world: World, visitor: Of) -> None:
    elsa, stay = sent(visitor)
    assert "Inte börjat räknas" in elsa.text
    elsa.open(f"{stay}/ready_for_discharge")
    elsa.press("send")
    assert "Kommunen betalar från torsdag 4 februari 2027" in elsa.text
    elsa.open(f"{stay}/ready_withdrawn")
    elsa.press("send")
    assert "Kommunen betalar från Inte börjat räknas" in elsa.text
    elsa.open(f"{stay}/planned_discharge_changed")
    page = elsa.press("send", planned_discharge_at="2026-01-01T10:00", expect=422)
    assert page.find(id="planned_discharge_at")["value"] == "2026-01-01T10:00"


@pytest.mark.parametrize("event", sorted(EVENTS))
def test_every_event_has_a_form_that_leads_on(visitor: Of, event: str) -> None:
    elsa, stay = sent(visitor)
    if event == "ready_withdrawn":
        elsa.open(f"{stay}/ready_for_discharge")
        elsa.press("send")
    assert elsa.page.find("a", href=f"{stay}/{event}")
    elsa.open(f"{stay}/{event}")
    more = {
        "planned_discharge_changed": {"planned_discharge_at": "2027-02-12T10:00"},
        "needs_changed": {"assessed_at": "2027-02-01T09:00", "needs": ["school", "regional_care"]},
        "transferred": {"hospital_unit": "SE2321009900-2002"},
        "discharge_cancelled": {"reason": "Planen ändrades"},
    }.get(event, {})
    elsa.press("send", **more)  # type: ignore[arg-type]
    assert EVENTS[event][0] in elsa.text
    if event in ("deceased", "discharged", "discharge_cancelled"):
        elsa.open(f"{stay}/transferred")
        elsa.press("send", hospital_unit="SE2321009900-2002", expect=409)
        assert "Händelsen passar inte in" in elsa.text


def test_possible_events_are_known() -> None:
    assert {name for names in POSSIBLE.values() for name in names} == set(EVENTS)


def test_a_ward_sees_its_stay_and_another_does_not(visitor: Of) -> None:
    elsa, stay = sent(visitor)
    visitor("filip.sunnana").open(stay)
    visitor("ida.sunnana").open(stay, expect=404)
    elsa.open(f"{stay}/nothing", expect=404)


def test_the_mailbox_shows_mails_as_they_are(world: World, visitor: Of) -> None:
    elsa, _ = sent(visitor)
    elsa.open("/training/mailbox")
    assert "Logga in:" in elsa.text
    assert "Tage Provgren" not in elsa.text


def test_the_clock_moves(world: World, visitor: Of) -> None:
    elsa = visitor(ELSA)
    before = world.now()
    elsa.open("/training/clock")
    elsa.press("P1D", name="how")
    assert world.now() == before + timedelta(days=1)
    elsa.press("by", name="how", amount="3", unit="hours")
    assert world.now() == before + timedelta(days=1, hours=3)
    elsa.press("to", name="how", to="2027-03-28T09:30")
    assert "söndag 28 mars 2027 kl. 09.30" in elsa.text
    elsa.press("to", name="how", to="2027-03-28T09:30", expect=422)
    assert "Klockan går bara framåt. Välj en tid efter söndag 28 mars 2027 kl. 09.30." in elsa.text
    elsa.press("by", name="how", amount="0", expect=422)
    for wrong in ("", "x", "99999", "-1"):
        elsa.press("by", name="how", amount=wrong, expect=422)
    elsa.press("to", name="how", to="2099-01-01T00:00", expect=422)
    elsa.press("to", name="how", to="igår", expect=422)


def test_moving_the_clock_does_what_is_due_before_the_page_answers(world: World, visitor: Of) -> None:
    elsa, _ = sent(visitor)
    elsa.open("/training/clock")
    elsa.press("PT1H", name="how")
    assert "Klockan är flyttad. Inga påminnelser eller förseningar kom." in elsa.text
    elsa.press("P7D", name="how")
    with world.application.store.read() as tx:
        told = tx.escalations.count()
        waiting = tx.outbox.count(state="pending")
    assert told > 1
    assert f"Klockan är flyttad. {told} påminnelser och förseningar kom." in elsa.text
    assert waiting == 0
    with world.application.store.read() as tx:
        assert not tx.timers.due(now=world.now(), limit=1)

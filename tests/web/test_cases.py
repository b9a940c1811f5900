"""The case page: where it stands, what has happened, and what stops it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sip_workflow.domain.sip import Part
from tests.journeys.acts import (
    follow_up_and_close,
    having,
    meet_and_plan,
    units_answer,
    until_consent,
    until_invited,
)
from tests.support.pages import Visitor
from tests.support.world import PERSON, World

Of = Callable[[str], Visitor]
ANNA = "anna.ekbacka"
EVIL = "<img src=x onerror=alert(1)>"


def test_the_page_follows_the_case_to_its_end(world: World, visitor: Of) -> None:
    anna = visitor(ANNA)
    case_id = until_consent(world)
    anna.open(f"/cases/{case_id}")
    assert "Nu Inhämta samtycke" in anna.text
    assert anna.page.find(class_="phases").find(attrs={"aria-current": "step"})
    until_invited(world, case_id)
    anna.open(f"/cases/{case_id}")
    assert "Skickad, inte kvitterad" in anna.text
    assert len(anna.page.select("svg.diagram")) == 3, "the SIP and two invitations"
    units_answer(world, case_id)
    meet_and_plan(world, case_id)
    anna.open(f"/cases/{case_id}")
    plan = anna.page.find(class_="plan").get_text(" ")
    for item in ("Det här behövs", "Kommunen gör", "Regionen gör", "Andra gör", "Har hela ansvaret"):
        assert item in plan
    assert "built-in" not in plan
    follow_up_and_close(world, case_id)
    anna.open(f"/cases/{case_id}")
    assert "Målen är nådda" in anna.text
    assert not anna.page.select("svg.diagram")
    anna.open(f"/cases/{case_id}/history")
    assert "Klart: Inhämta samtycke · Anna Lindqvist" in anna.text
    shown = len(anna.page.select(".history li"))
    anna.open(f"/cases/{case_id}/history?all=1")
    assert len(anna.page.select(".history li")) > shown


def test_every_answer_of_the_plan_stands_on_the_page(world: World, visitor: Of) -> None:
    case_id = until_consent(world)
    until_invited(world, case_id)
    units_answer(world, case_id)
    meet_and_plan(world, case_id)
    with world.application.store.read() as tx:
        answers = tx.form_answers.find_one(case_id=case_id, form_key="plan").answers
    anna = visitor(ANNA)
    anna.open(f"/cases/{case_id}")
    shown = " ".join(anna.page.find(class_="plan").get_text(" ").split())
    codes = ("term", "carried_out_by", "overall_principal", "in_plan", "next", "copy", "kind", "proof_seen")
    said = [
        text
        for key, text in texts(answers)
        if key not in (*codes, "unit", "overall_unit", "overall_contact", "who", "by_date", "at", "valid_to")
    ]
    assert len(said) > 15
    for text in said:
        assert " ".join(text.split()) in shown


def texts(answers: Any, key: str = "") -> list[tuple[str, str]]:
    """Every text of some answers, with the key it stands under."""
    if isinstance(answers, dict):
        return [found for name, value in answers.items() for found in texts(value, name)]
    if isinstance(answers, list):
        return [found for value in answers for found in texts(value, key)]
    return [(key, answers)] if isinstance(answers, str) else []


def test_every_active_process_is_drawn_with_its_step_marked(world: World, visitor: Of) -> None:
    anna = visitor(ANNA)
    case_id = until_consent(world)
    until_invited(world, case_id)
    anna.open(f"/cases/{case_id}")
    links = [str(link["href"]) for link in anna.page.select("a[href*='/processes/']")]
    assert len(links) == 3
    for link in links:
        anna.open(link)
        assert anna.page.select("svg .now .badge")
        assert anna.page.select("svg title, svg desc")
        assert anna.page.select(".steps dd strong")


def test_withdrawing_consent_is_asked_about_first(world: World, visitor: Of) -> None:
    anna = visitor(ANNA)
    case_id = until_consent(world)
    anna.open(f"/cases/{case_id}")
    assert "Samtycket tas tillbaka" not in anna.text, "there is none yet"
    anna.open(f"/cases/{case_id}/stop/consent_withdrawn", expect=404)
    until_invited(world, case_id)
    anna.open(f"/cases/{case_id}/stop/consent_withdrawn")
    assert "Det går inte att ångra" in anna.text
    assert world.case(case_id)["closing_reason"] is None
    page = anna.page
    anna.press_text("Ja, samtycket är taget tillbaka")
    assert anna.address == f"/cases/{case_id}"
    assert world.case(case_id)["closing_reason"] == "consent_withdrawn"
    assert "Återkallad" in anna.text
    anna.page = page
    anna.press_text("Ja, samtycket är taget tillbaka", expect=409)


def test_cancelling_takes_its_reason(world: World, visitor: Of) -> None:
    anna = visitor(ANNA)
    case_id = until_consent(world)
    anna.open(f"/cases/{case_id}/stop/case_cancelled")
    assert [one["value"] for one in anna.page.find(id="reason").find_all("option")] == [
        "", "not_reached", "not_needed", "moved", "duplicate",
    ]  # fmt: skip
    for reason in ("", "deceased", "goals_met"):
        anna.press_text("Ja, avbryt ärendet", reason=reason, expect=422)
        assert "Välj varför." in anna.text
    assert world.case(case_id)["closing_reason"] is None
    anna.press_text("Ja, avbryt ärendet", reason="duplicate")
    assert world.case(case_id)["closing_reason"] == "duplicate"


def test_an_invited_unit_sees_its_own_part(world: World, visitor: Of) -> None:
    case_id = until_consent(world)
    until_invited(world, case_id)
    task = world.open_tasks(case_id, "acknowledge")[0]
    receiver = visitor(world.who_may(task))
    receiver.open(f"/cases/{case_id}")
    assert "Kvittera kallelsen för att läsa den" in receiver.text
    world.do_task(task)
    receiver.open(f"/cases/{case_id}")
    assert "Varför just ni" in receiver.text
    assert "Samtycke" not in receiver.text
    assert not receiver.page.select("svg.diagram")
    receiver.open(f"/cases/{case_id}/history", expect=404)
    receiver.open("/cases")
    assert case_id in receiver.text


def test_a_sip_is_started_from_the_page(world: World, visitor: Of) -> None:
    anna = visitor(ANNA)
    anna.open("/cases/new")
    page = anna.press("start", expect=422)
    assert page.select(".errors a[href='#person-name']")
    anna.press("example", person__name=EVIL)
    assert anna.page.find(id="person-name")["value"] == EVIL
    anna.press("start")
    assert "SIP är startad" in anna.text
    assert EVIL in anna.text
    assert not anna.page.find("img")
    assert "Bedöm behov" in anna.text


def test_no_personal_data_in_addresses(world: World, visitor: Of) -> None:
    anna = visitor(ANNA)
    case_id = until_consent(world)
    for path in ("/inbox", "/cases", f"/cases/{case_id}"):
        for tag in anna.open(path).find_all(href=True):
            assert PERSON["id"] not in str(tag["href"])
            assert "Almgren" not in str(tag["href"])


def pills(visitor: Visitor) -> dict[str, str]:
    return {item.find(string=True): item["class"][0] for item in visitor.page.select(".phases li")}


def test_what_has_been_reached_stays_done_and_a_planned_follow_up_is_a_phase(
    world: World, visitor: Of
) -> None:
    anna = visitor(ANNA)
    case_id = until_consent(world)
    until_invited(world, case_id)
    units_answer(world, case_id)
    meet_and_plan(world, case_id)
    anna.open(f"/cases/{case_id}")
    assert pills(anna)["Följ upp"] == "now"
    assert [state for state in pills(anna).values() if state == "done"] == ["done"] * 4
    assert "Väntar till" in anna.text
    assert "Då kallas till uppföljning." in anna.text


def test_going_back_to_preparation_leaves_the_later_phase_done(world: World, visitor: Of) -> None:
    anna = visitor(ANNA)
    case_id = until_consent(world)
    world.do(case_id, "consent")
    world.do(case_id, "preparation")
    world.do(case_id, "invitation_review", having(send="change"))
    anna.open(f"/cases/{case_id}")
    assert (pills(anna)["Förbered"], pills(anna)["Kalla eller bjud in"]) == ("now", "done")


def test_times_and_numbers_are_written_as_people_write_them(world: World, visitor: Of) -> None:
    anna = visitor(ANNA)
    case_id = until_consent(world)
    anna.open(f"/cases/{case_id}")
    assert "Personnummer 19410317-9836" in anna.text
    times = anna.page.find(id="deadlines").find_next("ul").get_text(" ")
    assert "senast måndag 15 februari" in times
    assert "kl." not in times
    assert "Socialtjänstens mottagning, Ekbacka kommun" in times
    until_invited(world, case_id)
    units_answer(world, case_id)
    anna.open(f"/cases/{case_id}")
    assert "Väntar på mötet" in anna.text


def test_ones_own_work_is_drawn_first(world: World, visitor: Of) -> None:
    case_id = until_consent(world)
    until_invited(world, case_id)
    # Both a unit that has an invitation and, since it coordinates, a reader of the whole.
    with world.application.store.write() as tx:
        task = tx.tasks.find(case_id=case_id, form_key="acknowledge", order_by=("-opened_at", "-id"))[0]
        tx.parts.add(
            Part(id="p", case_id=case_id, unit_id=task.unit_id, part="care_contact", since=world.now())
        )
    receiver = visitor(world.who_may(task))
    receiver.open(f"/cases/{case_id}")
    links = [str(link["href"]) for link in receiver.page.select("a[href*='/processes/']")]
    assert len(links) == 3
    assert links[0].endswith(task.instance_id)


def test_the_whole_picture_fits_the_page_and_can_be_enlarged(world: World, visitor: Of) -> None:
    anna = visitor(ANNA)
    anna.open(f"/cases/{until_consent(world)}")
    anna.open(str(anna.page.select("a[href*='/processes/']")[0]["href"]))
    assert "fit" in anna.page.find(class_="picture")["class"]
    anna.open(str(anna.page.find("a", string="Förstora bilden")["href"]))
    assert "fit" not in anna.page.find(class_="picture")["class"]

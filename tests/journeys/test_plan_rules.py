"""Who gets what of a plan, and who is responsible for it as a whole."""

from __future__ import annotations

import json

from tests.journeys.acts import having, units_answer, until_consent, until_invited
from tests.support.world import PERSON, SOCIAL_SERVICES, Json, World

HEALTH_CARE, NURSE = "SE2120009901-1003", "gunilla.ekbacka"
OUTPATIENT, OUTPATIENT_RECEPTION = "SE2321009900-1001", "sara.sunnana"
OWN_WORDS = "Att kunna bo kvar hemma och orka träffa mina barnbarn."


def until_plan(world: World) -> str:
    """A case whose meeting has been held."""
    case_id = until_consent(world)
    until_invited(world, case_id)
    units_answer(world, case_id)
    for element in ("replies_review", "practical_preparation", "meeting"):
        world.do(case_id, element)
    return case_id


def copies(**by_unit: str) -> list[Json]:
    """The plan's list of receivers: the person, and the units that invitations went to."""
    units = {"health_care": HEALTH_CARE, "outpatient": OUTPATIENT}
    rows = [{"who": PERSON["name"], "copy": "whole"}]
    for unit, copy in by_unit.items():
        reason = {} if copy == "whole" else {"reason": "Det räcker för er del."}
        rows.append({"who": units[unit], "copy": copy, **reason})
    return rows


def test_own_part_shows_the_units_own_actions_alone(world: World) -> None:
    def the_nurse_helps_in_the_morning(examples: list[Json]) -> Json:
        morning, *others = examples[0]["actions"]
        return {**examples[0], "actions": [{**morning, "unit": HEALTH_CARE}, *others]}

    case_id = until_plan(world)
    receivers = copies(health_care="own_part", outpatient="whole")
    world.do(case_id, "plan", the_nurse_helps_in_the_morning, distribution=receivers)

    part = world.get(f"/cases/{case_id}", as_=NURSE)["plan"]
    assert [(row["what"], row["unit"]) for row in part["actions"]] == [("Hjälp på morgonen", HEALTH_CARE)]
    assert part["goals"] == part["copies"] == []
    assert OWN_WORDS not in json.dumps(part, ensure_ascii=False)

    whole = world.get(f"/cases/{case_id}", as_=OUTPATIENT_RECEPTION)["plan"]
    assert whole["own_words"] == OWN_WORDS
    assert len(whole["actions"]) == 3
    assert whole["copies"] == [], "who else got it is for those who see the whole case"
    given = {row["unit"]: row["copy"] for row in world.case(case_id)["plan"]["copies"]}
    assert given == {None: "whole", SOCIAL_SERVICES: "whole", HEALTH_CARE: "own_part", OUTPATIENT: "whole"}


def test_a_unit_that_gets_no_copy_sees_nothing_of_the_plan(world: World) -> None:
    case_id = until_plan(world)
    world.do(case_id, "plan", distribution=copies(health_care="none", outpatient="whole"))
    seen = world.get(f"/cases/{case_id}", as_=NURSE)
    assert seen["plan"] is None
    assert OWN_WORDS not in json.dumps(seen, ensure_ascii=False)


def test_the_former_overall_unit_loses_the_case(world: World) -> None:
    case_id = until_plan(world)
    contact = {"name": "Karin Modin", "title": "Läkare", "organisation": "Vårdcentralen", "phone": "070-1"}
    world.do(case_id, "plan", overall_principal="region", overall_unit=OUTPATIENT, overall_contact=contact)
    assert world.get(f"/cases/{case_id}", as_=OUTPATIENT_RECEPTION)["consents"]
    with world.application.store.read() as tx:
        due_at = tx.follow_ups.find(case_id=case_id, state="planned")[0].due_at
    world.at(due_at)
    world.do(case_id, "follow_up_meeting", having(outcome="revise"))
    world.do(case_id, "plan", overall_principal="municipality", overall_unit=SOCIAL_SERVICES)

    seen = world.get(f"/cases/{case_id}", as_=OUTPATIENT_RECEPTION)
    assert (seen["consents"], seen["follow_ups"], seen["instances"]) == ([], [], [])
    world.get(f"/cases/{case_id}/history", as_=OUTPATIENT_RECEPTION, expect=404)
    withdraw = {"name": "consent_withdrawn"}
    world.post(f"/cases/{case_id}/messages", withdraw, as_="karin.sunnana", expect=404)


def test_a_disagreement_that_is_not_for_the_plan_never_leaves(world: World) -> None:
    views = [{"party": "Kommunen", "view": "Regionen ska träna."}, {"party": "Regionen", "view": "Nej."}]
    rows = [
        {"about": about, "views": views, "in_plan": in_plan, "next": "managers"}
        for about, in_plan in (("Vem som tränar", True), ("Vem som betalar", False))
    ]
    case_id = until_plan(world)
    world.do(case_id, "plan", disagreements=rows, distribution=copies(health_care="whole"))
    for seen in (world.get(f"/cases/{case_id}", as_=NURSE), world.case(case_id)):
        assert [row["about"] for row in seen["plan"]["disagreements"]] == ["Vem som tränar"]
        assert "Vem som betalar" not in json.dumps(seen, ensure_ascii=False)

"""The forms' first examples lead any case the whole way, whoever it is about and whoever coordinates."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support.world import NOTICE, PERSON, Json, World

PEOPLE: dict[str, Json] = {
    "adult": PERSON,
    "child": {
        "id_type": "personnummer",
        "id": "201206059865",
        "name": "Lovisa Kraft",
        "municipality": "Lindesta",
    },
    "protected": {**PERSON, "protected": "registration"},
    "unknown": {"id_type": "unknown", "name": "Okänd man", "municipality": "Ekbacka"},
}
UNITS = {
    "social services": ("SE2120009901-1001", "anna.ekbacka"),
    "outpatient care": ("SE2321009900-1001", "karin.sunnana"),
    "school": ("SE2120009901-1004", "kajsa.ekbacka"),
}


def _carry_through(world: World, case_id: str) -> str | None:
    """Do whatever stands open, else let time pass to what is due next; why the case was closed."""
    for _ in range(80):
        with world.application.store.read() as tx:
            case = tx.cases.get(case_id)
            timers = tx.timers.find(case_id=case_id, order_by="due_at", limit=1)
        if case.closed_at is not None:
            return case.closing_reason
        tasks = world.open_tasks(case_id)
        if tasks:
            world.do_task(tasks[0])
        else:
            assert timers, "nothing stands open and nothing is due"
            world.at(timers[0].due_at + timedelta(seconds=1))
    raise AssertionError(f"the case goes on for ever: {world.names(case_id)}")


@pytest.mark.parametrize("guideline", ["vastra_gotaland", "stockholm", "ostergotland", "vastmanland"])
@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("unit", UNITS)
def test_a_sip_reaches_its_goals(sqlite_world: World, guideline: str, person: str, unit: str) -> None:
    unit_id, username = UNITS[unit]
    body = {"person": PEOPLE[person], "initiating_unit": unit_id, "guideline": guideline}
    case_id = sqlite_world.post("/cases", body, as_=username, expect=201)["id"]
    assert _carry_through(sqlite_world, case_id) == "goals_met"


@pytest.mark.parametrize("person", ["adult", "child", "unknown"])
@pytest.mark.parametrize(
    ("needs", "planning_form", "reason"),
    [
        (["municipal_social_services", "regional_care"], "sip", "goals_met"),
        (["municipal_health_care"], "sip", "goals_met"),
        (["municipal_health_care", "school"], "coordinated_care_plan", None),
        (["regional_care"], "sip", None),
        (["municipal_social_services"], "sip", None),
    ],
)
def test_a_stay_comes_to_its_end(
    sqlite_world: World, person: str, needs: list[str], planning_form: str, reason: str | None
) -> None:
    world = sqlite_world
    token = world.hospital()
    notice = {**NOTICE, "person": PEOPLE[person], "needs": needs, "planning_form": planning_form}
    case_id = world.post("/discharges", notice, as_=token, expect=201)["case_id"]
    world.event(token, "ready_for_discharge")
    world.later(seconds=1)
    world.event(token, "discharged")
    assert _carry_through(world, case_id) == reason

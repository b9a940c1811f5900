"""What a unit sees of a case: no more than its part allows, and only while the part is its own."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.journeys.acts import having, until_consent, until_invited
from tests.support.world import CASE_WORKER, NOTICE, PERSON, SOCIAL_SERVICES, WARD, Json, World

HEALTH_CARE = "SE2120009901-1003"
NURSE = "gunilla.ekbacka"
OTHER_WARD = "SE2321009900-2002"
ELSEWHERE, STRANGER = "SE2120009902-1001", "asa.lindesta"


def happened(world: World, type_: str) -> Json:
    """What the ward reports now."""
    return {"type": type_, "at": world.now().isoformat()}


def test_only_the_hospital_and_the_ward_report_events(world: World) -> None:
    token = world.hospital()
    stay = world.admit(token)
    notified, outpatient, another_ward = CASE_WORKER, "karin.sunnana", "ida.sunnana"
    for username in (notified, outpatient, another_ward):
        for type_ in ("ready_for_discharge", "deceased"):
            world.post("/discharges/vtf-1/events", happened(world, type_), as_=username, expect=404)
    assert world.get("/discharges/vtf-1", as_=token) == stay
    reported = world.post("/discharges/vtf-1/events", happened(world, "discharged"), as_="elsa.sunnana")
    assert reported["state"] == "discharged"


def test_after_a_transfer_the_old_ward_reports_no_more(world: World) -> None:
    sender, colleague, new_ward = "elsa.sunnana", "filip.sunnana", "ida.sunnana"
    world.post("/discharges", NOTICE, as_=sender, expect=201)
    world.event(sender, "transferred", hospital_unit=OTHER_WARD)
    stay = world.get("/discharges/vtf-1", as_=new_ward)
    for username in (sender, colleague):
        world.get("/discharges/vtf-1", as_=username, expect=404)
        world.post("/discharges/vtf-1/events", happened(world, "deceased"), as_=username, expect=404)
    assert world.get("/discharges/vtf-1", as_=new_ward) == stay

    for reporter, type_ in ((new_ward, "ready_for_discharge"), (world.hospital(), "ready_withdrawn")):
        world.later(minutes=1)
        world.post("/discharges/vtf-1/events", happened(world, type_), as_=reporter)


def test_two_hospitals_with_the_same_external_id_each_get_their_own(world: World) -> None:
    one = world.hospital()
    other = world.application.register.add_client(
        name="andra journalsystemet", unit_id=OTHER_WARD, scopes=["discharges"], now=world.now()
    )
    theirs = world.admit(one)["case_id"]
    world.later(minutes=1)
    own = world.admit(other, hospital_unit=OTHER_WARD, person={**PERSON, "id": "198709249844"})["case_id"]
    # The other hospital's patient comes to this one's ward, and does not take the place of its own.
    world.event(one, "transferred", hospital_unit=OTHER_WARD)
    assert world.get("/discharges/vtf-1", as_=other)["case_id"] == own
    assert world.get("/discharges/vtf-1", as_=one)["case_id"] == theirs
    assert world.event(other, "deceased")["case_id"] == own
    assert world.get("/discharges/vtf-1", as_=one)["state"] == "admitted"


def test_starting_a_case_reveals_and_changes_nothing_of_another(world: World) -> None:
    stay = world.admit(world.hospital(), person={**PERSON, "language": "Somaliska"})
    before = world.get(f"/cases/{stay['case_id']}", as_=CASE_WORKER)["person"]
    person = {
        "id_type": "personnummer",
        "id": PERSON["id"],
        "name": "Någon Annan",
        "municipality": "Lindesta",
    }
    body = {"person": person, "initiating_unit": ELSEWHERE}
    started = world.post("/cases", body, as_=STRANGER, expect=201)["person"]
    assert (started["name"], started["municipality"]) == ("Någon Annan", "Lindesta")
    assert (started["address"], started["language"]) == (None, None)
    assert world.get(f"/cases/{stay['case_id']}", as_=CASE_WORKER)["person"] == before


def test_protection_known_in_one_case_holds_in_all_and_is_never_lowered(world: World) -> None:
    own = world.start_sip()

    def start(**more: object) -> str:
        body = {"person": {**PERSON, "municipality": "Lindesta", **more}, "initiating_unit": ELSEWHERE}
        return str(world.post("/cases", body, as_=STRANGER, expect=201)["person"]["protected"])

    assert start(protected="registration", id="19410317-9836") == "registration"
    assert world.case(own)["person"]["protected"] == "registration"
    assert [start(protected="marked"), start(protected="no"), start()] == ["registration"] * 3
    assert world.case(own)["person"]["protected"] == "registration"


@pytest.mark.parametrize(("protected", "name"), [("no", PERSON["name"]), ("registration", None)])
def test_before_acknowledging_a_unit_sees_a_name_at_most(
    world: World, protected: str, name: str | None
) -> None:
    case_id = world.start_sip(person={**PERSON, "protected": protected})
    world.do(case_id, "need")
    until_invited(world, case_id)

    seen = world.get(f"/cases/{case_id}", as_=NURSE)
    assert seen["person"] == {"name": name, "protected": protected}
    assert [row["content"] for row in seen["invitations"]] == [{}]
    hidden = [PERSON["id"], PERSON["address"], *([] if name else [PERSON["name"]])]
    told = json.dumps(seen, ensure_ascii=False)
    assert [text for text in hidden if text in told] == []

    world.do(case_id, "acknowledge", unit=HEALTH_CARE)
    seen = world.get(f"/cases/{case_id}", as_=NURSE)
    assert (seen["person"]["name"], seen["person"]["id"]) == (PERSON["name"], PERSON["id"])
    assert "address" not in seen["person"]
    assert [row["content"]["why"] for row in seen["invitations"]] == ["Ni ger stöd i vardagen."]


def invitation_of(world: World, case_id: str) -> Json:
    """The latest invitation of the unit that the tests look at."""
    rows = [row for row in world.case(case_id)["invitations"] if row["unit"] == HEALTH_CARE]
    return dict(rows[-1])


def send(world: World, case_id: str, name: str) -> None:
    """The coordinator recalls or changes the unit's invitation."""
    data = {"invitation": invitation_of(world, case_id)["id"]}
    world.post(f"/cases/{case_id}/messages", {"name": name, "data": data}, as_=CASE_WORKER)


def misdirected(world: World, case_id: str) -> None:
    """The unit says that it came wrong."""
    world.do(case_id, "acknowledge", having(receipt="misdirected"), unit=HEALTH_CARE)


def released(world: World, case_id: str) -> None:
    """Another unit of the principal has taken it over."""
    world.do(case_id, "acknowledge", unit=HEALTH_CARE)
    world.do(case_id, "delegate", having(route="passed_on"), unit=HEALTH_CARE)
    world.do(case_id, "acknowledge", unit=SOCIAL_SERVICES)


def cancelled(world: World, case_id: str) -> None:
    """The coordinator recalls it."""
    world.do(case_id, "acknowledge", unit=HEALTH_CARE)
    send(world, case_id, "invitation_cancelled")


@pytest.mark.parametrize("end", [misdirected, released, cancelled])
def test_an_invitation_that_is_no_longer_ones_own_gives_no_sight(
    world: World, end: Callable[[World, str], None]
) -> None:
    case_id = until_consent(world)
    until_invited(world, case_id)
    assert [row["id"] for row in world.get("/cases", as_=NURSE)["items"]] == [case_id]
    end(world, case_id)
    assert invitation_of(world, case_id)["state"] == end.__name__
    world.get(f"/cases/{case_id}", as_=NURSE, expect=404)
    assert world.get("/cases", as_=NURSE)["items"] == []


def test_a_unit_that_has_declined_sees_nothing_more(world: World) -> None:
    insurance, officer = "SE2021009903-1001", "anton.fk"
    case_id = until_consent(world)
    world.do(case_id, "consent", scope_units=[insurance, HEALTH_CARE, "SE2321009900-1001"])

    def only_the_insurance(examples: list[Json]) -> Json:
        return {**examples[0], "recipients": [{**examples[0]["recipients"][0], "unit": insurance}]}

    world.do(case_id, "preparation", only_the_insurance)
    world.do(case_id, "invitation_review")
    world.do(case_id, "acknowledge")
    assert world.get(f"/cases/{case_id}", as_=officer)["person"]["id"] == PERSON["id"]
    world.do(case_id, "delegate", having(route="declined"))
    world.get(f"/cases/{case_id}", as_=officer, expect=404)


def test_a_changed_invitation_shows_its_contents_when_it_is_acknowledged_anew(world: World) -> None:
    case_id = until_consent(world)
    until_invited(world, case_id)
    world.do(case_id, "acknowledge", unit=HEALTH_CARE)
    send(world, case_id, "invitation_changed")
    seen = world.get(f"/cases/{case_id}", as_=NURSE)
    assert [(row["state"], row["content"]) for row in seen["invitations"]] == [("sent", {})]
    assert seen["person"] == {"name": PERSON["name"], "protected": "no"}


def test_a_unit_that_the_admission_notice_came_wrong_to_loses_the_stay(world: World) -> None:
    token = world.hospital()
    case_id = world.admit(token)["case_id"]
    paths = (f"/cases/{case_id}", "/discharges/vtf-1")
    for path in paths:
        world.get(path, as_=CASE_WORKER)
    world.do(case_id, "admission_acknowledge", having(receipt="misdirected"), unit=SOCIAL_SERVICES)
    for path in paths:
        world.get(path, as_=CASE_WORKER, expect=404)
    assert world.get("/cases", as_=CASE_WORKER)["items"] == []
    assert world.get("/discharges/vtf-1", as_="karin.sunnana")["hospital_unit"] == WARD

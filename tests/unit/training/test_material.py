"""The training material holds whom the tour and every process need, and nobody real."""

import re
from collections import Counter

import pytest

from sip_workflow.domain.register import Role, UnitKind
from sip_workflow.training import read_material

MATERIAL = read_material()
UNITS = {unit.id: unit for unit in MATERIAL.units}
PARTY = {
    Role.CASE_WORKER,
    Role.COORDINATOR,
    Role.MEETING_LEADER,
    Role.RECEIVER,
    Role.PARTICIPANT,
    Role.MANAGER,
}
MORE = {UnitKind.OUTPATIENT_CARE: {Role.CARE_CONTACT}, UnitKind.HOSPITAL_WARD: {Role.DISCHARGE}}


def staff(unit_id: str) -> list[set[str]]:
    return [set(row.roles) for row in MATERIAL.memberships if row.unit_id == unit_id]


@pytest.mark.parametrize("unit", MATERIAL.units, ids=lambda unit: unit.name)
def test_every_unit_has_somebody_for_every_role_it_may_get(unit) -> None:
    there = set().union(*staff(unit.id))
    assert {role.value for role in PARTY | MORE.get(unit.kind, set())} <= there
    assert len(staff(unit.id)) >= 3


@pytest.mark.parametrize("unit", MATERIAL.units, ids=lambda unit: unit.name)
def test_every_participant_has_a_colleague_to_send_instead(unit) -> None:
    assert sum(Role.PARTICIPANT in roles for roles in staff(unit.id)) >= 2 or unit.kind is UnitKind.OTHER


@pytest.mark.parametrize("principal", MATERIAL.principals, ids=lambda principal: principal.name)
def test_every_principal_has_a_process_owner(principal) -> None:
    own = {unit.id for unit in MATERIAL.units if unit.principal_id == principal.id}
    assert any(Role.PROCESS_OWNER in row.roles for row in MATERIAL.memberships if row.unit_id in own)


def test_somebody_administers() -> None:
    assert any(Role.ADMINISTRATOR in row.roles for row in MATERIAL.memberships)


@pytest.mark.parametrize("municipality", ["Ekbacka", "Lindesta"])
def test_there_is_one_way_in_of_each_kind(municipality: str) -> None:
    entries = Counter(
        unit.kind for unit in MATERIAL.units if unit.entry and unit.municipality == municipality
    )
    needed = {
        UnitKind.SOCIAL_SERVICES,
        UnitKind.MUNICIPAL_HEALTH_CARE,
        UnitKind.OUTPATIENT_CARE,
        UnitKind.SCHOOL,
    }
    assert needed <= set(entries)
    assert set(entries.values()) == {1}


def test_a_called_social_service_has_a_sister_unit() -> None:
    kinds = Counter((unit.principal_id, unit.kind) for unit in MATERIAL.units)
    assert kinds["ekbacka", UnitKind.SOCIAL_SERVICES] >= 2
    assert kinds["lindesta", UnitKind.SOCIAL_SERVICES] >= 2
    assert sum(unit.kind is UnitKind.HOSPITAL_WARD for unit in MATERIAL.units) == 2


def test_ids_are_unique_and_references_hold() -> None:
    for records in (
        MATERIAL.principals,
        MATERIAL.units,
        MATERIAL.users,
        MATERIAL.memberships,
        MATERIAL.persons,
    ):
        assert len({record.id for record in records}) == len(records)
    assert {unit.principal_id for unit in MATERIAL.units} == {row.id for row in MATERIAL.principals}
    users = {user.id for user in MATERIAL.users}
    assert {row.user_id for row in MATERIAL.memberships} == users
    assert {row.unit_id for row in MATERIAL.memberships} == set(UNITS)
    assert len({user.username for user in MATERIAL.users}) == len(users)


def test_somebody_belongs_to_two_units() -> None:
    assert max(Counter(row.user_id for row in MATERIAL.memberships).values()) == 2


def test_nobody_is_real() -> None:
    for record in (*MATERIAL.units, *MATERIAL.users):
        assert record.email.endswith(".example.org")
        # Post- och telestyrelsen keeps 0980-319200 to 319249 for books and films.
        assert re.fullmatch(r"0980-31 92 [0-4]\d", record.phone)
    for person in MATERIAL.persons:
        assert 980 <= int(person.id_number[8:11]) <= 999


@pytest.mark.parametrize("person", MATERIAL.persons, ids=lambda person: person.name)
def test_a_persons_number_is_rightly_made(person) -> None:
    """The last digit by the Luhn rule over the other nine, and the date that of the birth."""
    digits = [int(sign) for sign in person.id_number[2:]]
    doubled = [2 * digit if place % 2 == 0 else digit for place, digit in enumerate(digits)]
    assert sum(number // 10 + number % 10 for number in doubled) % 10 == 0
    day = int(person.id_number[6:8]) - (60 if person.id_type == "samordningsnummer" else 0)
    assert f"{person.id_number[:4]}-{person.id_number[4:6]}-{day:02d}" == person.birth_date.isoformat()
    assert MATERIAL.about[person.id]


def test_among_the_persons_are_those_that_the_rules_tell_apart() -> None:
    assert any(person.protected == "marked" and person.address is None for person in MATERIAL.persons)
    assert any(person.interpreter and person.language for person in MATERIAL.persons)
    assert any(person.id_type == "samordningsnummer" for person in MATERIAL.persons)
    assert any(person.birth_date.year > 2010 for person in MATERIAL.persons)
    assert {person.municipality for person in MATERIAL.persons} == {"Ekbacka", "Lindesta"}

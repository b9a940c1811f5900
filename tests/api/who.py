"""Who may see and do what, as the access matrices of the API and of the pages have it."""

from __future__ import annotations

from collections.abc import Callable

from sip_workflow.domain.register import Membership, Role, User
from tests.api.conftest import INVITED, OTHER, OUTPATIENT, OWN, WARD, Stage

BEFORE, WITHIN, AFTER = "started", "invited", "withdrawn"
UNITS = {"own": OWN, "invited": INVITED, "outpatient": OUTPATIENT, "ward": WARD, "other": OTHER}
CASEWORK = set(Role) - {Role.DISCHARGE, Role.PROCESS_OWNER, Role.ADMINISTRATOR}
STEERING = {Role.CASE_WORKER, Role.COORDINATOR, Role.CARE_CONTACT}

Who = Callable[[str, Role, str], bool]


def everybody(unit: str, role: Role, when: str) -> bool:
    return True


def whole_case(unit: str, role: Role, when: str) -> bool:
    return unit == "own" and role in CASEWORK


def part_of_case(unit: str, role: Role, when: str) -> bool:
    """Two units are invited: the municipality's health care and the outpatient care."""
    return whole_case(unit, role, when) or (
        unit in ("invited", "outpatient") and role in CASEWORK and when == WITHIN
    )


def steering(unit: str, role: Role, when: str) -> bool:
    return unit == "own" and role in STEERING


def coordinator(unit: str, role: Role, when: str) -> bool:
    return unit == "own" and role == Role.COORDINATOR


def receiver(unit: str, role: Role, when: str) -> bool:
    return unit == "invited" and role == Role.RECEIVER and when == WITHIN


def stay(unit: str, role: Role, when: str) -> bool:
    """The ward, the notified units (social services, outpatient care), whatever becomes of the other case."""
    return unit in ("own", "outpatient", "ward") and role in CASEWORK | {Role.DISCHARGE}


def nobody_yet(unit: str, role: Role, when: str) -> bool:
    """A stay has no coordinator until its fasta vårdkontakten is named."""
    return False


def ward_staff(unit: str, role: Role, when: str) -> bool:
    return unit == "ward" and role == Role.DISCHARGE


def owners(unit: str, role: Role, when: str) -> bool:
    return role in {Role.PROCESS_OWNER, Role.ADMINISTRATOR}


def may_start(unit: str, role: Role, when: str) -> bool:
    return role in CASEWORK - {Role.PARTICIPANT}


def join(stage: Stage, unit_id: str, role: Role) -> str:
    """A user with one role at one unit."""
    with stage.world.application.store.write() as tx:
        tx.users.add(User(id=role.value, username=role.value, name=role.value, title=""))
        tx.memberships.add(Membership(id=role.value, user_id=role.value, unit_id=unit_id, roles=[role.value]))
    return role.value

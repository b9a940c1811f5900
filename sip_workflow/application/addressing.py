"""Whose a task is: the lane says the role, the process's part in the case says the unit."""

from __future__ import annotations

from dataclasses import dataclass

from sip_workflow.application.anchors import discharge_of
from sip_workflow.domain.register import LANES, Role
from sip_workflow.domain.rows import Instance
from sip_workflow.domain.sip import Case
from sip_workflow.store import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A unit and a role there."""

    unit_id: str
    role: str


# Processes whose tasks go to the ward where the patient is, and to the outpatient unit.
_OF_THE_STAY = frozenset({"discharge", "sip_offering"})


class UnknownLane(LookupError):
    """A diagram has a lane that stands for no role."""


def of_task(*, tx: Transaction, case: Case, instance: Instance, lane: str) -> Address:
    """The address of a task in a lane. Raises ``UnknownLane``.

    In a discharge case the coordinator's tasks belong to the fasta vårdkontakten, who alone may
    call the parties (2017:612 4:3).
    """
    role = LANES.get(lane)
    if role is None:
        raise UnknownLane(lane)
    if instance.process_id == "sip":
        if role is Role.COORDINATOR:
            return Address(unit_id=case.coordinator_unit_id, role=case.coordinator_role)
        return Address(unit_id=case.coordinator_unit_id, role=role)
    if instance.process_id in _OF_THE_STAY:
        discharge = discharge_of(tx, case=case)
        if discharge is not None:
            ward = role is Role.DISCHARGE
            return Address(
                unit_id=discharge.hospital_unit_id if ward else discharge.outpatient_unit_id, role=role
            )
    if role is Role.PROCESS_OWNER:
        return Address(unit_id=process_owner_unit(tx, unit_id=instance.unit_id), role=role)
    return Address(unit_id=instance.unit_id, role=role)


def process_owner_unit(tx: Transaction, *, unit_id: str) -> str:
    """The unit of the process owners in the same principal; the unit itself when it has none."""
    principal = tx.units.get(unit_id).principal_id
    units = {unit.id for unit in tx.units.find(principal_id=principal)}
    for membership in tx.memberships.find(unit_id=sorted(units), order_by="unit_id"):
        if Role.PROCESS_OWNER in membership.roles:
            return membership.unit_id
    return unit_id

"""The admission notice at the units that get it (lag 2017:612 2 kap.)."""

from __future__ import annotations

from sip_workflow.application.operations.registry import Operation, Result, operation
from sip_workflow.application.parts import take_part
from sip_workflow.domain.identifiers import new_id
from sip_workflow.domain.messages import Message
from sip_workflow.domain.sip import Discharge, DischargeUnit


@operation("admission.notify")
def notify(op: Operation) -> Result:
    """Tell each unit whose help may be needed (2:1); each starts its planning at once (2:6)."""
    discharge = op.tx.discharges.get(op.subject["discharge"])
    for unit in op.tx.discharge_units.find(discharge_id=discharge.id, order_by="unit_id"):
        tell_of_admission(op, discharge, unit)
    return {}


def new_receiver(op: Operation, discharge: Discharge, *, unit_id: str) -> DischargeUnit:
    """A unit that is to get the notice."""
    unit = DischargeUnit(
        id=new_id(), discharge_id=discharge.id, unit_id=unit_id, state="notified", notified_at=op.now
    )
    op.tx.discharge_units.add(unit)
    return unit


def tell_of_admission(op: Operation, discharge: Discharge, unit: DischargeUnit) -> None:
    """One unit gets the notice: its process begins, and a mail says so."""
    take_part(op.work, unit_id=unit.unit_id, part="notified")
    op.send(
        Message(
            name="admitted",
            correlation=unit.id,
            payload={"id": unit.id},
            unit_id=unit.unit_id,
            subject={"discharge": discharge.id, "discharge_unit": unit.id},
        )
    )
    op.work.effect(effect="mail", key=f"notice-{unit.id}", payload={"kind": "notice", "unit": unit.unit_id})


@operation("admission.acknowledge")
def acknowledge(op: Operation) -> Result:
    """A unit has the notice, or says that it came wrong."""
    right = op.answers["receipt"] == "acknowledged"
    if not right:
        discharge = op.tx.discharges.get(op.subject["discharge"])
        lose_sight(op, discharge, unit_id=op.running.instance.unit_id)
    op.tx.discharge_units.change(
        op.subject["discharge_unit"],
        state="acknowledged" if right else "misdirected",
        acknowledged_at=op.now,
        planning={} if right else op.answers,
    )
    return {}


@operation("planning_basis.record")
def record_planning(op: Operation) -> Result:
    """A unit's basis for the planning (2:6)."""
    op.tx.discharge_units.change(op.subject["discharge_unit"], state="planned", planning=op.answers)
    return {}


def lose_sight(op: Operation, discharge: Discharge, *, unit_id: str) -> None:
    """A unit that is not concerned has no part in the stay, unless it is to name the fasta vårdkontakten."""
    if unit_id == discharge.outpatient_unit_id:
        return
    for part in op.tx.parts.find(case_id=op.case.id, unit_id=unit_id, part="notified", until=None):
        op.tx.parts.change(part.id, until=op.now)

"""A discharge: the law's notices, the fasta vårdkontakten, the offer of a SIP (lag 2017:612)."""

from __future__ import annotations

from sip_workflow.application.operations.discharge_events import needs_both_principals, sip_is_due
from sip_workflow.application.operations.registry import Operation, Result, operation
from sip_workflow.application.parts import take_part
from sip_workflow.domain.messages import Message
from sip_workflow.domain.sip import Discharge

__all__ = ["needs_both_principals"]


def _own(op: Operation) -> Discharge:
    return op.tx.discharges.get(op.subject["discharge"])


@operation("admission.notify")
def notify(op: Operation) -> Result:
    """Tell each unit whose help may be needed (2:1); each starts its planning at once (2:6)."""
    discharge = _own(op)
    for unit in op.tx.discharge_units.find(discharge_id=discharge.id, order_by="unit_id"):
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
        op.work.effect(
            effect="mail", key=f"notice-{unit.id}", payload={"kind": "notice", "unit": unit.unit_id}
        )
    return {}


@operation("care_contact.record")
def record_care_contact(op: Operation) -> Result:
    """The manager of the outpatient unit has named the fasta vårdkontakten (2:5), who coordinates (4:3)."""
    discharge = _own(op)
    contact = op.answers["contact"]
    op.tx.discharges.change(discharge.id, care_contact=contact)
    op.work.change_case(coordinator=contact)
    take_part(op.work, unit_id=discharge.outpatient_unit_id, part="care_contact")
    return {"sip_is_due": sip_is_due(discharge)}


@operation("sip_offer.record")
def record_offer(op: Operation) -> Result:
    """The answer to the offer is always recorded; a no ends the three days' clock (4:1, 5:3; rules B14)."""
    discharge = _own(op)
    answer = op.answers["answer"]
    op.tx.discharges.change(discharge.id, sip_offered_at=op.now, sip_answer=answer)
    if answer == "declined":
        op.send(Message(name="ready_notice_ended", correlation=discharge.id))
    return {}


@operation("sip.start")
def start_sip(op: Operation) -> Result:
    """The SIP begins in the same case, with the fasta vårdkontakten as coordinator."""
    discharge = _own(op)
    op.work.change_case(needed_at=op.now)
    take_part(op.work, unit_id=discharge.outpatient_unit_id, part="coordinator")
    op.send(
        Message(
            name="sip_started",
            correlation=op.case.id,
            payload={"need_assessed": True},
            unit_id=discharge.outpatient_unit_id,
        )
    )
    return {}


@operation("discharge.inform")
def inform(op: Operation) -> Result:
    """What the units need to know, the same day (3:2), and what the patient was given (3:3)."""
    op.tx.discharges.change(op.subject["discharge"], information=op.answers)
    return {}


@operation("admission.acknowledge")
def acknowledge(op: Operation) -> Result:
    """A unit has the notice, or says that it came wrong."""
    right = op.answers["receipt"] == "acknowledged"
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

"""A discharge: the law's notices, the fasta vårdkontakten, the offer of a SIP (lag 2017:612)."""

from __future__ import annotations

from sip_workflow.application.operations.registry import Operation, Result, operation
from sip_workflow.application.parts import take_part
from sip_workflow.application.stay import sip_is_due
from sip_workflow.domain.messages import Message
from sip_workflow.domain.rows import Instance
from sip_workflow.domain.sip import Discharge

OFFERING_PROCESS = "sip_offering"
# A process that is set aside has not ended: what is sent to it is laid by until it is taken up.
NOT_ENDED = ("active", "incident")


def _own(op: Operation) -> Discharge:
    return op.tx.discharges.get(op.subject["discharge"])


@operation("care_contact.record")
def record_care_contact(op: Operation) -> Result:
    """The manager of the outpatient unit has named the fasta vårdkontakten (2:5), who coordinates (4:3)."""
    contact = op.answers["contact"]
    op.tx.discharges.change(op.subject["discharge"], care_contact=contact)
    op.work.change_case(coordinator=contact)
    discharge = _own(op)
    take_part(op.work, unit_id=discharge.outpatient_unit_id, part="care_contact")
    offer_when_due(op, discharge)
    return {}


def offer_when_due(op: Operation, discharge: Discharge) -> None:
    """Have a SIP offered as soon as one is due and somebody can coordinate it, once (4:1, S4-3)."""
    offered = discharge.sip_offered_at is not None or _offering(op) is not None
    if sip_is_due(discharge) and discharge.care_contact is not None and not offered:
        op.send(
            Message(
                name="sip_to_offer",
                correlation=discharge.id,
                payload={"id": discharge.id},
                unit_id=discharge.hospital_unit_id,
                subject={"discharge": discharge.id},
            )
        )


def end_offer(op: Operation, discharge: Discharge) -> None:
    """An offer that is still open lapses: a SIP is no longer due, or the stay has been stopped."""
    if _offering(op) is not None:
        op.send(Message(name="sip_offer_ended", correlation=discharge.id))


def _offering(op: Operation) -> Instance | None:
    return op.tx.instances.find_one(case_id=op.case.id, process_id=OFFERING_PROCESS, status=NOT_ENDED)


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
    discharge = _own(op)
    op.tx.discharges.change(discharge.id, information=op.answers)
    for unit in op.tx.discharge_units.find(discharge_id=discharge.id):
        if unit.state != "misdirected":
            op.work.effect(
                effect="mail",
                key=f"information-{unit.id}",
                payload={"kind": "notice", "unit": unit.unit_id},
            )
    return {}

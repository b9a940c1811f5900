"""Closing: each principal records it by its own rules (S4-40, S2-30, rules B12)."""

from __future__ import annotations

from sip_workflow.application.anchors import discharge_of
from sip_workflow.application.operations.registry import Operation, Result, operation
from sip_workflow.application.parts import take_part
from sip_workflow.domain.identifiers import new_id
from sip_workflow.domain.messages import Message
from sip_workflow.domain.sip import ClosingRecord

JOINT = ("follow_up", "together_by_phone")


@operation("closing.decide")
def decide(op: Operation) -> Result:
    """The coordinator's decision; a person who does not agree keeps the case open."""
    answers = op.answers
    if answers.get("person_agrees") == "no":
        return {"agreed": False}
    op.work.change_case(closing_reason=answers["reason"], closing_decided=answers["decided"])
    return {"agreed": True}


@operation("closing.start")
def start(op: Operation) -> Result:
    """Ask each principal that took part to record the closing. Returns the round that answers."""
    records = op.tx.closing_records.find(case_id=op.case.id, order_by="round")
    latest = records[-1].round if records else 0
    if any(record.state == "open" for record in records):
        return {"round": str(latest)}
    for principal_id, unit_id in _principals(op).items():
        record = ClosingRecord(
            id=new_id(),
            case_id=op.case.id,
            principal_id=principal_id,
            unit_id=unit_id,
            round=latest + 1,
            state="open",
            started_at=op.now,
        )
        op.tx.closing_records.add(record)
        take_part(op.work, unit_id=unit_id, part="closing")
        op.send(
            Message(
                name="closing_started",
                correlation=record.id,
                payload={"id": record.id},
                unit_id=unit_id,
                subject={"closing_record": record.id},
            )
        )
    discharge = discharge_of(op.tx, case=op.case)
    if discharge is not None and discharge.invited_at is None:
        # No plan will be called to: the three days of 2017:612 4:3 no longer run.
        op.send(Message(name="ready_notice_ended", correlation=discharge.id))
    return {"round": str(latest + 1)}


def _principals(op: Operation) -> dict[str, str]:
    """Each principal that takes part, and the unit that records for it; the coordinator's first."""
    units = [op.case.coordinator_unit_id, op.case.initiating_unit_id]
    if op.case.overall_unit_id:
        units.append(op.case.overall_unit_id)
    units += [row.unit_id for row in op.tx.invitations.find(case_id=op.case.id, order_by="sent_at")]
    principals: dict[str, str] = {}
    for unit_id in units:
        principals.setdefault(op.tx.units.get(unit_id).principal_id, unit_id)
    return principals


@operation("closing_record.record")
def record(op: Operation) -> Result:
    """A principal has recorded the closing, and says whether it agrees where it was a joint one."""
    answers = op.answers
    op.tx.closing_records.change(
        op.subject["closing_record"],
        state="recorded",
        recorded_at=op.now,
        agreement=answers.get("agreement"),
        own_assessment=answers.get("own_assessment"),
    )
    return _tell_when_all_are_in(op)


@operation("closing_record.miss")
def miss(op: Operation) -> Result:
    """The last level is told and nothing was recorded: the case need not wait for ever (rules B12)."""
    op.tx.closing_records.change(op.subject["closing_record"], state="missing")
    return _tell_when_all_are_in(op)


def _tell_when_all_are_in(op: Operation) -> Result:
    own = op.tx.closing_records.get(op.subject["closing_record"])
    records = op.tx.closing_records.find(case_id=op.case.id, round=own.round)
    if all(record.state != "open" for record in records):
        disagrees = any(record.agreement == "disagrees" for record in records)
        if disagrees:
            op.work.change_case(closing_reason=None, closing_decided=None)
        has_plan = op.tx.plans.find_one(case_id=op.case.id, replaced_at=None) is not None
        op.send(
            Message(
                name="closing_recorded",
                correlation=str(own.round),
                payload={"agreement": "disagrees" if disagrees else "agrees", "has_plan": has_plan},
            )
        )
    return {}

"""Closing: each principal records it by its own rules (S4-40, S2-30, rules B12)."""

from __future__ import annotations

from sip_workflow.application.anchors import current_follow_up, discharge_of
from sip_workflow.application.consenting import end_consents
from sip_workflow.application.inviting import recall_all
from sip_workflow.application.operations.registry import Operation, Result, operation
from sip_workflow.application.parts import take_part
from sip_workflow.domain.identifiers import new_id
from sip_workflow.domain.messages import Message
from sip_workflow.domain.sip import ClosingRecord

JOINT = ("follow_up", "together_by_phone")
# Reasons after which nothing may be shared, and the state that the consents then get.
_ENDS_CONSENT = {"consent_withdrawn": "withdrawn", "consent_refused": "ended", "deceased": "ended"}
_TOOK_PART = ("held", "missed")
_HAS_NO_PART = ("misdirected", "declined", "released")


@operation("closing.decide")
def decide(op: Operation) -> Result:
    """The coordinator's decision; a person who does not agree keeps the case open, with new clocks.

    Where the reason is that nothing may be shared, sharing stops at once (rules B5).
    """
    answers = op.answers
    if answers.get("person_agrees") == "no":
        op.work.change_case(needed_at=op.now)
        return {"agreed": False}
    reason = answers["reason"]
    op.work.change_case(closing_reason=reason, closing_decided=answers["decided"])
    if reason in _ENDS_CONSENT:
        end_consents(op, state=_ENDS_CONSENT[reason])
        recall_all(op)
    return {"agreed": True}


@operation("closing.start")
def start(op: Operation) -> Result:
    """Ask each principal that took part to record the closing. Returns the round that answers.

    A planned follow-up is called off, at once where nobody can disagree, else when nobody has.
    """
    if op.case.closing_decided not in JOINT:
        _call_off_follow_up(op)
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


def _call_off_follow_up(op: Operation) -> None:
    follow_up = current_follow_up(op.tx, case=op.case)
    if follow_up is None:
        return
    op.tx.follow_ups.change(follow_up.id, state="cancelled")
    if follow_up.state == "called":
        op.send(Message(name="follow_up_cancelled", correlation=follow_up.id))


def _principals(op: Operation) -> dict[str, str]:
    """Each principal that takes part, and the unit that records for it; the coordinator's first.

    Of a principal's invited units, one that was at the meeting; never one that the invitation
    reached by mistake, that declined it or passed it on, for that one knows nothing of the case.
    """
    units = [op.case.coordinator_unit_id, op.case.initiating_unit_id]
    if op.case.overall_unit_id:
        units.append(op.case.overall_unit_id)
    invited = op.tx.invitations.find(case_id=op.case.id, order_by="sent_at")
    units += [row.unit_id for row in invited if row.state in _TOOK_PART]
    latest = {row.unit_id: row for row in invited}
    units += [row.unit_id for row in latest.values() if row.state not in _HAS_NO_PART]
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
        # Nobody disagrees with a death or a withdrawal: what was said of the closing before it is past.
        joint = op.case.closing_decided in JOINT
        disagrees = joint and any(record.agreement == "disagrees" for record in records)
        has_plan = op.tx.plans.find_one(case_id=op.case.id, replaced_at=None) is not None
        if disagrees:
            op.work.change_case(closing_reason=None, closing_decided=None)
            if not has_plan:
                op.work.change_case(needed_at=op.now)  # another meeting, with clocks of its own
        else:
            _call_off_follow_up(op)
        op.send(
            Message(
                name="closing_recorded",
                correlation=str(own.round),
                payload={"agreement": "disagrees" if disagrees else "agrees", "has_plan": has_plan},
            )
        )
    return {}

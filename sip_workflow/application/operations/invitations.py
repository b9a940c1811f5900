"""Sending, changing and recalling invitations (S4-21…27, S1-12…19, 2017:612 4:3)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sip_workflow.application.access import consent_in_force, covered_by_consent
from sip_workflow.application.anchors import discharge_of
from sip_workflow.application.operations.registry import Operation, Result, operation
from sip_workflow.application.parts import take_part
from sip_workflow.domain.identifiers import new_id
from sip_workflow.domain.messages import Message
from sip_workflow.domain.refusals import Refusal
from sip_workflow.domain.sip import Invitation, Meeting

OVER = ("misdirected", "released", "declined", "held", "missed", "cancelled", "changed")
ANSWERED = (*OVER, "attends", "substitute", "unable")
COMING = ("attends", "substitute")


class OutsideConsent(Refusal):
    """A recipient is not covered by the consent."""

    status = 422
    type = "outside_consent"
    title = "Samtycket räcker inte"


@operation("invitations.send")
def send(op: Operation) -> Result:
    """Invite every recipient of the preparation. Returns ``{"round": "<n>"}``."""
    meeting = op.tx.meetings.find(case_id=op.case.id, purpose="sip", state="planned", order_by="round")[-1]
    answers = op.tx.form_answers.find(case_id=op.case.id, form_key="preparation", order_by="at")[-1].answers
    for recipient in answers["recipients"]:
        content = {key: value for key, value in recipient.items() if key != "unit"}
        invite(op, meeting=meeting, unit_id=recipient["unit"], content=content)
    discharge = discharge_of(op.tx, case=op.case)
    if discharge is not None and discharge.invited_at is None:
        op.tx.discharges.change(discharge.id, invited_at=op.now)
        op.send(Message(name="sip_answered", correlation=discharge.id, payload={"answer": "invited"}))
    tell_when_all_replied(op, meeting_id=meeting.id)
    return {"round": str(meeting.round)}


def invite(
    op: Operation,
    *,
    meeting: Meeting,
    unit_id: str,
    content: Mapping[str, Any],
    previous_id: str | None = None,
    mail: str = "invitation",
) -> Invitation:
    """Invite one unit in the meeting's round. Raises ``OutsideConsent``.

    Whether it is *called* or *invited* follows from the guideline and the kind of unit
    (S4-25), never from a choice by hand.
    """
    consent = consent_in_force(op.tx, case=op.case, now=op.now, zone=op.work.core.zone)
    unit = op.tx.units.get(unit_id)
    if consent is None or not covered_by_consent(consent, unit=unit):
        raise OutsideConsent(
            "En mottagare omfattas inte av samtycket. Ändra mottagare, eller utöka samtycket först."
        )
    invitation = Invitation(
        id=new_id(),
        case_id=op.case.id,
        meeting_id=meeting.id,
        unit_id=unit_id,
        round=meeting.round,
        kind="called" if unit.kind in op.guideline["called_kinds"] else "invited",
        purpose=meeting.purpose,
        state="sent",
        sent_at=op.now,
        content=dict(content),
        previous_id=previous_id,
    )
    op.tx.invitations.add(invitation)
    take_part(op.work, unit_id=unit_id, part="invited")
    op.send(
        Message(
            name="invitation_sent",
            correlation=invitation.id,
            payload={
                "id": invitation.id,
                "unit": unit_id,
                "round": str(meeting.round),
                "kind": invitation.kind,
                "purpose": meeting.purpose,
            },
            unit_id=unit_id,
            subject={"invitation": invitation.id, "meeting": meeting.id},
        )
    )
    _mail(op, kind=mail, invitation=invitation)
    return invitation


@operation("invitations.change")
def change(op: Operation) -> Result:
    """A new time: the meeting gets a new round, and every open invitation a new one in its place."""
    from sip_workflow.application.operations.meetings import add_meeting

    meeting = op.tx.meetings.find(case_id=op.case.id, purpose="sip", order_by="round")[-1]
    if meeting.state == "planned":
        op.tx.meetings.change(meeting.id, state="cancelled")
    new = add_meeting(op, purpose="sip", time=op.call.parameters["new_time"])
    replace_invitations(op, old=meeting, new=new)
    return {"round": str(new.round)}


def replace_invitations(op: Operation, *, old: Meeting, new: Meeting) -> None:
    """Every unit that is still asked acknowledges anew.

    A unit that has passed its invitation on hears only from its successor.
    """
    for invitation in open_invitations(op, meeting_id=old.id):
        if invitation.state == "passing_on":
            op.tx.invitations.change(invitation.id, meeting_id=new.id, round=new.round)
            continue
        op.tx.invitations.change(invitation.id, state="changed", ended_at=op.now)
        op.send(Message(name="invitation_changed", correlation=invitation.id))
        invite(
            op,
            meeting=new,
            unit_id=invitation.unit_id,
            content=invitation.content,
            previous_id=invitation.previous_id if _still_passing(op, invitation) else None,
            mail="invitation_changed",
        )


def _still_passing(op: Operation, invitation: Invitation) -> bool:
    if invitation.previous_id is None:
        return False
    return op.tx.invitations.get(invitation.previous_id).state == "passing_on"


@operation("invitations.recall")
def recall(op: Operation) -> Result:
    """The meeting is called off: every open invitation is recalled."""
    recall_all(op)
    return {}


def recall_all(op: Operation) -> None:
    """Recall all that is out, whatever became of its meeting; planned meetings are called off."""
    for meeting in op.tx.meetings.find(case_id=op.case.id, state="planned"):
        op.tx.meetings.change(meeting.id, state="cancelled")
    for invitation in op.tx.invitations.find(case_id=op.case.id, ended_at=None, order_by="sent_at"):
        cancel(op, invitation)


def cancel(op: Operation, invitation: Invitation) -> None:
    """Recall one invitation."""
    op.tx.invitations.change(invitation.id, state="cancelled", ended_at=op.now)
    op.send(Message(name="invitation_cancelled", correlation=invitation.id))
    _mail(op, kind="invitation_cancelled", invitation=invitation)


def end_with_meeting(op: Operation, *, purpose: str, missing: Collection[Any]) -> None:
    """The meeting was held: who was coming attended or is missed; who never replied is released."""
    held = op.tx.meetings.find(case_id=op.case.id, purpose=purpose, state="held", order_by="round")[-1]
    for invitation in open_invitations(op, meeting_id=held.id):
        if invitation.state not in COMING:
            op.tx.invitations.change(invitation.id, state="cancelled", ended_at=op.now)
            op.send(Message(name="invitation_cancelled", correlation=invitation.id))
            continue
        absent = bool({invitation.unit_id, op.tx.units.get(invitation.unit_id).name} & set(missing))
        op.tx.invitations.change(invitation.id, state="missed" if absent else "held", ended_at=op.now)
        op.send(Message(name="meeting_held", correlation=invitation.id))


def open_invitations(op: Operation, *, meeting_id: str) -> list[Invitation]:
    """Invitations of a meeting that have not come to their end."""
    return op.tx.invitations.find(meeting_id=meeting_id, ended_at=None, order_by="sent_at")


def tell_when_all_replied(op: Operation, *, meeting_id: str) -> None:
    """Tell the coordinator once no reply is missing."""
    meeting = op.tx.meetings.get(meeting_id)
    if meeting.purpose != "sip" or meeting.state != "planned":
        return
    rows = op.tx.invitations.find(meeting_id=meeting_id)
    if rows and all(row.state in ANSWERED for row in rows):
        op.send(Message(name="replies_complete", correlation=str(meeting.round)))


def _mail(op: Operation, *, kind: str, invitation: Invitation) -> None:
    op.work.effect(
        effect="mail",
        key=f"{kind}-{invitation.id}",
        payload={"kind": kind, "unit": invitation.unit_id, "invitation": invitation.id},
    )

"""What an invited unit does with its invitation (S4-22…26, S2-16, domain.md 2.3, 2.5)."""

from __future__ import annotations

from sip_workflow.application.inviting import give_back, invite, tell_when_all_replied, waiting_first
from sip_workflow.application.operations.registry import Operation, Result, operation
from sip_workflow.domain.messages import Message
from sip_workflow.domain.sip import Invitation


def _own(op: Operation) -> Invitation:
    return op.tx.invitations.get(op.subject["invitation"])


@operation("invitation.acknowledge")
def acknowledge(op: Operation) -> Result:
    """The unit has it, or says that it came wrong.

    A unit that passed it on, and still waits to hear, is then released, or asked again.
    """
    invitation = _own(op)
    answers = op.answers
    right = answers["receipt"] == "acknowledged"
    if right:
        op.tx.invitations.change(invitation.id, state="acknowledged", acknowledged_at=op.now)
    else:
        op.tx.invitations.change(invitation.id, state="misdirected", ended_at=op.now, reply=answers)
    first = waiting_first(op, invitation)
    if first is not None and right:
        op.tx.invitations.change(first.id, state="released", ended_at=op.now)
        op.send(Message(name="successor_acknowledged", correlation=first.id))
    elif first is not None:
        give_back(op, invitation)
    tell_when_all_replied(op, meeting_id=invitation.meeting_id)
    return {}


@operation("invitation.delegate")
def delegate(op: Operation) -> Result:
    """A participant is named, or the invitation goes on within the principal, or it is declined."""
    invitation = _own(op)
    answers = op.answers
    match answers["route"]:
        case "participant":
            op.tx.invitations.change(
                invitation.id, state="delegated", delegated_at=op.now, participant=answers["participant"]
            )
        case "passed_on":
            op.tx.invitations.change(invitation.id, state="passing_on")
            invite(
                op,
                meeting=op.tx.meetings.get(invitation.meeting_id),
                unit_id=answers["unit"],
                content=invitation.content,
                previous_id=invitation.id,
            )
        case _:
            op.tx.invitations.change(invitation.id, state="declined", ended_at=op.now, reply=answers)
            tell_when_all_replied(op, meeting_id=invitation.meeting_id)
    return {}


@operation("invitation.reply")
def reply(op: Operation) -> Result:
    """The participant's answer."""
    invitation = _own(op)
    answers = op.answers
    op.tx.invitations.change(invitation.id, state=answers["attendance"], replied_at=op.now, reply=answers)
    tell_when_all_replied(op, meeting_id=invitation.meeting_id)
    return {}


@operation("invitation.prepare")
def prepare(op: Operation) -> Result:
    """What the participant can contribute; a mandate that is settled counts from here (rules B10)."""
    invitation = _own(op)
    answers = op.answers
    reply_now = {**invitation.reply, "preparation": answers}
    if answers.get("mandate_settled"):
        reply_now["mandate"] = "yes"
    op.tx.invitations.change(invitation.id, reply=reply_now)
    return {}

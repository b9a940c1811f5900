"""Inviting units, and ending their invitations (S4-21…27, S1-12…19, 2017:612 4:3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sip_workflow.application.access import consent_in_force, covered_by_consent
from sip_workflow.application.act import Act
from sip_workflow.application.parts import take_part
from sip_workflow.application.routing import NobodyWaits
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


def may_invite(act: Act, *, unit_id: str) -> bool:
    """Whether the consent in force covers the unit."""
    consent = consent_in_force(act.tx, case=act.case, now=act.now, zone=act.work.core.zone)
    return consent is not None and covered_by_consent(consent, unit=act.tx.units.get(unit_id))


def invite(
    act: Act,
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
    unit = act.tx.units.get(unit_id)
    if not may_invite(act, unit_id=unit_id):
        raise OutsideConsent(
            "En mottagare omfattas inte av samtycket. Ändra mottagare, eller utöka samtycket först."
        )
    invitation = Invitation(
        id=new_id(),
        case_id=act.case.id,
        meeting_id=meeting.id,
        unit_id=unit_id,
        round=meeting.round,
        kind="called" if unit.kind in act.guideline["called_kinds"] else "invited",
        purpose=meeting.purpose,
        state="sent",
        sent_at=act.now,
        content=dict(content),
        previous_id=previous_id,
    )
    act.tx.invitations.add(invitation)
    take_part(act.work, unit_id=unit_id, part="invited")
    act.send(
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
    _mail(act, kind=mail, invitation=invitation)
    return invitation


def replace_invitations(act: Act, *, old: Meeting, new: Meeting) -> None:
    """Every unit that is still asked acknowledges anew, as far as the consent still covers it.

    A unit that has passed its invitation on hears only from its successor; where that one may not be
    asked any more, the first has its task back.
    """
    for invitation in open_invitations(act, meeting_id=old.id):
        if invitation.state == "passing_on":
            act.tx.invitations.change(invitation.id, meeting_id=new.id, round=new.round)
            continue
        _end_as_changed(act, invitation)
        if may_invite(act, unit_id=invitation.unit_id):
            _invite_anew(act, invitation, meeting=new)
        else:
            give_back(act, invitation)


def change_one(act: Act, invitation: Invitation) -> None:
    """One unit is to acknowledge its invitation anew, the meeting being as it was.

    One that was passed on to it is passed on to it still: the first unit goes on waiting for it.
    Raises ``OutsideConsent``, and ``NobodyWaits`` for a unit that has passed its invitation on.
    """
    if invitation.state == "passing_on":
        raise NobodyWaits
    _end_as_changed(act, invitation)
    _invite_anew(act, invitation, meeting=act.tx.meetings.get(invitation.meeting_id))


def _end_as_changed(act: Act, invitation: Invitation) -> None:
    act.tx.invitations.change(invitation.id, state="changed", ended_at=act.now)
    act.send(Message(name="invitation_changed", correlation=invitation.id))


def _invite_anew(act: Act, invitation: Invitation, *, meeting: Meeting) -> None:
    invite(
        act,
        meeting=meeting,
        unit_id=invitation.unit_id,
        content=invitation.content,
        previous_id=invitation.previous_id if waiting_first(act, invitation) is not None else None,
        mail="invitation_changed",
    )


def waiting_first(act: Act, invitation: Invitation) -> Invitation | None:
    """The invitation that was passed on to this one and waits to hear of it, if any."""
    if invitation.previous_id is None:
        return None
    first = act.tx.invitations.get(invitation.previous_id)
    return first if first.state == "passing_on" else None


def give_back(act: Act, invitation: Invitation) -> None:
    """The unit will not answer for the one that passed it on: that one has its task back."""
    first = waiting_first(act, invitation)
    if first is not None:
        act.tx.invitations.change(first.id, state="acknowledged")
        act.send(Message(name="successor_failed", correlation=first.id))


def recall_all(act: Act) -> None:
    """Recall all that is out, whatever became of its meeting; planned meetings are called off."""
    for meeting in act.tx.meetings.find(case_id=act.case.id, state="planned"):
        act.tx.meetings.change(meeting.id, state="cancelled")
    for invitation in act.tx.invitations.find(case_id=act.case.id, ended_at=None, order_by="sent_at"):
        _recall(act, invitation)


def cancel(act: Act, invitation: Invitation) -> None:
    """Recall one invitation. A unit that had passed it on to this one is asked again."""
    _recall(act, invitation)
    give_back(act, invitation)


def _recall(act: Act, invitation: Invitation) -> None:
    act.tx.invitations.change(invitation.id, state="cancelled", ended_at=act.now)
    act.send(Message(name="invitation_cancelled", correlation=invitation.id))
    _mail(act, kind="invitation_cancelled", invitation=invitation)


def end_with_meeting(act: Act, *, purpose: str, attendance: Sequence[Mapping[str, Any]]) -> None:
    """The meeting was held: who was coming attended or is missed; who never replied is released.

    ``attendance`` is the forms' block of that name; it names organisations by id or name. A unit of
    which anybody came has attended.
    """
    missing = {row.get("organisation") for row in attendance if row["part"] == "missing"}
    present = {row.get("organisation") for row in attendance if row["part"] != "missing"}
    held = act.tx.meetings.find_one(case_id=act.case.id, purpose=purpose, state="held", order_by="-round")
    if held is None:
        return
    for invitation in open_invitations(act, meeting_id=held.id):
        if invitation.state not in COMING:
            act.tx.invitations.change(invitation.id, state="cancelled", ended_at=act.now)
            act.send(Message(name="invitation_cancelled", correlation=invitation.id))
            continue
        names = {invitation.unit_id, act.tx.units.get(invitation.unit_id).name}
        absent = bool(names & missing) and not names & present
        act.tx.invitations.change(invitation.id, state="missed" if absent else "held", ended_at=act.now)
        act.send(Message(name="meeting_held", correlation=invitation.id))


def open_invitations(act: Act, *, meeting_id: str) -> list[Invitation]:
    """Invitations of a meeting that have not come to their end."""
    return act.tx.invitations.find(meeting_id=meeting_id, ended_at=None, order_by="sent_at")


def tell_when_all_replied(act: Act, *, meeting_id: str) -> None:
    """Tell the coordinator once no reply is missing: none is where nobody is asked."""
    meeting = act.tx.meetings.get(meeting_id)
    if meeting.purpose != "sip" or meeting.state != "planned":
        return
    rows = act.tx.invitations.find(meeting_id=meeting_id)
    if all(row.state in ANSWERED for row in rows):
        act.send(Message(name="replies_complete", correlation=str(meeting.round)))


def _mail(act: Act, *, kind: str, invitation: Invitation) -> None:
    act.work.effect(
        effect="mail",
        key=f"{kind}-{invitation.id}",
        payload={"kind": kind, "unit": invitation.unit_id, "invitation": invitation.id},
    )

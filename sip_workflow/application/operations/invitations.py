"""What the coordinator's diagram asks of the invitations."""

from __future__ import annotations

from sip_workflow.application.anchors import discharge_of
from sip_workflow.application.inviting import invite, recall_all, replace_invitations, tell_when_all_replied
from sip_workflow.application.operations.meetings import add_meeting, the_planned_meeting
from sip_workflow.application.operations.registry import Operation, Result, operation
from sip_workflow.domain.messages import Message

SHARED_CONTENT = ("purpose", "long_term_goal", "questions")
"""What every invitation says besides the receiver's own lines (S4-27, S1-12…18)."""


@operation("invitations.send")
def send(op: Operation) -> Result:
    """Invite every recipient of the preparation. Returns ``{"round": "<n>"}``; raises ``NoMeeting``."""
    meeting = the_planned_meeting(op)
    answers = op.tx.form_answers.find(case_id=op.case.id, form_key="preparation", order_by="at")[-1].answers
    shared = {key: answers[key] for key in SHARED_CONTENT if key in answers}
    for recipient in answers["recipients"]:
        own = {key: value for key, value in recipient.items() if key != "unit"}
        invite(op, meeting=meeting, unit_id=recipient["unit"], content={**shared, **own})
    discharge = discharge_of(op.tx, case=op.case)
    if discharge is not None and discharge.invited_at is None:
        op.tx.discharges.change(discharge.id, invited_at=op.now)
        op.send(Message(name="sip_answered", correlation=discharge.id, payload={"answer": "invited"}))
    tell_when_all_replied(op, meeting_id=meeting.id)
    return {"round": str(meeting.round)}


@operation("invitations.change")
def change(op: Operation) -> Result:
    """A new time: the meeting gets a new round, and every open invitation a new one in its place.

    Where nobody is asked any more (all declined), the coordinator decides at once how to go on.
    """
    old = op.tx.meetings.find_one(case_id=op.case.id, purpose="sip", order_by="-round")
    new = add_meeting(op, purpose="sip", time=op.call.parameters["new_time"])
    if old is not None:
        if old.state == "planned":
            op.tx.meetings.change(old.id, state="cancelled")
        replace_invitations(op, old=old, new=new)
    tell_when_all_replied(op, meeting_id=new.id)
    return {"round": str(new.round)}


@operation("invitations.recall")
def recall(op: Operation) -> Result:
    """The meeting is called off: every open invitation is recalled."""
    recall_all(op)
    return {}

"""Preparing and holding the meeting (S4-13…30, S1-6)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sip_workflow.application.inviting import end_with_meeting
from sip_workflow.application.operations.registry import Operation, Result, operation
from sip_workflow.domain.identifiers import new_id
from sip_workflow.domain.refusals import Refusal
from sip_workflow.domain.sip import Meeting


@operation("preparation.record")
def record_preparation(op: Operation) -> Result:
    """The meeting is planned; a preparation that is changed before sending moves the same meeting.

    One that was called off stays called off: then it is a new meeting.
    """
    answers = op.answers
    op.work.change_case(leader=_leader(answers["leader"]))
    planned = op.tx.meetings.find_one(case_id=op.case.id, purpose="sip", state="planned", order_by="-round")
    if planned is not None and op.tx.invitations.find_one(meeting_id=planned.id) is None:
        op.tx.meetings.change(planned.id, **time_columns(answers["meeting"]))
    else:
        add_meeting(op, purpose="sip", time=answers["meeting"])
    return {}


def _leader(leader: Mapping[str, Any]) -> str | None:
    who = leader.get("who")
    return who if isinstance(who, str) else None


class NoMeeting(Refusal):
    """No meeting is planned."""

    type = "no_meeting"
    title = "Inget möte är planerat"

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__("Mötet är inställt eller redan hållet. Planera ett nytt möte först.")


def the_planned_meeting(op: Operation) -> Meeting:
    """The SIP meeting that is planned. Raises ``NoMeeting``."""
    planned = op.tx.meetings.find_one(case_id=op.case.id, purpose="sip", state="planned", order_by="-round")
    if planned is None:
        raise NoMeeting
    return planned


def add_meeting(op: Operation, *, purpose: str, time: Mapping[str, Any]) -> Meeting:
    """A planned meeting of the next round. ``time`` is the block of that name in the forms."""
    rounds = [row.round for row in op.tx.meetings.find(case_id=op.case.id)]
    meeting = Meeting(
        id=new_id(),
        case_id=op.case.id,
        purpose=purpose,
        round=max(rounds, default=0) + 1,
        state="planned",
        **time_columns(time),
    )
    op.tx.meetings.add(meeting)
    return meeting


def time_columns(time: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of a meeting from the ``time`` block."""
    return {
        "starts_at": datetime.fromisoformat(time["starts_at"]).astimezone(UTC),
        "minutes": int(time.get("minutes", 60)),
        "mode": time.get("mode", "physical"),
        "place": time.get("place"),
        "link": time.get("link"),
    }


@operation("meeting.record")
def record_meeting(op: Operation) -> Result:
    """The meeting was held; invitations end as attended or missed.

    A consent that is not confirmed ends the meeting and nothing is shared (rules B5): what was
    typed about needs and situation is not kept on the meeting then. Another meeting is a new need of
    one, with clocks of its own; a new time for the same meeting is not.
    """
    answers = op.answers
    meeting = the_planned_meeting(op)
    if not answers["consent_confirmed"]:
        op.tx.meetings.change(meeting.id, state="not_held", record={"consent_confirmed": False})
        return {"result": "consent_not_confirmed"}
    op.tx.meetings.change(meeting.id, state="held", held_at=op.now, record=answers)
    end_with_meeting(op, purpose="sip", attendance=answers["attendance"])
    if answers["result"] == "another_meeting":
        op.work.change_case(needed_at=op.now)
    return {"result": answers["result"]}

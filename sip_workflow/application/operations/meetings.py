"""Preparing and holding the meeting (S4-13…30, S1-6)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sip_workflow.application.inviting import end_with_meeting
from sip_workflow.application.operations.registry import Operation, Result, operation
from sip_workflow.domain.identifiers import new_id
from sip_workflow.domain.sip import Meeting


@operation("preparation.record")
def record_preparation(op: Operation) -> Result:
    """The meeting is planned; a preparation that is changed before sending moves the same meeting."""
    answers = op.answers
    op.work.change_case(leader=_leader(answers["leader"]))
    meetings = op.tx.meetings.find(case_id=op.case.id, purpose="sip", order_by="round")
    latest = meetings[-1] if meetings else None
    if latest is not None and op.tx.invitations.find_one(meeting_id=latest.id) is None:
        op.tx.meetings.change(latest.id, **time_columns(answers["meeting"]))
    else:
        add_meeting(op, purpose="sip", time=answers["meeting"])
    return {}


def _leader(leader: Mapping[str, Any]) -> str | None:
    who = leader.get("who")
    return who if isinstance(who, str) else None


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
    typed about needs and situation is not kept on the meeting then.
    """
    answers = op.answers
    meeting = op.tx.meetings.find(case_id=op.case.id, purpose="sip", state="planned", order_by="round")[-1]
    if not answers["consent_confirmed"]:
        op.tx.meetings.change(meeting.id, state="not_held", record={"consent_confirmed": False})
        return {"result": "consent_not_confirmed"}
    op.tx.meetings.change(meeting.id, state="held", held_at=op.now, record=answers)
    missing = {row.get("organisation") for row in answers["attendance"] if row["part"] == "missing"}
    end_with_meeting(op, purpose="sip", missing=missing)
    return {"result": answers["result"]}

"""From which moment a deadline is counted: the case's own facts.

The decision table names the moment (``counted_from``); this module knows where each is kept.
A moment that has not come yet is left out, and the deadline counts from now.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, time

from sip_workflow.domain.rows import Instance
from sip_workflow.domain.sip import Case, Discharge, FollowUp, Meeting
from sip_workflow.store import Transaction


def anchors(
    tx: Transaction, *, case: Case, instance: Instance, names: tuple[str, ...]
) -> Mapping[str, datetime]:
    """The moments asked for that are known, by name."""
    found: dict[str, datetime] = {}
    for name in names:
        moment = _MOMENTS[name](tx, case, instance) if name in _MOMENTS else None
        if moment is not None:
            found[name] = moment
    return found


def discharge_of(tx: Transaction, *, case: Case) -> Discharge | None:
    """The case's discharge, the newest if there are several."""
    found = tx.discharges.find(case_id=case.id, order_by="received_at")
    return found[-1] if found else None


def planned_meeting(tx: Transaction, *, case: Case) -> Meeting | None:
    """The meeting that invitations are out for, or the last one."""
    found = tx.meetings.find(case_id=case.id, purpose="sip", order_by="round")
    return found[-1] if found else None


def current_follow_up(tx: Transaction, *, case: Case) -> FollowUp | None:
    """The follow-up that is planned or called."""
    found = tx.follow_ups.find(case_id=case.id, state=("planned", "called"), order_by="number")
    return found[-1] if found else None


def _need(tx: Transaction, case: Case, instance: Instance) -> datetime | None:
    return case.needed_at


def _consent(tx: Transaction, case: Case, instance: Instance) -> datetime | None:
    """When inviting could begin: at the consent, or when a meeting was held or a new one became needed.

    A case that goes round again (another meeting, a disagreement) has its five days anew.
    """
    given = tx.consents.find(case_id=case.id, state="given", order_by="recorded_at")
    if not given:
        return None
    later = (case.needed_at, _meeting_held(tx, case, instance))
    return max([given[-1].recorded_at, *(moment for moment in later if moment is not None)])


def _consent_valid_to(tx: Transaction, case: Case, instance: Instance) -> datetime | None:
    given = tx.consents.find(case_id=case.id, state="given", order_by="recorded_at")
    if not given or given[-1].valid_to is None:
        return None
    # Noon in UTC is the same day in Swedish time, summer and winter.
    return datetime.combine(given[-1].valid_to, time(12), tzinfo=UTC)


def _meeting(tx: Transaction, case: Case, instance: Instance) -> datetime | None:
    meeting_id = instance.subject.get("meeting")
    meeting = tx.meetings.get(meeting_id) if meeting_id else planned_meeting(tx, case=case)
    return meeting.starts_at if meeting is not None and meeting.state == "planned" else None


def _meeting_held(tx: Transaction, case: Case, instance: Instance) -> datetime | None:
    """The last meeting or follow-up: a plan belongs to the one that it was decided at."""
    held = tx.meetings.find(case_id=case.id, state="held", order_by="held_at")
    return held[-1].held_at if held else None


def _invitation_sent(tx: Transaction, case: Case, instance: Instance) -> datetime | None:
    invitation_id = instance.subject.get("invitation")
    if invitation_id:
        return tx.invitations.get(invitation_id).sent_at
    sent = tx.invitations.find(case_id=case.id, order_by="sent_at")
    return sent[-1].sent_at if sent else None


def _follow_up(tx: Transaction, case: Case, instance: Instance) -> datetime | None:
    follow_up = current_follow_up(tx, case=case)
    return follow_up.due_at if follow_up is not None else None


def _of_discharge(column: str) -> Callable[[Transaction, Case, Instance], datetime | None]:
    def moment(tx: Transaction, case: Case, instance: Instance) -> datetime | None:
        discharge = discharge_of(tx, case=case)
        value: datetime | None = getattr(discharge, column) if discharge is not None else None
        return value

    return moment


_MOMENTS: Mapping[str, Callable[[Transaction, Case, Instance], datetime | None]] = {
    "need": _need,
    "consent": _consent,
    "consent_valid_to": _consent_valid_to,
    "meeting": _meeting,
    "meeting_held": _meeting_held,
    "invitation_sent": _invitation_sent,
    "follow_up": _follow_up,
    "admission": _of_discharge("admitted_at"),
    "planned_discharge": _of_discharge("planned_discharge_at"),
    "ready_notice": _of_discharge("ready_received_at"),
    "discharged": _of_discharge("discharged_at"),
}

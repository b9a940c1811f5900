"""From an outbox item's ids to a mail: who gets it, which link, which meeting.

One mail goes to one place: the person who has the task, else the unit's own address, else those
of the unit who have the role.
"""

from __future__ import annotations

from sip_workflow.domain.mail import CANCEL, REQUEST, CalendarEvent, Mail, compose
from sip_workflow.domain.rows import OutboxItem
from sip_workflow.store import Transaction

_CALENDAR = {"invitation": REQUEST, "invitation_changed": REQUEST, "invitation_cancelled": CANCEL}

_INVITING = ("invitation", "invitation_changed")


class NoReceiver(LookupError):
    """Nobody at the unit has an address."""


class NoLongerTrue(LookupError):
    """What the mail would say is over, so that it is not to be sent."""


def demand_true(tx: Transaction, *, item: OutboxItem) -> None:
    """Raise ``NoLongerTrue`` for a mail that would invite to what has been recalled, or is past."""
    if item.payload["kind"] in _INVITING:
        invitation = tx.invitations.get(item.payload["invitation"])
        if invitation.ended_at is not None:
            raise NoLongerTrue(invitation.id)


def mail_for(tx: Transaction, *, item: OutboxItem, base_url: str) -> Mail:
    """The mail of an outbox item. Raises ``NoReceiver``."""
    payload = item.payload
    kind = payload["kind"]
    return compose(
        kind=kind,
        key=item.key,
        to=_receivers(tx, payload=payload),
        case_number=item.case_id or "",
        link=f"{base_url}/inbox?case={item.case_id}",
        at=item.created_at,
        task=_task_name(tx, payload=payload),
        calendar=_calendar(tx, item=item) if kind in _CALENDAR else None,
    )


def _task_name(tx: Transaction, *, payload: dict[str, str]) -> str | None:
    """The task that an escalation is about, by its name in the diagram."""
    if "escalation" not in payload:
        return None
    task_id = tx.escalations.get(payload["escalation"]).task_id
    return tx.tasks.get(task_id).name if task_id is not None else None


def _receivers(tx: Transaction, *, payload: dict[str, str]) -> list[str]:
    if payload.get("user"):
        user = tx.users.find_one(username=payload["user"])
        if user is not None and user.email:
            return [user.email]
    unit = tx.units.get(payload["unit"])
    role = payload.get("role")
    if role is None and unit.email:
        return [unit.email]
    members = tx.memberships.find(unit_id=unit.id, order_by="user_id")
    ids = [row.user_id for row in members if role is None or role in row.roles]
    addresses = [user.email for user in tx.users.find(id=ids, order_by="username") if user.email]
    if not addresses and unit.email:
        addresses = [unit.email]
    if not addresses:
        raise NoReceiver(unit.id)
    return addresses


def _calendar(tx: Transaction, *, item: OutboxItem) -> CalendarEvent:
    invitation = tx.invitations.get(item.payload["invitation"])
    meeting = tx.meetings.get(invitation.meeting_id)
    case = tx.cases.get(invitation.case_id)
    kind = item.payload["kind"]
    earlier = tx.invitations.find(
        case_id=case.id, unit_id=invitation.unit_id, purpose=invitation.purpose, order_by=("sent_at", "round")
    )
    return CalendarEvent(
        uid=f"{case.id}-{invitation.purpose}-{invitation.unit_id}",
        method=_CALENDAR[kind],
        # Each invitation of the unit to this kind of meeting comes after the one before and its recall.
        sequence=2 * [row.id for row in earlier].index(invitation.id) + (kind == "invitation_cancelled"),
        case_number=case.id,
        starts_at=meeting.starts_at,
        minutes=meeting.minutes,
    )

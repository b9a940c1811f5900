"""What the outside sees: JSON-ready dicts in the shape of the API's contract.

Times are ISO 8601 in local time with offset. Each view takes rows that the actor may see;
who may see what is decided in ``access``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sip_workflow.domain.rows import HistoryItem, Instance, Task
from sip_workflow.domain.sip import Action, Consent, Escalation, FollowUp, Invitation, Meeting, Person, Plan
from sip_workflow.store import Transaction

View = dict[str, Any]


def when(moment: datetime | None, *, zone: ZoneInfo) -> str | None:
    """A moment as local ISO 8601 with offset."""
    return moment.astimezone(zone).isoformat() if moment is not None else None


def task_view(task: Task, *, unit_name: str, zone: ZoneInfo) -> View:
    """A user task as in lists."""
    return {
        "id": task.id,
        "case_id": task.case_id,
        "instance_id": task.instance_id,
        "process_id": task.process_id,
        "element_id": task.element_id,
        "name": task.name,
        "form_key": task.form_key,
        "unit": task.unit_id,
        "unit_name": unit_name,
        "role": task.role,
        "assignee": task.assignee,
        "opened_at": when(task.opened_at, zone=zone),
        "due_at": when(task.due_at, zone=zone),
        "state": task.state,
        "version": task.version,
    }


def least_of_person_view(person: Person) -> View:
    """What a unit may know before it has acknowledged: a name, and not even that of a protected person."""
    return {"name": person.name if person.protected == "no" else None, "protected": person.protected}


def person_of_invited_view(person: Person) -> View:
    """What an invited unit needs: who it is and how to talk, not where the person lives."""
    return {key: value for key, value in person_view(person).items() if key != "address"}


def person_view(person: Person) -> View:
    """The person, for those who may see the case."""
    return {
        "id_type": person.id_type,
        "id": person.id_number,
        "name": person.name,
        "birth_date": person.birth_date.isoformat() if person.birth_date else None,
        "address": person.address,
        "municipality": person.municipality,
        "protected": person.protected,
        "language": person.language,
        "interpreter": person.interpreter,
    }


def consent_view(consent: Consent, *, zone: ZoneInfo) -> View:
    """A talk about consent and what came of it."""
    return {
        "id": consent.id,
        "attempt": consent.attempt,
        "state": consent.state,
        "information_exchange": consent.information_exchange,
        "plan": consent.plan,
        "given_by": consent.given_by,
        "form": consent.answers.get("form"),
        "scope_units": consent.scope_units,
        "scope_areas": consent.answers.get("scope_areas"),
        "excluded": consent.answers.get("excluded", {}),
        "includes_passing_on": consent.includes_passing_on,
        "valid_to": consent.valid_to.isoformat() if consent.valid_to else None,
        "recorded_at": when(consent.recorded_at, zone=zone),
        "ended_at": when(consent.ended_at, zone=zone),
    }


def invitation_view(invitation: Invitation, *, zone: ZoneInfo) -> View:
    """An invitation and its reply."""
    return {
        "id": invitation.id,
        "unit": invitation.unit_id,
        "kind": invitation.kind,
        "purpose": invitation.purpose,
        "round": invitation.round,
        "state": invitation.state,
        "participant": invitation.participant,
        "content": invitation.content,
        "reply": invitation.reply,
        "previous": invitation.previous_id,
        "sent_at": when(invitation.sent_at, zone=zone),
        "acknowledged_at": when(invitation.acknowledged_at, zone=zone),
        "delegated_at": when(invitation.delegated_at, zone=zone),
        "replied_at": when(invitation.replied_at, zone=zone),
        "ended_at": when(invitation.ended_at, zone=zone),
    }


def meeting_view(meeting: Meeting, *, zone: ZoneInfo, record: bool) -> View:
    """A meeting; its record only for those who see the whole case."""
    return {
        "id": meeting.id,
        "purpose": meeting.purpose,
        "round": meeting.round,
        "state": meeting.state,
        "starts_at": when(meeting.starts_at, zone=zone),
        "minutes": meeting.minutes,
        "mode": meeting.mode,
        "place": meeting.place,
        "link": meeting.link,
        "held_at": when(meeting.held_at, zone=zone),
        "record": meeting.record if record else {},
    }


def own_part_view(tx: Transaction, plan: Plan, *, units: Collection[str], zone: ZoneInfo) -> View:
    """What concerns some units of a plan: their own actions, who is responsible, when it is followed up."""
    return {
        "id": plan.id,
        "version": plan.version,
        "written_at": when(plan.written_at, zone=zone),
        "overall_principal": plan.overall_principal,
        "overall_unit": plan.overall_unit_id,
        "if_not_working": plan.content.get("if_not_working"),
        "goals": [],
        "actions": [
            action_view(row)
            for row in tx.actions.find(plan_id=plan.id, order_by="position")
            if row.unit_id in units
        ],
        "copies": [],
        "follow_up": {"at": when(plan.follow_up_at, zone=zone), "place": plan.follow_up_place},
    }


def action_view(action: Action) -> View:
    """An action of a plan."""
    return {
        "what": action.what,
        "carried_out_by": action.carried_out_by,
        "responsible": action.responsible,
        "unit": action.unit_id,
        "status": action.status,
        **action.content,
    }


def plan_view(tx: Transaction, plan: Plan, *, zone: ZoneInfo, copies: bool) -> View:
    """A version of the plan with its goals and actions, and who got it for those who see the whole case."""
    given = tx.plan_copies.find(plan_id=plan.id, order_by="who") if copies else []
    return {
        "id": plan.id,
        "version": plan.version,
        "written_at": when(plan.written_at, zone=zone),
        "overall_principal": plan.overall_principal,
        "overall_unit": plan.overall_unit_id,
        **plan.content,
        "goals": [
            {"goal": row.goal, "term": row.term, **row.content}
            for row in tx.goals.find(plan_id=plan.id, order_by="position")
        ],
        "actions": [action_view(row) for row in tx.actions.find(plan_id=plan.id, order_by="position")],
        "copies": [
            {"who": row.who, "unit": row.unit_id, "copy": row.copy, "sent_at": when(row.sent_at, zone=zone)}
            for row in given
        ],
        "follow_up": {"at": when(plan.follow_up_at, zone=zone), "place": plan.follow_up_place},
    }


def follow_up_view(follow_up: FollowUp, *, zone: ZoneInfo) -> View:
    """A follow-up and what it came to."""
    return {
        "id": follow_up.id,
        "number": follow_up.number,
        "state": follow_up.state,
        "due_at": when(follow_up.due_at, zone=zone),
        "place": follow_up.place,
        "held_at": when(follow_up.held_at, zone=zone),
        "outcome": follow_up.outcome,
        "answers": follow_up.answers,
    }


def instance_view(instance: Instance) -> View:
    """An instance: which process, and where it stands."""
    return {
        "id": instance.id,
        "process_id": instance.process_id,
        "unit": instance.unit_id,
        "state": instance.status,
        "version": instance.version,
    }


def history_view(item: HistoryItem, *, zone: ZoneInfo) -> View:
    """An item of the history."""
    return {
        "at": when(item.at, zone=zone),
        "type": item.type,
        "process_id": item.process_id,
        "instance_id": item.instance_id,
        "element_id": item.element_id,
        "actor": item.actor,
        "data": item.data,
    }


def escalation_view(escalation: Escalation, *, zone: ZoneInfo) -> View:
    """A level that was told; no person in it."""
    return {
        "id": escalation.id,
        "case_id": escalation.case_id,
        "kind": escalation.kind,
        "level": escalation.level,
        "about": escalation.about,
        "task_id": escalation.task_id,
        "instance_id": escalation.instance_id,
        "addressed_to": {
            "unit": escalation.addressed_unit_id,
            "role": escalation.addressed_role,
            "user": escalation.addressed_user,
        },
        "raised_at": when(escalation.raised_at, zone=zone),
        "handled_at": when(escalation.handled_at, zone=zone),
    }


def deadlines_view(tasks: Iterable[Task], *, zone: ZoneInfo) -> list[View]:
    """What is due in a case, the first due first."""
    due = sorted((task for task in tasks if task.due_at is not None), key=lambda task: str(task.due_at))
    return [
        {
            "kind": task.deadline,
            "task_id": task.id,
            "element_id": task.element_id,
            "due_at": when(task.due_at, zone=zone),
        }
        for task in due
    ]

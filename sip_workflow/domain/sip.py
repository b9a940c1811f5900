"""What is true of a case: records, one to a table row.

Field names are the column names. ``id`` columns are opaque strings; times are aware
UTC; ``dict`` and ``list`` fields are JSON. Codes are those of the forms.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """The person whose plan it is. ``protected``: no, marked or registration."""

    id: str
    id_type: str
    id_number: str | None
    name: str
    municipality: str
    birth_date: date | None = None
    address: str | None = None
    protected: str = "no"
    language: str | None = None
    interpreter: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A SIP case or a discharge (they share one case). ``id`` is the case number shown to people.

    ``coordinator_role`` is ``coordinator``, or ``care_contact`` in a discharge case (2017:612 4:3).
    ``needed_at`` is when the need was seen.
    """

    id: str
    person_id: str
    guideline: str
    bundle_hash: str
    initiating_unit_id: str
    coordinator_unit_id: str
    coordinator_role: str
    opened_at: datetime
    coordinator: str | None = None
    overall_unit_id: str | None = None
    overall_contact: str | None = None
    leader: str | None = None
    urgency: str = "normal"
    needed_at: datetime | None = None
    consent_attempts: int = 0
    closing_reason: str | None = None
    closing_decided: str | None = None
    closed_at: datetime | None = None
    previous_case_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A unit's part in a case; access is worked out from it (never from the organisation alone).

    ``part``: initiator, coordinator, care_contact, overall_responsible, invited, ward, notified,
    closing, escalation. ``until`` is when it ended.
    """

    id: str
    case_id: str
    unit_id: str
    part: str
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """One talk about consent. ``state``: given, hesitant, refused, unable, withdrawn, ended."""

    id: str
    case_id: str
    attempt: int
    state: str
    information_exchange: str
    plan: str
    given_by: str
    answers: dict[str, Any]
    recorded_at: datetime
    recorded_by: str
    scope_units: list[Any] = field(default_factory=list)
    excluded_units: list[str] = field(default_factory=list)
    includes_passing_on: bool = False
    valid_to: date | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """A planned or held meeting.

    ``purpose``: sip or follow_up. ``state``: planned, held, not_held, cancelled.
    """

    id: str
    case_id: str
    purpose: str
    round: int
    starts_at: datetime
    state: str
    minutes: int = 60
    mode: str = "physical"
    place: str | None = None
    link: str | None = None
    record: dict[str, Any] = field(default_factory=dict)
    held_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """An invitation of one unit in one round.

    ``kind``: called or invited. ``state``: sent, acknowledged, misdirected, delegated, passing_on,
    released, declined, attends, substitute, unable, held, missed, cancelled.
    ``participant`` is a username. ``previous_id``: the invitation it was passed on from.
    """

    id: str
    case_id: str
    meeting_id: str
    unit_id: str
    round: int
    kind: str
    purpose: str
    state: str
    sent_at: datetime
    content: dict[str, Any] = field(default_factory=dict)
    reply: dict[str, Any] = field(default_factory=dict)
    participant: str | None = None
    previous_id: str | None = None
    acknowledged_at: datetime | None = None
    delegated_at: datetime | None = None
    replied_at: datetime | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A version of the plan. The law's four items are ``actions`` (1, 2, 3) and ``overall_principal`` (4)."""

    id: str
    case_id: str
    version: int
    written_at: datetime
    overall_principal: str
    overall_unit_id: str
    content: dict[str, Any]
    follow_up_at: datetime | None = None
    follow_up_place: str | None = None
    replaced_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """A goal of a plan. ``term``: long or short."""

    id: str
    plan_id: str
    position: int
    goal: str
    term: str
    content: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """An action of a plan. ``status``: decided or proposed."""

    id: str
    plan_id: str
    position: int
    what: str
    carried_out_by: str
    responsible: str
    status: str
    unit_id: str | None = None
    content: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanCopy:
    """Who got which version of the plan. ``copy``: whole, own_part or none."""

    id: str
    plan_id: str
    case_id: str
    who: str
    copy: str
    sent_at: datetime
    unit_id: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """A follow-up. ``state``: planned, called, held, cancelled. ``due_at`` is the date set first."""

    id: str
    case_id: str
    plan_id: str
    number: int
    due_at: datetime
    state: str
    place: str | None = None
    held_at: datetime | None = None
    outcome: str | None = None
    answers: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalation:
    """A level that was told, once. ``about`` is the element it concerns in instance ``instance_id``.

    Unique by (instance_id, about, kind, level, occasion): ``occasion`` is the instant at which the level
    was due, so a step entered anew with the same deadline is not told again.
    ``level``: reminder, manager, process_owner.
    """

    id: str
    case_id: str
    instance_id: str
    kind: str
    level: str
    about: str
    occasion: datetime
    addressed_unit_id: str
    addressed_role: str
    raised_at: datetime
    task_id: str | None = None
    addressed_user: str | None = None
    handled_at: datetime | None = None
    handling: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deviation:
    """A draft deviation for the region's own system; no person in it.

    ``state``: draft, submitted, discarded.
    """

    id: str
    case_id: str
    escalation_id: str
    state: str
    drafted_at: datetime
    content: dict[str, Any] = field(default_factory=dict)
    decided_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingRecord:
    """One principal's record of the closing. ``state``: open, recorded, missing."""

    id: str
    case_id: str
    principal_id: str
    unit_id: str
    round: int
    state: str
    started_at: datetime
    recorded_at: datetime | None = None
    agreement: str | None = None
    own_assessment: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Discharge:
    """A patient's stay, from admission notice to discharge (2017:612).

    ``sender_unit_id`` is the unit that sent the notice; (sender_unit_id, external_id) is unique.
    ``state``: admitted, ready, discharged, cancelled, deceased. ``received_at`` is when the notice
    reached us, ``ready_at`` what the ward said, ``ready_received_at`` when that reached us.
    ``sip_answer``: accepted, declined, unable or None.
    """

    id: str
    external_id: str
    sender_unit_id: str
    case_id: str
    hospital_unit_id: str
    outpatient_unit_id: str
    admitted_at: datetime
    planned_discharge_at: datetime
    needs: list[str]
    planning_form: str
    state: str
    received_at: datetime
    content_hash: str
    assessed_at: datetime | None = None
    paying_municipality: str | None = None
    ready_at: datetime | None = None
    ready_received_at: datetime | None = None
    ready_round: int = 0
    discharged_at: datetime | None = None
    sip_offered_at: datetime | None = None
    sip_answer: str | None = None
    care_contact: str | None = None
    invited_at: datetime | None = None
    information: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class DischargeEvent:
    """An event that the ward reported. ``key`` makes a repeat recognisable."""

    id: str
    discharge_id: str
    key: str
    type: str
    at: datetime
    received_at: datetime
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class DischargeUnit:
    """A unit that got the admission notice.

    ``state``: notified, acknowledged, misdirected, planned, not_needed.
    """

    id: str
    discharge_id: str
    unit_id: str
    state: str
    notified_at: datetime
    acknowledged_at: datetime | None = None
    planning: dict[str, Any] = field(default_factory=dict)

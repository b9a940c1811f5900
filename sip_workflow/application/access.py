"""Who may see what: by the unit's part in the case, within the consent's scope and time. Deny by default.

Rules: the API's contract, last paragraph; S4-12, S2-20, PDL 4:1–2 (domain.md 1.5, 1.6). What is not
allowed looks as if it did not exist.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from sip_workflow.domain.register import Actor, Role, Unit
from sip_workflow.domain.rows import Task
from sip_workflow.domain.sip import Case, Consent, Invitation, Part
from sip_workflow.store import Transaction

# An invitation in one of these states never was the unit's, or is so no more.
NOT_THEIRS = frozenset({"misdirected", "released", "declined", "cancelled", "changed"})
WHOLE_CASE = frozenset({"initiator", "coordinator", "care_contact", "overall_responsible"})
NOTICE = frozenset({"ward", "notified"})
CASE_ROLES = frozenset(
    {
        Role.CASE_WORKER,
        Role.COORDINATOR,
        Role.MEETING_LEADER,
        Role.RECEIVER,
        Role.PARTICIPANT,
        Role.MANAGER,
        Role.CARE_CONTACT,
    }
)
STEERING_ROLES = frozenset({Role.COORDINATOR, Role.CASE_WORKER, Role.CARE_CONTACT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What an actor may see of a case.

    ``whole``: all of it. ``invitations``: the ids of the unit's own, with what was sent with them.
    ``plans``: the plan versions that the unit got a copy of, and whether ``whole`` or ``own_part``.
    ``notice``: the discharge and its state. ``units``: the actor's units.
    """

    whole: bool = False
    invitations: frozenset[str] = frozenset()
    plans: Mapping[str, str] = field(default_factory=dict)
    notice: bool = False
    units: frozenset[str] = frozenset()

    @property
    def nothing(self) -> bool:
        """Whether the case is to look as if it did not exist."""
        return not (self.whole or self.invitations or self.plans or self.notice)


def consent_in_force(tx: Transaction, *, case: Case, now: datetime, zone: ZoneInfo) -> Consent | None:
    """The consent that sharing stands on now, or None."""
    given = tx.consents.find(case_id=case.id, state="given", ended_at=None, order_by="recorded_at")
    return given[-1] if given and is_in_force(given[-1], now=now, zone=zone) else None


def is_in_force(consent: Consent, *, now: datetime, zone: ZoneInfo) -> bool:
    """Given, not ended, and its last day has not passed."""
    if consent.state != "given" or consent.ended_at is not None:
        return False
    return consent.valid_to is None or now.astimezone(zone).date() <= consent.valid_to


def covered_by_consent(consent: Consent, *, unit: Unit) -> bool:
    """Whether the consent covers the unit: named by id or name, and not excluded.

    Another legal ground than consent has no list of units (OSL 25:12, 26:9; domain.md 1.5).
    """
    names = {unit.id, unit.name}
    if names & set(consent.excluded_units):
        return False
    return consent.information_exchange == "other_ground" or bool(names & set(consent.scope_units))


def sight(tx: Transaction, *, actor: Actor, case: Case, now: datetime, zone: ZoneInfo) -> Sight:
    """What the actor may see of the case now."""
    parts = tx.parts.find(case_id=case.id, unit_id=sorted(actor.units), until=None)
    if _sees_whole(actor, parts):
        return Sight(whole=True, units=actor.units)
    units = {part.unit_id for part in parts if _has_any(actor, unit_id=part.unit_id, roles=CASE_ROLES)}
    return Sight(
        invitations=_own_invitations(tx, case=case, units=units, now=now, zone=zone),
        plans=_own_copies(tx, actor=actor, case=case),
        notice=any(
            part.part in NOTICE and _has_any(actor, unit_id=part.unit_id, roles=CASE_ROLES | {Role.DISCHARGE})
            for part in parts
        ),
        units=actor.units,
    )


def _own_copies(tx: Transaction, *, actor: Actor, case: Case) -> Mapping[str, str]:
    """What was sent to the actor's units as a copy; it stays theirs, also after a withdrawal."""
    copies = tx.plan_copies.find(case_id=case.id, unit_id=sorted(actor.units), order_by="sent_at")
    return {
        copy.plan_id: copy.copy
        for copy in copies
        if copy.copy != "none" and _has_any(actor, unit_id=copy.unit_id or "", roles=CASE_ROLES)
    }


def _sees_whole(actor: Actor, parts: Iterable[Part]) -> bool:
    return any(
        part.part in WHOLE_CASE and _has_any(actor, unit_id=part.unit_id, roles=CASE_ROLES) for part in parts
    )


def _own_invitations(
    tx: Transaction, *, case: Case, units: set[str], now: datetime, zone: ZoneInfo
) -> frozenset[str]:
    """The units' invitations that are still theirs, while the consent is in force and covers them."""
    if not units:
        return frozenset()
    consent = consent_in_force(tx, case=case, now=now, zone=zone)
    if consent is None:
        return frozenset()
    found: list[Invitation] = tx.invitations.find(case_id=case.id, unit_id=sorted(units))
    rows = [row for row in found if row.state not in NOT_THEIRS]
    covered = {
        unit_id
        for unit_id in {row.unit_id for row in rows}
        if covered_by_consent(consent, unit=tx.units.get(unit_id))
    }
    return frozenset(row.id for row in rows if row.unit_id in covered)


def steers(tx: Transaction, *, actor: Actor, case: Case) -> bool:
    """Whether the actor may tell the case something: its coordinator, case worker or overall responsible."""
    parts = tx.parts.find(case_id=case.id, unit_id=sorted(actor.units), until=None)
    return any(
        part.part in WHOLE_CASE and _has_any(actor, unit_id=part.unit_id, roles=STEERING_ROLES)
        for part in parts
    )


def may_do(actor: Actor, *, task: Task) -> bool:
    """Whether the task is the actor's to do: the role at the unit it is addressed to."""
    return actor.has(role=task.role, unit_id=task.unit_id)


def _has_any(actor: Actor, *, unit_id: str, roles: Iterable[str]) -> bool:
    return bool(actor.roles.get(unit_id, frozenset()) & set(roles))

"""A case as one actor may see it: the whole of it, or the unit's own part."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from sip_workflow.application.access import Sight
from sip_workflow.application.anchors import discharge_of
from sip_workflow.application.core import Core
from sip_workflow.application.discharge_view import discharge_view
from sip_workflow.application.views import (
    View,
    consent_view,
    deadlines_view,
    follow_up_view,
    instance_view,
    invitation_view,
    least_of_person_view,
    meeting_view,
    own_part_view,
    person_of_invited_view,
    person_view,
    plan_view,
    when,
)
from sip_workflow.domain.sip import Case, Invitation
from sip_workflow.store import Transaction


def case_view(core: Core, tx: Transaction, *, case: Case, seen: Sight) -> View:
    """The contract's shape; what the actor may not see is empty or null."""
    zone = core.zone
    view: View = {
        "id": case.id,
        "state": "closed" if case.closed_at is not None else "open",
        "closing_reason": case.closing_reason if seen.whole else None,
        "guideline": case.guideline,
        "opened_at": when(case.opened_at, zone=zone),
        "closed_at": when(case.closed_at, zone=zone),
        "initiating_unit": case.initiating_unit_id,
        "coordinator_unit": case.coordinator_unit_id,
        "coordinator": case.coordinator,
        "leader": case.leader if seen.whole else None,
        "overall_unit": case.overall_unit_id,
        "overall_contact": case.overall_contact,
        "person": None,
        "consents": [],
        "invitations": [],
        "meetings": [],
        "plan": None,
        "follow_ups": [],
        "instances": [],
        "deadlines": [],
        "discharge": None,
    }
    if seen.whole:
        _fill_whole(core, tx, view, case=case)
    else:
        _fill_part(core, tx, view, case=case, seen=seen)
    return view


def _fill_whole(core: Core, tx: Transaction, view: View, *, case: Case) -> None:
    zone = core.zone
    view["person"] = person_view(tx.persons.get(case.person_id))
    view["consents"] = [
        consent_view(row, zone=zone) for row in tx.consents.find(case_id=case.id, order_by="recorded_at")
    ]
    view["invitations"] = [
        invitation_view(row, zone=zone)
        for row in tx.invitations.find(case_id=case.id, order_by=("round", "sent_at", "id"))
    ]
    view["meetings"] = [
        meeting_view(row, zone=zone, record=True)
        for row in tx.meetings.find(case_id=case.id, order_by="round")
    ]
    plans = tx.plans.find(case_id=case.id, order_by="version")
    view["plan"] = plan_view(tx, plans[-1], zone=zone, copies=True) if plans else None
    view["follow_ups"] = [
        follow_up_view(row, zone=zone) for row in tx.follow_ups.find(case_id=case.id, order_by="number")
    ]
    view["instances"] = [
        instance_view(row) for row in tx.instances.find(case_id=case.id, order_by=("started_at", "id"))
    ]
    view["deadlines"] = deadlines_view(tx.tasks.find(case_id=case.id, state="open"), zone=zone)
    view["discharge"] = _discharge(core, tx, case=case, units=None)


def _fill_part(core: Core, tx: Transaction, view: View, *, case: Case, seen: Sight) -> None:
    zone = core.zone
    person = tx.persons.get(case.person_id)
    if seen.invitations:
        rows = tx.invitations.find(id=sorted(seen.invitations), order_by=("round", "sent_at", "id"))
        acknowledged = any(row.acknowledged_at is not None for row in rows)
        view["person"] = person_of_invited_view(person) if acknowledged else least_of_person_view(person)
        view["invitations"] = [_own_invitation(row, zone=zone) for row in rows]
        meetings = tx.meetings.find(id=sorted({row.meeting_id for row in rows}), order_by="round")
        view["meetings"] = [meeting_view(row, zone=zone, record=False) for row in meetings]
    if seen.plans:
        plan = tx.plans.find(id=sorted(seen.plans), order_by="version")[-1]
        whole = seen.plans[plan.id] == "whole"
        view["plan"] = (
            plan_view(tx, plan, zone=zone, copies=False)
            if whole
            else own_part_view(tx, plan, units=seen.units, zone=zone)
        )
    if seen.notice:
        view["person"] = person_view(person)
        view["discharge"] = _discharge(core, tx, case=case, units=seen.units)


def _own_invitation(row: Invitation, *, zone: ZoneInfo) -> View:
    """What was sent with an invitation is for whoever has acknowledged it (rules A, S4-7)."""
    view = invitation_view(row, zone=zone)
    return view if row.acknowledged_at is not None else {**view, "content": {}}


def _discharge(core: Core, tx: Transaction, *, case: Case, units: frozenset[str] | None) -> View | None:
    discharge = discharge_of(tx, case=case)
    return discharge_view(core, tx, discharge, case=case, units=units) if discharge is not None else None

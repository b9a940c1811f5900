"""A case as one actor may see it: the whole of it, or the unit's own part."""

from __future__ import annotations

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
    meeting_view,
    person_view,
    plan_view,
    when,
)
from sip_workflow.domain.sip import Case
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
    view["plan"] = plan_view(tx, plans[-1], zone=zone) if plans else None
    view["follow_ups"] = [
        follow_up_view(row, zone=zone) for row in tx.follow_ups.find(case_id=case.id, order_by="number")
    ]
    view["instances"] = [
        instance_view(row) for row in tx.instances.find(case_id=case.id, order_by=("started_at", "id"))
    ]
    view["deadlines"] = deadlines_view(tx.tasks.find(case_id=case.id, state="open"), zone=zone)
    view["discharge"] = _discharge(core, tx, case=case)


def _fill_part(core: Core, tx: Transaction, view: View, *, case: Case, seen: Sight) -> None:
    zone = core.zone
    if seen.invitations:
        rows = tx.invitations.find(id=sorted(seen.invitations), order_by=("round", "sent_at", "id"))
        view["invitations"] = [invitation_view(row, zone=zone) for row in rows]
        meetings = tx.meetings.find(id=sorted({row.meeting_id for row in rows}), order_by="round")
        view["meetings"] = [meeting_view(row, zone=zone, record=False) for row in meetings]
    if seen.invitations or seen.notice:
        view["person"] = person_view(tx.persons.get(case.person_id))
    if seen.plans:
        plans = tx.plans.find(id=sorted(seen.plans), order_by="version")
        view["plan"] = plan_view(tx, plans[-1], zone=zone)
    if seen.notice:
        view["discharge"] = _discharge(core, tx, case=case)


def _discharge(core: Core, tx: Transaction, *, case: Case) -> View | None:
    discharge = discharge_of(tx, case=case)
    return discharge_view(core, tx, discharge, case=case) if discharge is not None else None

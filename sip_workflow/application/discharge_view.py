"""A discharge as the hospital sees it: state, times, the law's clocks, the SIP's state (lag 2017:612)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sip_workflow.application.core import Core
from sip_workflow.application.stay import STATUTORY_DEADLINE, STOPPED, call_is_due, sip_is_due
from sip_workflow.application.views import View, when
from sip_workflow.domain.deadlines import (
    admission_notice_due_at,
    invitation_due_at,
    municipality_pays_from,
)
from sip_workflow.domain.sip import Case, Discharge, DischargeUnit
from sip_workflow.store import Transaction

# Of another unit's planning the ward and the others see how much there is to plan, not the text.
_SHARED_PLANNING = ("level", "available_from", "sip_needed")


def discharge_view(
    core: Core, tx: Transaction, discharge: Discharge, *, case: Case, units: frozenset[str] | None
) -> View:
    """The contract's shape, with what each receiving unit has answered.

    ``units`` are the units of whoever looks; None for those who see the whole case.
    """
    zone = core.zone
    notices = _notices(tx, discharge)
    rows = tx.discharge_units.find(discharge_id=discharge.id, order_by="unit_id")
    return {
        "external_id": discharge.external_id,
        "case_id": discharge.case_id,
        "state": discharge.state,
        "hospital_unit": discharge.hospital_unit_id,
        "outpatient_unit": discharge.outpatient_unit_id,
        "needs": discharge.needs,
        "planning_form": discharge.planning_form,
        "paying_municipality": discharge.paying_municipality,
        "admitted_at": when(discharge.admitted_at, zone=zone),
        "assessed_at": when(discharge.assessed_at, zone=zone),
        "received_at": when(discharge.received_at, zone=zone),
        "planned_discharge_at": when(discharge.planned_discharge_at, zone=zone),
        "ready_at": when(discharge.ready_at, zone=zone),
        "ready_received_at": when(discharge.ready_received_at, zone=zone),
        "discharged_at": when(discharge.discharged_at, zone=zone),
        "invited_at": when(discharge.invited_at, zone=zone),
        "care_contact": discharge.care_contact,
        "notice_was_late": any(notice.received_at > notice.due_at for notice in notices),
        "deadlines": {
            "admission_notice_due_at": when(notices[-1].due_at, zone=zone),
            **_clocks(core, tx, discharge, case=case),
        },
        "sip": _sip(discharge, case=case),
        "units": [
            {
                "unit": row.unit_id,
                "state": row.state,
                "notified_at": when(row.notified_at, zone=zone),
                "acknowledged_at": when(row.acknowledged_at, zone=zone),
                "planning": row.planning if units is None or row.unit_id in units else _shared(row),
            }
            for row in rows
        ],
        "information": discharge.information,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class _Notice:
    """A notice of needs: when it was due, and when it came."""

    due_at: datetime
    received_at: datetime


def _notices(tx: Transaction, discharge: Discharge) -> list[_Notice]:
    """The admission notice and each later notice of needs: 24 hours from each assessment (2:3)."""
    first = admission_notice_due_at(admitted_at=discharge.admitted_at, assessed_at=discharge.assessed_at)
    notices = [_Notice(due_at=first, received_at=discharge.received_at)]
    for event in tx.discharge_events.find(
        discharge_id=discharge.id, type="needs_changed", order_by="received_at"
    ):
        assessed_at = datetime.fromisoformat(event.data["assessed_at"]).astimezone(UTC)
        due_at = admission_notice_due_at(admitted_at=discharge.admitted_at, assessed_at=assessed_at)
        notices.append(_Notice(due_at=due_at, received_at=event.received_at))
    return notices


def _clocks(core: Core, tx: Transaction, discharge: Discharge, *, case: Case) -> View:
    """The clocks of the ready notice (4:3, 5:4); null until it comes, and where they do not run (B14)."""
    ready, zone = discharge.ready_received_at, core.zone
    call_due = pays_from = None
    if ready is not None and discharge.state not in STOPPED:
        pays_from = municipality_pays_from(ready_received_at=ready, zone=zone).isoformat()
        if call_is_due(discharge, case=case):
            bundle = core.bundle(tx, bundle_hash=case.bundle_hash)
            rule = core.rule(bundle=bundle, kind=STATUTORY_DEADLINE, guideline=case.guideline)
            call_due = when(invitation_due_at(ready_received_at=ready, rule=rule, zone=zone), zone=zone)
    return {
        "invitation_due_at": call_due,
        "municipality_pays_from": pays_from,
    }


def _shared(row: DischargeUnit) -> View:
    return {key: row.planning[key] for key in _SHARED_PLANNING if key in row.planning}


def _sip(discharge: Discharge, *, case: Case) -> View:
    return {
        "case_id": case.id if discharge.sip_answer in ("accepted", "unable") else None,
        "due": sip_is_due(discharge),
        "offered": discharge.sip_offered_at is not None,
        "answer": discharge.sip_answer,
        "state": _sip_state(discharge, case=case),
    }


def _sip_state(discharge: Discharge, *, case: Case) -> str:
    if not sip_is_due(discharge):
        return "not_due"
    if discharge.sip_offered_at is None:
        return "not_offered"
    if discharge.sip_answer == "declined":
        return "declined"
    if case.closed_at is not None or case.closing_reason is not None:
        return "closed"
    return "invited" if discharge.invited_at is not None else "preparing"

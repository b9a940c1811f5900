"""What the ward reports during the stay, and what follows of it (lag 2017:612, rules B14, B17)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from sip_workflow.application.consenting import end_consents
from sip_workflow.application.inviting import recall_all
from sip_workflow.application.operations.admissions import lose_sight, new_receiver, tell_of_admission
from sip_workflow.application.operations.discharges import (
    NOT_ENDED,
    OFFERING_PROCESS,
    end_offer,
    offer_when_due,
)
from sip_workflow.application.operations.registry import Operation, Result, operation
from sip_workflow.application.parts import take_part
from sip_workflow.application.receiving import receiving_units
from sip_workflow.application.stay import call_is_due, sip_is_due
from sip_workflow.domain.messages import Message
from sip_workflow.domain.sip import Discharge, DischargeEvent

CALL_PROCESS = "discharge_call"
WARD_PROCESSES = ("discharge", OFFERING_PROCESS)


@operation("discharge.record_event")
def record_event(op: Operation) -> Result:
    """Take in one event of the ward; the units concerned are told."""
    event = op.tx.discharge_events.get(str(op.call.parameters["event"]))
    discharge = op.tx.discharges.get(event.discharge_id)
    _EVENTS[event.type](op, discharge, event)
    for unit in op.tx.discharge_units.find(discharge_id=discharge.id):
        if unit.state not in ("misdirected", "not_needed"):
            op.work.effect(
                effect="mail",
                key=f"event-{event.id}-{unit.unit_id}",
                payload={"kind": "notice", "unit": unit.unit_id},
            )
    return {}


def _planned_discharge_changed(op: Operation, discharge: Discharge, event: DischargeEvent) -> None:
    at = datetime.fromisoformat(event.data["planned_discharge_at"])
    op.tx.discharges.change(discharge.id, planned_discharge_at=at)


def _needs_changed(op: Operation, discharge: Discharge, event: DischargeEvent) -> None:
    """New needs: the units that come in are told, as at the admission (2:1, 2:3).

    The first notice's own clock (2:3) is left as it was; the event keeps when the new needs were assessed.
    """
    op.tx.discharges.change(discharge.id, needs=event.data["needs"])
    municipality = op.tx.persons.get(op.case.person_id).municipality
    wanted = {
        unit.id for unit in receiving_units(op.tx, needs=event.data["needs"], municipality=municipality)
    }
    rows = op.tx.discharge_units.find(discharge_id=discharge.id, order_by="unit_id")
    for row in rows:
        if row.unit_id not in wanted and row.state in ("notified", "acknowledged"):
            op.tx.discharge_units.change(row.id, state="not_needed")
            op.send(Message(name="discharge_stopped", correlation=row.id))
        if row.unit_id not in wanted:
            lose_sight(op, discharge, unit_id=row.unit_id)
    for unit_id in sorted(wanted - {row.unit_id for row in rows if row.state != "not_needed"}):
        tell_of_admission(op, discharge, new_receiver(op, discharge, unit_id=unit_id))
    changed = op.tx.discharges.get(discharge.id)
    offer_when_due(op, changed)
    if not sip_is_due(changed):
        end_offer(op, changed)
    if call_is_due(changed, case=op.case):
        begin_call(op, changed)
    else:
        op.send(Message(name="ready_notice_ended", correlation=discharge.id))


def _ready(op: Operation, discharge: Discharge, event: DischargeEvent) -> None:
    """The notice of 3:1. The three days of 4:3 run while a SIP is due and nobody has called yet."""
    op.tx.discharges.change(
        discharge.id,
        state="ready",
        ready_at=event.at,
        ready_received_at=event.received_at,
        ready_round=discharge.ready_round + 1,
    )
    begin_call(op, op.tx.discharges.get(discharge.id))


def begin_call(op: Operation, discharge: Discharge) -> None:
    """Let the three days run, if they are to and do not already (4:3)."""
    waits = discharge.ready_received_at is not None and discharge.invited_at is None
    if not (waits and call_is_due(discharge, case=op.case)):
        return
    if op.tx.instances.find_one(case_id=op.case.id, process_id=CALL_PROCESS, status=NOT_ENDED) is not None:
        return
    op.send(
        Message(
            name="ready_notice_given",
            correlation=discharge.id,
            payload={"id": discharge.id},
            unit_id=discharge.outpatient_unit_id,
            subject={"discharge": discharge.id},
        )
    )


def _ready_withdrawn(op: Operation, discharge: Discharge, event: DischargeEvent) -> None:
    """Both clocks stop; a new notice starts them anew (rules B17)."""
    op.tx.discharges.change(discharge.id, state="admitted", ready_at=None, ready_received_at=None)
    op.send(Message(name="ready_notice_ended", correlation=discharge.id))


def _transferred(op: Operation, discharge: Discharge, event: DischargeEvent) -> None:
    """The same discharge goes on at the new ward, with the old one's tasks (rules B17)."""
    unit_id = event.data["hospital_unit"]
    if discharge.state == "ready":
        _ready_withdrawn(op, discharge, event)
    for part in op.tx.parts.find(
        case_id=op.case.id, unit_id=discharge.hospital_unit_id, part="ward", until=None
    ):
        op.tx.parts.change(part.id, until=op.now)
    old = discharge.hospital_unit_id
    for task in op.tx.tasks.find(case_id=op.case.id, process_id=WARD_PROCESSES, unit_id=old, state="open"):
        # A draft of the old ward's staff is theirs; the new ward begins with an empty form.
        op.tx.tasks.change(task.id, unit_id=unit_id, assignee=None, draft=None, version=task.version + 1)
    op.tx.discharges.change(discharge.id, hospital_unit_id=unit_id)
    take_part(op.work, unit_id=unit_id, part="ward")


def _discharged(op: Operation, discharge: Discharge, event: DischargeEvent) -> None:
    op.tx.discharges.change(discharge.id, state="discharged", discharged_at=event.at)


def _deceased(op: Operation, discharge: Discharge, event: DischargeEvent) -> None:
    op.tx.discharges.change(discharge.id, state="deceased")
    _stop(op, discharge, message="person_deceased", reason="deceased")


def _cancelled(op: Operation, discharge: Discharge, event: DischargeEvent) -> None:
    op.tx.discharges.change(discharge.id, state="cancelled")
    _stop(op, discharge, message="case_cancelled", reason="discharge_cancelled")


def _stop(op: Operation, discharge: Discharge, *, message: str, reason: str) -> None:
    """Everything about the stay stops; a SIP that has begun stops too (rules B17)."""
    if op.case.closing_reason is None:
        op.work.change_case(closing_reason=reason, closing_decided="alone")
    op.send(Message(name=message, payload={"reason": reason}))
    # Whatever state its own process is in, nothing more is shared of the SIP.
    end_consents(op, state="ended")
    recall_all(op)
    end_offer(op, discharge)
    op.send(Message(name="ready_notice_ended", correlation=discharge.id))
    for unit in op.tx.discharge_units.find(discharge_id=discharge.id, state=("notified", "acknowledged")):
        op.send(Message(name="discharge_stopped", correlation=unit.id))


_EVENTS: Mapping[str, Callable[[Operation, Discharge, DischargeEvent], None]] = {
    "planned_discharge_changed": _planned_discharge_changed,
    "needs_changed": _needs_changed,
    "ready_for_discharge": _ready,
    "ready_withdrawn": _ready_withdrawn,
    "transferred": _transferred,
    "discharged": _discharged,
    "deceased": _deceased,
    "discharge_cancelled": _cancelled,
}

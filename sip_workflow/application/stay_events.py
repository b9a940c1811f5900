"""Which event of a stay may come when: the order that 2017:612 presupposes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sip_workflow.domain.refusals import FieldError, InvalidInput, Refusal
from sip_workflow.domain.register import UnitKind
from sip_workflow.domain.sip import Discharge
from sip_workflow.store import Transaction

# Clocks of two systems are never quite equal.
_CLOCK_DIFFERENCE = timedelta(minutes=5)

_ALWAYS = frozenset(
    {
        "planned_discharge_changed",
        "needs_changed",
        "transferred",
        "deceased",
        "discharged",
        "discharge_cancelled",
    }
)
_ALLOWED: Mapping[str, frozenset[str]] = {
    "admitted": _ALWAYS | {"ready_for_discharge"},
    "ready": _ALWAYS | {"ready_withdrawn"},
}


class EventOutOfOrder(Refusal):
    """The event does not fit where the stay is."""

    type = "event_out_of_order"
    title = "Händelsen passar inte in"

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__(
            "Vårdtillfället är inte i ett läge där händelsen kan komma. Läs vårdtillfället och försök igen."
        )


def must_still_fit(discharge: Discharge, *, event: Mapping[str, Any]) -> bool:
    """Whether a known event that comes once more has to be judged anew.

    Who sends it must not think that it holds when the stay is over, or the ready notice was withdrawn since.
    """
    over = discharge.state not in _ALLOWED
    return over or (event["type"] == "ready_for_discharge" and discharge.state != "ready")


def check_event(tx: Transaction, *, discharge: Discharge, event: Mapping[str, Any], now: datetime) -> None:
    """Check an event against the stay. Raises ``EventOutOfOrder`` and ``InvalidInput``."""
    if event["type"] not in _ALLOWED.get(discharge.state, frozenset()):
        raise EventOutOfOrder
    at = datetime.fromisoformat(event["at"]).astimezone(UTC)
    if at > now + _CLOCK_DIFFERENCE:
        raise InvalidInput([FieldError(pointer="/at", message="Händelsen kan inte ligga i framtiden.")])
    if at < discharge.admitted_at:
        raise InvalidInput(
            [FieldError(pointer="/at", message="Händelsen kan inte ligga före inskrivningen.")]
        )
    if event["type"] == "ready_for_discharge":
        _check_ready(tx, discharge=discharge, at=at)
    if event["type"] == "ready_withdrawn" and discharge.ready_at is not None and at < discharge.ready_at:
        raise EventOutOfOrder
    if event["type"] == "planned_discharge_changed":
        planned = datetime.fromisoformat(event["planned_discharge_at"]).astimezone(UTC)
        if planned < discharge.admitted_at:
            message = "Utskrivningen kan inte vara före inskrivningen."
            raise InvalidInput([FieldError(pointer="/planned_discharge_at", message=message)])
    if event["type"] == "needs_changed":
        assessed_at = datetime.fromisoformat(event["assessed_at"]).astimezone(UTC)
        if not discharge.admitted_at <= assessed_at <= now + _CLOCK_DIFFERENCE:
            message = "Bedömningen ska ligga mellan inskrivningen och nu."
            raise InvalidInput([FieldError(pointer="/assessed_at", message=message)])
    if event["type"] == "transferred":
        _check_ward(tx, discharge=discharge, unit_id=event["hospital_unit"])


def _check_ready(tx: Transaction, *, discharge: Discharge, at: datetime) -> None:
    """A late copy of a notice that has been withdrawn since must not start the clocks again."""
    withdrawn = tx.discharge_events.find(discharge_id=discharge.id, type="ready_withdrawn", order_by="at")
    if withdrawn and at <= withdrawn[-1].at:
        raise EventOutOfOrder


def _check_ward(tx: Transaction, *, discharge: Discharge, unit_id: str) -> None:
    ward = tx.units.find_one(id=unit_id, kind=UnitKind.HOSPITAL_WARD)
    if ward is None or ward.id == discharge.hospital_unit_id:
        message = "Ange en annan vårdavdelning ur registret."
        raise InvalidInput([FieldError(pointer="/hospital_unit", message=message)])

"""Discharges: the admission notice, the ward's events, and where a stay is (lag 2017:612)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import orjson

from sip_workflow.application.access import sight
from sip_workflow.application.commands import finish, guarded, in_case
from sip_workflow.application.core import Core
from sip_workflow.application.discharge_view import discharge_view
from sip_workflow.application.parts import take_part
from sip_workflow.application.people import person_of
from sip_workflow.application.receiving import outpatient_unit, receiving_units
from sip_workflow.application.routing import route
from sip_workflow.application.stay_events import EventOutOfOrder, check_event, must_still_fit
from sip_workflow.application.views import View
from sip_workflow.application.work import CaseWork
from sip_workflow.domain.identifiers import new_case_number, new_id
from sip_workflow.domain.messages import Message
from sip_workflow.domain.refusals import FieldError, InvalidInput, NotFound, Refusal
from sip_workflow.domain.register import Actor, Role, UnitKind
from sip_workflow.domain.sip import Case, Discharge, DischargeEvent, DischargeUnit
from sip_workflow.store import Duplicate, Transaction

__all__ = ["Discharges", "EventOutOfOrder", "OtherContent"]


class OtherContent(Refusal):
    """The same external id was used for another notice."""

    type = "other_content"
    title = "Vårdtillfället finns redan med annat innehåll"

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__(
            "Skicka ändringar som händelser, eller använd ett nytt external_id för ett nytt vårdtillfälle."
        )


class Discharges:
    """What hospitals send and ask."""

    def __init__(self, core: Core) -> None:
        """Keep the core."""
        self._core = core

    def admit(self, *, notice: Mapping[str, Any], actor: Actor, now: datetime) -> tuple[View, bool]:
        """Take in an admission notice: (view, whether it was new).

        Raises ``NotFound`` for who may not send one, ``InvalidInput``, ``OtherContent``.
        """
        content_hash = _hash_of(notice)

        def command() -> tuple[View, bool]:
            with self._core.write() as tx:
                sender = self._sender(tx, notice=notice, actor=actor)
                known = tx.discharges.find_one(sender_unit_id=sender, external_id=notice["external_id"])
                if known is not None:
                    again = self._again(tx, known, content_hash=content_hash, actor=actor, now=now)
                    return again, False
                work = self._new(
                    tx, notice=notice, sender=sender, content_hash=content_hash, actor=actor, now=now
                )
                discharge_id = work.tx.discharges.find(case_id=work.case.id)[0].id
                message = Message(
                    name="admission_notice",
                    correlation=discharge_id,
                    payload={"id": discharge_id},
                    unit_id=notice["hospital_unit"],
                    subject={"discharge": discharge_id},
                )
                work.note("message_sent", message=message.name)
                view = finish(
                    work,
                    do=lambda work: route(work, message, must_arrive=True),
                    show=lambda work: self._show(
                        work.tx, work.tx.discharges.get(discharge_id), actor=actor, now=now
                    ),
                )
                return view, True

        try:
            return guarded(self._core, now=now, command=command)
        except Duplicate:
            if self._core.inside_another:
                raise  # the outer transaction is lost; its owner tries again
            # The same notice came in at the same time, and was first: answer as to a repeat.
            return guarded(self._core, now=now, command=command)

    def view(self, *, external_id: str, actor: Actor, now: datetime) -> View:
        """Where the stay is. Raises ``NotFound``."""
        with self._core.read() as tx:
            discharge = self._own(tx, external_id=external_id, actor=actor, now=now)
            return self._show(tx, discharge, actor=actor, now=now)

    def list(self, *, actor: Actor, now: datetime) -> list[View]:
        """The stays of the actor's wards, the newest first."""
        with self._core.read() as tx:
            wards = sorted(unit for unit in actor.units if actor.has(role=Role.DISCHARGE, unit_id=unit))
            rows = tx.discharges.find(hospital_unit_id=wards, order_by=("-received_at", "id"))
            return [self._show(tx, row, actor=actor, now=now) for row in rows]

    def record_event(
        self, *, external_id: str, event: Mapping[str, Any], actor: Actor, now: datetime
    ) -> View:
        """Take in an event of the ward; the same again changes nothing.

        Raises ``NotFound``, ``InvalidInput``, ``EventOutOfOrder``, ``NobodyWaits``.
        """
        with self._core.read() as tx:
            discharge = self._own(tx, external_id=external_id, actor=actor, now=now)
            if not _reports(actor, discharge):
                raise NotFound
        key = hashlib.sha256(orjson.dumps(event, option=orjson.OPT_SORT_KEYS)).hexdigest()

        def do(work: CaseWork) -> None:
            current = work.tx.discharges.get(discharge.id)
            if not _reports(actor, current):
                raise NotFound  # the patient was moved meanwhile
            earlier = work.tx.discharge_events.find(discharge_id=discharge.id, order_by=("received_at", "at"))
            if earlier and earlier[-1].key == key:
                return  # the very same event, sent once more before anything else happened
            known = any(row.key == key for row in earlier)
            if not known or must_still_fit(current, event=event):
                check_event(work.tx, discharge=current, event=event, now=now)
            if known:
                return  # sent once more later, and nothing speaks against it
            row = DischargeEvent(
                id=new_id(),
                discharge_id=discharge.id,
                key=key,
                type=event["type"],
                at=datetime.fromisoformat(event["at"]).astimezone(UTC),
                received_at=now,
                data={name: value for name, value in event.items() if name not in ("type", "at")},
            )
            work.tx.discharge_events.add(row)
            work.note("message_sent", message=row.type)
            message = Message(
                name=row.type, correlation=discharge.id, payload={"id": row.id, "type": row.type}
            )
            route(work, message, must_arrive=True)

        return in_case(
            self._core,
            case_id=discharge.case_id,
            actor=actor,
            now=now,
            do=do,
            show=lambda work: self._show(work.tx, work.tx.discharges.get(discharge.id), actor=actor, now=now),
        )

    # -- inside ----------------------------------------------------------------------------------

    def _show(self, tx: Transaction, discharge: Discharge, *, actor: Actor, now: datetime) -> View:
        case = tx.cases.get(discharge.case_id)
        seen = sight(tx, actor=actor, case=case, now=now, zone=self._core.zone)
        units = None if seen.whole else actor.units
        return discharge_view(self._core, tx, discharge, case=case, units=units)

    def _again(
        self, tx: Transaction, known: Discharge, *, content_hash: str, actor: Actor, now: datetime
    ) -> View:
        if known.content_hash != content_hash:
            raise OtherContent
        return self._show(tx, known, actor=actor, now=now)

    def _sender(self, tx: Transaction, *, notice: Mapping[str, Any], actor: Actor) -> str:
        """The unit that the notice comes from: the client's own, or the ward of the staff member."""
        wards = sorted(unit for unit in actor.units if actor.has(role=Role.DISCHARGE, unit_id=unit))
        if not wards:
            raise NotFound
        hospital = tx.units.find_one(id=notice["hospital_unit"], kind=UnitKind.HOSPITAL_WARD)
        if hospital is None:
            raise InvalidInput(
                [FieldError(pointer="/hospital_unit", message="Ingen vårdavdelning har det HSA-id:t.")]
            )
        if hospital.id in wards:
            return hospital.id
        principals = {tx.units.get(ward).principal_id for ward in wards}
        if not actor.is_client or hospital.principal_id not in principals:
            raise InvalidInput(
                [FieldError(pointer="/hospital_unit", message="Du får bara anmäla för din egen avdelning.")]
            )
        return wards[0]

    def _own(self, tx: Transaction, *, external_id: str, actor: Actor, now: datetime) -> Discharge:
        rows = tx.discharges.find(external_id=external_id, order_by="received_at")
        # Two hospitals may use the same id: one's own comes first.
        for row in sorted(rows, key=lambda row: row.sender_unit_id not in actor.units):
            if _reports(actor, row):
                return row
        for row in rows:
            seen = sight(tx, actor=actor, case=tx.cases.get(row.case_id), now=now, zone=self._core.zone)
            if seen.whole or seen.notice:
                return row
        raise NotFound

    def _new(
        self,
        tx: Transaction,
        *,
        notice: Mapping[str, Any],
        sender: str,
        content_hash: str,
        actor: Actor,
        now: datetime,
    ) -> CaseWork:
        municipality = notice["person"]["municipality"]
        outpatient = outpatient_unit(tx, municipality=municipality)
        units = receiving_units(tx, needs=notice["needs"], municipality=municipality)
        bundle = self._core.bundle_in_force(tx)
        case = Case(
            id=new_case_number(),
            person_id=person_of(tx, given=notice["person"], today=now.astimezone(self._core.zone).date()).id,
            guideline=notice.get("guideline") or self._core.default_guideline(bundle),
            bundle_hash=bundle.hash,
            initiating_unit_id=outpatient.id,
            coordinator_unit_id=outpatient.id,
            coordinator_role=Role.CARE_CONTACT,
            opened_at=now,
        )
        tx.cases.add(case)
        discharge = _discharge(
            notice, sender=sender, case=case, outpatient_id=outpatient.id, content_hash=content_hash, now=now
        )
        tx.discharges.add(discharge)
        for unit in units:
            tx.discharge_units.add(
                DischargeUnit(
                    id=new_id(), discharge_id=discharge.id, unit_id=unit.id, state="notified", notified_at=now
                )
            )
        work = CaseWork(core=self._core, tx=tx, case=case, actor=actor, now=now)
        take_part(work, unit_id=discharge.hospital_unit_id, part="ward")
        take_part(work, unit_id=outpatient.id, part="notified")
        return work


def _hash_of(notice: Mapping[str, Any]) -> str:
    """The same for the same notice, however it is written: instants in UTC, needs in order, defaults."""
    plain = {"planning_form": "sip", **{key: value for key, value in notice.items() if value is not None}}
    for name in ("admitted_at", "planned_discharge_at", "assessed_at"):
        if name in plain:
            plain[name] = _time(plain[name]).isoformat()
    plain["needs"] = sorted(plain["needs"])
    plain["person"] = {key: value for key, value in plain["person"].items() if value is not None}
    return hashlib.sha256(orjson.dumps(plain, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _reports(actor: Actor, discharge: Discharge) -> bool:
    """Whether the actor may report for the stay: the hospital's system, or the ward where the patient is."""
    sender = actor.is_client and actor.has(role=Role.DISCHARGE, unit_id=discharge.sender_unit_id)
    return sender or actor.has(role=Role.DISCHARGE, unit_id=discharge.hospital_unit_id)


def _discharge(
    notice: Mapping[str, Any],
    *,
    sender: str,
    case: Case,
    outpatient_id: str,
    content_hash: str,
    now: datetime,
) -> Discharge:
    admitted_at, planned = _time(notice["admitted_at"]), _time(notice["planned_discharge_at"])
    assessed_at = _time(notice["assessed_at"]) if notice.get("assessed_at") else None
    errors = []
    if planned < admitted_at:
        errors.append(
            FieldError(
                pointer="/planned_discharge_at", message="Utskrivningen kan inte vara före inskrivningen."
            )
        )
    if admitted_at > now:
        errors.append(FieldError(pointer="/admitted_at", message="Inskrivningen kan inte ligga i framtiden."))
    if assessed_at is not None and not admitted_at <= assessed_at <= now:
        errors.append(
            FieldError(pointer="/assessed_at", message="Bedömningen ska ligga mellan inskrivningen och nu.")
        )
    if errors:
        raise InvalidInput(errors)
    return Discharge(
        id=new_id(),
        external_id=notice["external_id"],
        sender_unit_id=sender,
        case_id=case.id,
        hospital_unit_id=notice["hospital_unit"],
        outpatient_unit_id=outpatient_id,
        admitted_at=admitted_at,
        planned_discharge_at=planned,
        needs=list(notice["needs"]),
        planning_form=notice.get("planning_form", "sip"),
        state="admitted",
        received_at=now,
        content_hash=content_hash,
        assessed_at=assessed_at,
        paying_municipality=notice.get("paying_municipality"),
    )


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)

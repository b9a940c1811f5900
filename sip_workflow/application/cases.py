"""Cases: start a SIP, see it, follow its history, tell it something from outside."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from sip_workflow.application.access import CASE_ROLES, Sight, sight, steers
from sip_workflow.application.act import Act
from sip_workflow.application.case_view import case_view
from sip_workflow.application.commands import finish, guarded, in_case
from sip_workflow.application.consenting import end_consents
from sip_workflow.application.core import Core
from sip_workflow.application.facts import TaskContext
from sip_workflow.application.inviting import cancel, change_one, recall_all, tell_when_all_replied
from sip_workflow.application.paging import item_number, page_of
from sip_workflow.application.parts import take_part
from sip_workflow.application.people import person_of
from sip_workflow.application.routing import NobodyWaits, route, rule_of
from sip_workflow.application.user_tasks import UserTasks
from sip_workflow.application.views import View, history_view
from sip_workflow.application.work import CaseWork
from sip_workflow.domain.definitions import Bundle, MessageRule
from sip_workflow.domain.identifiers import new_case_number
from sip_workflow.domain.messages import Message
from sip_workflow.domain.refusals import FieldError, InvalidInput, NotFound
from sip_workflow.domain.register import Actor, Role
from sip_workflow.domain.sip import Case
from sip_workflow.store import Transaction

STARTING_ROLES = CASE_ROLES - {Role.PARTICIPANT}
# Closing codes that need no joint decision (rules B12) and that nothing else in the process sets.
REASONS_TO_CANCEL = frozenset({"discharge_cancelled", "duplicate", "moved", "not_needed", "not_reached"})
STOPPING_MESSAGES = frozenset({"consent_withdrawn", "person_deceased", "case_cancelled"})
INVITATION_MESSAGES = frozenset({"invitation_changed", "invitation_cancelled"})


class Cases:
    """What people do with cases."""

    def __init__(self, core: Core, *, user_tasks: UserTasks) -> None:
        """Keep the core, and the use cases of tasks that a start may complete."""
        self._core, self._user_tasks = core, user_tasks

    def start(
        self,
        *,
        person: Mapping[str, Any],
        initiating_unit: str,
        need: Mapping[str, Any] | None,
        guideline: str | None,
        actor: Actor,
        now: datetime,
    ) -> View:
        """Start a SIP at the actor's unit; with ``need`` its first task is done at once.

        Raises ``InvalidInput`` for a unit that the actor may not start at.
        """
        if not actor.roles.get(initiating_unit, frozenset()) & STARTING_ROLES:
            raise InvalidInput(
                [FieldError(pointer="/initiating_unit", message="Välj en enhet där du arbetar med SIP.")]
            )

        def command() -> View:
            with self._core.write() as tx:
                bundle = self._core.bundle_in_force(tx)
                case = self._new_case(
                    tx, bundle=bundle, person=person, unit_id=initiating_unit, guideline=guideline, now=now
                )
                work = CaseWork(core=self._core, tx=tx, case=case, actor=actor, now=now)
                return finish(work, do=lambda work: self._begin(work, need=need), show=self._show_whole)

        return guarded(self._core, now=now, command=command)

    def view(self, *, case_id: str, actor: Actor, now: datetime) -> View:
        """The case as far as the actor may see it. Raises ``NotFound``."""
        with self._core.read() as tx:
            case, seen = self._seen(tx, case_id=case_id, actor=actor, now=now)
            return case_view(self._core, tx, case=case, seen=seen)

    def list(self, *, actor: Actor, state: str | None, limit: int, after: str | None, now: datetime) -> View:
        """The cases that the actor has a part in, the newest first: ``{items, next_after}``."""
        with self._core.read() as tx:
            items: list[View] = []
            place = after
            while True:
                page = page_of(partial(tx.cases.of_units, unit_ids=actor.units, limit=limit, after=place))
                for case in page.items:
                    if state is not None and state != ("closed" if case.closed_at else "open"):
                        continue
                    seen = sight(tx, actor=actor, case=case, now=now, zone=self._core.zone)
                    if not seen.nothing:
                        items.append(case_view(self._core, tx, case=case, seen=seen))
                # A page whose cases are all out of sight is no answer: look further.
                if items or page.next_after is None:
                    return {"items": items, "next_after": page.next_after}
                place = page.next_after

    def history(self, *, case_id: str, actor: Actor, limit: int, after: str | None, now: datetime) -> View:
        """What has happened, for those who see the whole case: ``{items, next_after}``.

        Raises ``NotFound``.
        """
        with self._core.read() as tx:
            _, seen = self._seen(tx, case_id=case_id, actor=actor, now=now)
            if not seen.whole:
                raise NotFound
            rows = tx.history.page(case_id=case_id, limit=limit + 1, after=item_number(after))
        page = rows[:limit]
        return {
            "items": [history_view(row, zone=self._core.zone) for row in page],
            "next_after": str(page[-1].id) if len(rows) > limit else None,
        }

    def send_message(
        self, *, case_id: str, name: str, data: Mapping[str, Any], actor: Actor, now: datetime
    ) -> View:
        """A message from outside, by those who steer the case. Raises ``NotFound`` and ``NobodyWaits``."""

        def do(work: CaseWork) -> None:
            if not steers(work.tx, actor=actor, case=work.case):
                raise NotFound
            rule = rule_of(work, name=name)
            if not rule.from_outside:
                raise InvalidInput(
                    [FieldError(pointer="/name", message="Det meddelandet kommer bara inifrån.")]
                )
            if name == "consent_withdrawn" and not work.tx.consents.find(case_id=case_id, state="given"):
                raise NobodyWaits  # there is no consent to withdraw
            if name in INVITATION_MESSAGES:
                _change_invitation(work, name=name, invitation_id=data.get("invitation"))
                return
            work.note("message_sent", message=name)
            message = Message(name=name, payload=_payload(rule, data=data))
            if not route(work, message, must_arrive=True) and name in STOPPING_MESSAGES:
                # The process is set aside and will hear of it later; sharing stops now (rules B5).
                act = Act(work=work)
                end_consents(act, state="withdrawn" if name == "consent_withdrawn" else "ended")
                recall_all(act)

        return in_case(self._core, case_id=case_id, actor=actor, now=now, do=do, show=self._show_whole)

    # -- inside ----------------------------------------------------------------------------------

    def _seen(self, tx: Transaction, *, case_id: str, actor: Actor, now: datetime) -> tuple[Case, Sight]:
        case = tx.cases.find_one(id=case_id)
        if case is None:
            raise NotFound
        seen = sight(tx, actor=actor, case=case, now=now, zone=self._core.zone)
        if seen.nothing:
            raise NotFound
        return case, seen

    def _show_whole(self, work: CaseWork) -> View:
        return case_view(self._core, work.tx, case=work.case, seen=Sight(whole=True))

    def _new_case(
        self,
        tx: Transaction,
        *,
        bundle: Bundle,
        person: Mapping[str, Any],
        unit_id: str,
        guideline: str | None,
        now: datetime,
    ) -> Case:
        case = Case(
            id=new_case_number(),
            person_id=person_of(tx, given=person, today=now.astimezone(self._core.zone).date()).id,
            guideline=guideline or self._core.default_guideline(bundle),
            bundle_hash=bundle.hash,
            initiating_unit_id=unit_id,
            coordinator_unit_id=unit_id,
            coordinator_role=Role.COORDINATOR,
            opened_at=now,
        )
        tx.cases.add(case)
        return case

    def _begin(self, work: CaseWork, *, need: Mapping[str, Any] | None) -> None:
        for part in ("initiator", "coordinator"):
            take_part(work, unit_id=work.case.initiating_unit_id, part=part)
        work.note("message_sent", message="sip_started")
        message = Message(name="sip_started", correlation=work.case.id, payload={"need_assessed": False})
        route(work, message, must_arrive=True)
        if need is None:
            return
        running = next(iter(work.running.values()))
        task = next(iter(running.tasks.values()))
        context = TaskContext(
            core=self._core,
            tx=work.tx,
            bundle=work.bundle,
            case=work.case,
            task=task,
            actor=work.actor,
            now=work.now,
        )
        self._user_tasks.finish(work, context=context, answers=need, pointer="/need")


def _payload(rule: MessageRule, *, data: Mapping[str, Any]) -> Mapping[str, Any]:
    """The catalogue's constants; only who cancels a case may say why, by a code. Raises ``InvalidInput``."""
    if rule.name != "case_cancelled" or "reason" not in data:
        return rule.payload
    if data["reason"] not in REASONS_TO_CANCEL:
        message = f"Välj bland: {', '.join(sorted(REASONS_TO_CANCEL))}."
        raise InvalidInput([FieldError(pointer="/data/reason", message=message)])
    return {**rule.payload, "reason": data["reason"]}


def _change_invitation(work: CaseWork, *, name: str, invitation_id: object) -> None:
    """Recall one invitation, or have it acknowledged anew. Raises ``InvalidInput`` and ``NobodyWaits``."""
    known = isinstance(invitation_id, str) and invitation_id.isascii() and invitation_id.isprintable()
    row = work.tx.invitations.find_one(id=invitation_id, case_id=work.case.id) if known else None
    if row is None:
        raise InvalidInput(
            [FieldError(pointer="/data/invitation", message="Ange id för en kallelse i ärendet.")]
        )
    if row.ended_at is not None:
        raise NobodyWaits
    act = Act(work=work)
    if name == "invitation_changed":
        change_one(act, row)
    else:
        cancel(act, row)
        tell_when_all_replied(act, meeting_id=row.meeting_id)

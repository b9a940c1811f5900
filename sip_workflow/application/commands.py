"""Running a command: one write transaction over one case, and what to do when it fails.

A refusal rolls everything back. An instance that could not take its step is set aside as an
incident in a transaction of its own, so that the rest goes on: the command too, at once, when it
was not about that instance.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from sip_workflow.application.access import sight
from sip_workflow.application.core import Core
from sip_workflow.application.task_sight import sees_task
from sip_workflow.application.work import CaseWork, InstanceFailed
from sip_workflow.domain.identifiers import new_id
from sip_workflow.domain.refusals import NotFound, Refusal
from sip_workflow.domain.register import SYSTEM, Actor, Role
from sip_workflow.domain.rows import FirstAnswer, HistoryItem
from sip_workflow.store import NotFound as NoRow
from sip_workflow.store import Transaction

T = TypeVar("T")

KEPT_FOR = timedelta(hours=24)
"""How long a first answer is kept: longer than anybody repeats a request."""
_FORGOTTEN_AT_ONCE = 200


class SetAside(Refusal):
    """A process could not take its step and has been set aside."""

    status = 500
    type = "incident"
    title = "Steget gick inte att utföra"

    def __init__(self) -> None:
        """Say what happens now."""
        super().__init__(
            "Felet är antecknat och inget har ändrats. Den som förvaltar systemet kan försöka igen."
        )


class OtherRequest(Refusal):
    """The same Idempotency-Key was used for another request."""

    status = 422
    type = "idempotency_key_reused"
    title = "Nyckeln är redan använd"

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__("Idempotency-Key har redan använts för ett annat anrop. Använd en ny nyckel.")


def in_case(
    core: Core,
    *,
    case_id: str,
    actor: Actor,
    now: datetime,
    do: Callable[[CaseWork], object],
    show: Callable[[CaseWork], T],
    instance_id: str | None = None,
) -> T:
    """Run ``do`` over the locked case, deliver what follows, save, and show the result.

    ``instance_id`` is the instance that the command is about, if it is about one: when another
    fails, that one is set aside and the command is run again without it.
    Raises ``NotFound`` when there is no such case, and ``SetAside``.
    """

    def command() -> T:
        with core.write() as tx:
            try:
                case = tx.lock_case(case_id)
            except NoRow:
                raise NotFound from None
            return finish(CaseWork(core=core, tx=tx, case=case, actor=actor, now=now), do=do, show=show)

    return guarded(core, now=now, command=command, instance_id=instance_id)


def finish(work: CaseWork, *, do: Callable[[CaseWork], object], show: Callable[[CaseWork], T]) -> T:
    """The part of a command that is the same for a case that has just been made."""
    do(work)
    work.drain()
    work.save()
    return show(work)


def guarded(core: Core, *, now: datetime, command: Callable[[], T], instance_id: str | None = None) -> T:
    """Run a command; set aside the instance that fails in it. Raises ``SetAside``.

    One that is not the command's own must not stop it (a withdrawn consent recalls the invitations
    that can be recalled): the command runs again, and what would have reached the other is kept for
    it. Each round sets one more instance aside, so the rounds come to an end.
    """
    while True:
        try:
            return command()
        except InstanceFailed as failed:
            if failed.instance_id == instance_id:
                failed.stops_the_command = True
            if core.inside_another:
                raise  # the transaction is its owner's, and so is what to do
            goes_on = set_aside(core, failed=failed, now=now) and not failed.stops_the_command
            if not goes_on:
                raise SetAside from failed


def set_aside(core: Core, *, failed: InstanceFailed, now: datetime) -> bool:
    """Mark the instance as an incident, and lay its timers down. Returns whether that is new.

    One that is set aside already stays as it is. One that was never saved, because it failed at its
    start, leaves only history.
    """
    with core.write() as tx:
        case = tx.cases.find_one(id=failed.case_id)
        if case is None:
            return False
        instance = tx.instances.find_one(id=failed.instance_id)
        if instance is not None:
            if instance.status == "incident":
                return False
            tx.instances.change(instance.id, status="incident", incident=failed.reason)
            tx.timers.remove(instance_id=instance.id)
        tx.history.append(
            [
                HistoryItem(
                    case_id=case.id,
                    at=now,
                    type="incident_raised",
                    actor=SYSTEM.id,
                    process_id=instance.process_id if instance is not None else None,
                    instance_id=instance.id if instance is not None else None,
                    data={"reason": failed.reason},
                )
            ]
        )
        return instance is not None


def idempotent(
    core: Core,
    *,
    actor: Actor,
    key: str,
    request_hash: str,
    work: Callable[[], tuple[int, str]],
    now: datetime,
) -> tuple[int, str]:
    """Answer a request with an Idempotency-Key: a repeat gets the first answer, (status, body).

    The answer is kept in the same transaction as the effect, for ``KEPT_FOR``, and shown only to who
    may still see what it is about. Raises ``OtherRequest`` and ``NotFound``.
    """

    def command() -> tuple[int, str]:
        with core.write() as tx:
            first = tx.first_answers.find_one(actor=actor.id, key=key)
            if first is not None and first.created_at <= now - KEPT_FOR:
                tx.first_answers.remove(id=first.id)
                first = None
            if first is not None:
                if first.request_hash != request_hash:
                    raise OtherRequest
                if not _in_sight(core, tx, text=first.body, actor=actor, now=now):
                    raise NotFound
                return first.status, first.body
            status, body = work()
            tx.first_answers.add(
                FirstAnswer(
                    id=new_id(),
                    actor=actor.id,
                    key=key,
                    request_hash=request_hash,
                    status=status,
                    body=body,
                    created_at=now,
                )
            )
            return status, body

    return guarded(core, now=now, command=command)


def forget_first_answers(core: Core, *, now: datetime) -> None:
    """Remove first answers that nobody gets any more: they hold what was shown, a person too."""
    before = now - KEPT_FOR
    with core.read() as tx:
        oldest = tx.first_answers.find_one(order_by="created_at")
    if oldest is None or oldest.created_at > before:
        return
    with core.write() as tx:
        rows = tx.first_answers.find(order_by="created_at", limit=_FORGOTTEN_AT_ONCE)
        tx.first_answers.remove(id=[row.id for row in rows if row.created_at <= before])


def _in_sight(core: Core, tx: Transaction, *, text: str, actor: Actor, now: datetime) -> bool:
    """Whether the actor would still be shown what a first answer shows: a task, a stay or a whole case."""
    body = json.loads(text).get("body") or {}
    case = tx.cases.find_one(id=body.get("case_id") or body.get("id") or "")
    if case is None:
        return True  # an answer about no case: a version of the definitions
    if "form_key" in body:
        task = tx.tasks.get(body["id"])
        return sees_task(tx, task=task, case=case, actor=actor, now=now, zone=core.zone)
    seen = sight(tx, actor=actor, case=case, now=now, zone=core.zone)
    if "external_id" not in body:
        return seen.whole
    stays = tx.discharges.find(case_id=case.id)
    sent = any(actor.has(role=Role.DISCHARGE, unit_id=stay.sender_unit_id) for stay in stays)
    return sent or seen.whole or seen.notice

"""Running a command: one write transaction over one case, and what to do when it fails.

A refusal rolls everything back. An instance that could not take its step is set aside as an
incident in a transaction of its own, so that the rest goes on.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from sip_workflow.application.core import Core
from sip_workflow.application.incidents import set_aside
from sip_workflow.application.work import CaseWork, InstanceFailed
from sip_workflow.domain.identifiers import new_id
from sip_workflow.domain.refusals import NotFound, Refusal
from sip_workflow.domain.register import Actor
from sip_workflow.domain.rows import FirstAnswer
from sip_workflow.store import NotFound as NoRow

T = TypeVar("T")


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
    do: Callable[[CaseWork], None],
    show: Callable[[CaseWork], T],
) -> T:
    """Run ``do`` over the locked case, deliver what follows, save, and show the result.

    Raises ``NotFound`` when there is no such case, and ``SetAside``.
    """

    def command() -> T:
        with core.write() as tx:
            try:
                case = tx.lock_case(case_id)
            except NoRow:
                raise NotFound from None
            return finish(CaseWork(core=core, tx=tx, case=case, actor=actor, now=now), do=do, show=show)

    return guarded(core, now=now, command=command)


def finish(work: CaseWork, *, do: Callable[[CaseWork], None], show: Callable[[CaseWork], T]) -> T:
    """The part of a command that is the same for a case that has just been made."""
    do(work)
    work.drain()
    work.save()
    return show(work)


def guarded(core: Core, *, now: datetime, command: Callable[[], T]) -> T:
    """Run a command; set aside the instance that fails in it. Raises ``SetAside``."""
    if core.inside_another:
        return command()
    try:
        return command()
    except InstanceFailed as failed:
        set_aside(core, failed=failed, now=now)
        raise SetAside from failed


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

    The answer is kept in the same transaction as the effect. Raises ``OtherRequest``.
    """

    def command() -> tuple[int, str]:
        with core.write() as tx:
            first = tx.first_answers.find_one(actor=actor.id, key=key)
            if first is not None:
                if first.request_hash != request_hash:
                    raise OtherRequest
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

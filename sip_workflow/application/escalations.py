"""The escalations, for those they concern."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from sip_workflow.application.access import sight
from sip_workflow.application.core import Core
from sip_workflow.application.paging import UnknownPlace
from sip_workflow.application.views import View, escalation_view
from sip_workflow.domain.register import Actor
from sip_workflow.domain.sip import Escalation
from sip_workflow.store import Transaction


class Escalations:
    """Levels that were told."""

    def __init__(self, core: Core) -> None:
        """Keep the core."""
        self._core = core

    def list(
        self,
        *,
        actor: Actor,
        case_id: str | None,
        kind: str | None,
        limit: int,
        after: str | None,
        now: datetime,
    ) -> View:
        """Those addressed to the actor, and of one case all when the actor sees it whole.

        The newest first: ``{items, next_after}``.
        """
        with self._core.read() as tx:
            wanted: dict[str, Any] = {"kind": kind} if kind is not None else {}
            whole = case_id is not None and self._sees_whole(tx, case_id=case_id, actor=actor, now=now)
            if case_id is not None:
                wanted["case_id"] = case_id
            if not whole:
                wanted["addressed_unit_id"] = sorted(actor.units)
                wanted["addressed_role"] = sorted({role for roles in actor.roles.values() for role in roles})
            page, more = _page(
                partial(tx.escalations.find, order_by=("-raised_at", "id"), **wanted),
                shown=lambda row: whole or _addressed(row, actor),
                after=after,
                limit=limit,
            )
        return {
            "items": [escalation_view(row, zone=self._core.zone) for row in page],
            "next_after": page[-1].id if more else None,
        }

    def _sees_whole(self, tx: Transaction, *, case_id: str, actor: Actor, now: datetime) -> bool:
        case = tx.cases.find_one(id=case_id)
        return case is not None and sight(tx, actor=actor, case=case, now=now, zone=self._core.zone).whole


def _page(
    find: Callable[..., Sequence[Escalation]],
    *,
    shown: Callable[[Escalation], bool],
    after: str | None,
    limit: int,
) -> tuple[list[Escalation], bool]:
    """A page of what is shown, and whether more follow. Raises ``UnknownPlace``.

    Reads no more rows than are needed for the first page, and ever more for those behind it.
    """
    size = limit + 1
    while True:
        read = find(limit=size)
        rows = [row for row in read if shown(row)]
        start = _place_after(rows, after=after)
        enough = start is not None and len(rows) > start + limit
        if enough or len(read) < size:
            if start is None:
                raise UnknownPlace
            return rows[start : start + limit], enough
        size *= 4


def _place_after(rows: Sequence[Escalation], *, after: str | None) -> int | None:
    if after is None:
        return 0
    return next((place for place, row in enumerate(rows, start=1) if row.id == after), None)


def _addressed(escalation: Escalation, actor: Actor) -> bool:
    return actor.has(role=escalation.addressed_role, unit_id=escalation.addressed_unit_id)

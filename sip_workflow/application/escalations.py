"""The escalations, for those they concern."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
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
            if case_id is not None:
                rows = tx.escalations.find(case_id=case_id, order_by=("-raised_at", "id"), **wanted)
                whole = self._sees_whole(tx, case_id=case_id, actor=actor, now=now)
                shown = [row for row in rows if whole or _addressed(row, actor)]
            else:
                units = sorted(actor.units)
                rows = tx.escalations.find(addressed_unit_id=units, order_by=("-raised_at", "id"), **wanted)
                shown = [row for row in rows if _addressed(row, actor)]
        start = _place_after(shown, after=after)
        page = shown[start : start + limit]
        more = len(shown) > start + limit
        return {
            "items": [escalation_view(row, zone=self._core.zone) for row in page],
            "next_after": page[-1].id if more else None,
        }

    def _sees_whole(self, tx: Transaction, *, case_id: str, actor: Actor, now: datetime) -> bool:
        case = tx.cases.find_one(id=case_id)
        return case is not None and sight(tx, actor=actor, case=case, now=now, zone=self._core.zone).whole


def _place_after(rows: Sequence[Escalation], *, after: str | None) -> int:
    if after is None:
        return 0
    for place, row in enumerate(rows, start=1):
        if row.id == after:
            return place
    raise UnknownPlace


def _addressed(escalation: Escalation, actor: Actor) -> bool:
    return actor.has(role=escalation.addressed_role, unit_id=escalation.addressed_unit_id)

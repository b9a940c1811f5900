"""The outbox: what leaves the case, claimed with a lease so that two workers never hold one item.

A worker that dies keeps its lease until it runs out; then the item is claimed again, with the
same key. Delivery is therefore at least once, and the receiver recognises a repeat by the key.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import and_, bindparam, case, func, or_, select, update

from sip_workflow.domain.rows import OutboxItem
from sip_workflow.store.connection import Connection
from sip_workflow.store.engine_tables import outbox
from sip_workflow.store.prepared import Statement
from sip_workflow.store.records import Records
from sip_workflow.store.statements import LIMIT, THE_KEY, Statements, limited_to

_STATEMENTS = Statements(OutboxItem, outbox)

_FREE = or_(outbox.c.leased_until.is_(None), outbox.c.leased_until <= bindparam("now"))
_CLAIM = _STATEMENTS.rows(
    update(outbox)
    .where(
        outbox.c.id.in_(
            select(outbox.c.id)
            .where(outbox.c.state == "pending", outbox.c.next_at <= bindparam("now"), _FREE)
            .order_by(outbox.c.next_at, outbox.c.id)
            .limit(limited_to())
            .with_for_update(skip_locked=True)
        )
    )
    .values(leased_until=bindparam("until"), attempts=outbox.c.attempts + 1)
    .returning(*outbox.c)
)
_IS_STILL_ON_LEASE = and_(
    outbox.c.id == bindparam(THE_KEY),
    outbox.c.state == "pending",
    outbox.c.leased_until == bindparam("was_leased_until"),
)
# An item on lease is due when the lease has run out.
_DUE_AT = case((outbox.c.leased_until > outbox.c.next_at, outbox.c.leased_until), else_=outbox.c.next_at)
_NEXT: Statement[datetime | None] = Statement(
    select(func.min(_DUE_AT)).where(outbox.c.state == "pending"),
    about="outbox",
    gives=[outbox.c.next_at.type],
)


@cache
def _settle(columns: tuple[str, ...]) -> Statement[Any]:
    return _STATEMENTS.setting(update(outbox).where(_IS_STILL_ON_LEASE), columns=columns)


class Outbox(Records[OutboxItem]):
    """Things that leave the case."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, _STATEMENTS)

    def claim(self, *, now: datetime, lease_seconds: float, limit: int) -> list[OutboxItem]:
        """Take what is due on lease, the longest due first.

        The claim counts as an attempt: ``attempts`` of what is returned includes this one, so an
        item that kills its worker runs out of attempts too.
        """
        until = now + timedelta(seconds=lease_seconds)
        claimed = self._connection.take(_CLAIM, {"now": now, "until": until, LIMIT: limit})
        return sorted(claimed, key=lambda item: (item.next_at, item.id))

    def settle(self, item: OutboxItem, **columns: Any) -> bool:
        """Set columns of a claimed item and end its lease, if this lease is still the latest.

        Returns False when it ran out and another worker has claimed or settled the item since.
        """
        values = {"leased_until": None, **columns}
        lease = {THE_KEY: item.id, "was_leased_until": item.leased_until}
        return self._connection.change(_settle(tuple(values)), {**values, **lease}) == 1

    def next_due_at(self) -> datetime | None:
        """When the next item is due, leases heeded; None when none is pending."""
        return self._connection.read(_NEXT)[0]

"""Timers that wait, and which of them are due."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import bindparam, func, select

from sip_workflow.domain.rows import Timer
from sip_workflow.store.connection import Connection
from sip_workflow.store.engine_tables import timers
from sip_workflow.store.prepared import Statement
from sip_workflow.store.records import Records
from sip_workflow.store.replacing import replaced
from sip_workflow.store.statements import LIMIT, Statements, limited_to

_STATEMENTS = Statements(Timer, timers)

_DUE = _STATEMENTS.rows(
    select(timers)
    .where(timers.c.due_at <= bindparam("now"))
    .order_by(timers.c.due_at, timers.c.id)
    .limit(limited_to())
)
_NEXT: Statement[datetime | None] = Statement(
    select(func.min(timers.c.due_at)), about="timers", gives=[timers.c.due_at.type]
)


def _meaning(timer: Timer) -> tuple[object, ...]:
    """What makes two timers the same, whatever their ids and attempts."""
    return timer.kind, timer.ref, timer.element_id, timer.due_at, timer.level


class Timers(Records[Timer]):
    """Timers that wait."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, _STATEMENTS)

    def replace(
        self, *, instance_id: str, kind: str, timers: Iterable[Timer], was: Iterable[Timer] | None = None
    ) -> None:
        """Let these be the instance's timers of that kind.

        ``was`` is what the transaction has read: rows that mean the same stay as they are, with
        their id and attempts, and when all do, no statement is run. Without it all are rewritten.
        """
        gone, new = replaced(now=timers, was=was, meaning=_meaning)
        if was is None:
            self.remove(instance_id=instance_id, kind=kind)
        else:
            self._remove_all(gone)
        self.add_all(new)

    def due(self, *, now: datetime, limit: int) -> list[Timer]:
        """The timers that are due at ``now``, the oldest first."""
        return self._connection.read(_DUE, {"now": now, LIMIT: limit})

    def next_due_at(self) -> datetime | None:
        """When the next timer is due; None when none waits."""
        return self._connection.read(_NEXT)[0]

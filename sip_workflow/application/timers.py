"""The timer sweep: what is due fires, one transaction a case. A sweep may find nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

from sip_workflow.application import escalating
from sip_workflow.application.commands import SetAside, in_case
from sip_workflow.application.core import Core
from sip_workflow.application.work import CaseWork
from sip_workflow.domain.register import SYSTEM
from sip_workflow.domain.rows import Timer

# A timer fires strictly after its instant.
_STRICTLY = timedelta(microseconds=1)


class Timers:
    """Fires what is due."""

    def __init__(self, core: Core) -> None:
        """Keep the core."""
        self._core = core

    def next_due_at(self) -> datetime | None:
        """When the next timer is due, or None."""
        with self._core.read() as tx:
            return tx.timers.next_due_at()

    def fire_due(self, *, now: datetime, limit: int) -> int:
        """Fire the timers that are due, the oldest first, at most ``limit`` rows. Returns how many.

        A row that is gone by the time its case is locked was fired or fell away meanwhile: a normal answer.
        """
        with self._core.read() as tx:
            due = tx.timers.due(now=now - _STRICTLY, limit=limit)
        fired = 0
        for case_id in dict.fromkeys(timer.case_id for timer in due):
            fired += self._fire_in(
                case_id=case_id, due=[row for row in due if row.case_id == case_id], now=now
            )
        return fired

    def _fire_in(self, *, case_id: str, due: list[Timer], now: datetime) -> int:
        counted = 0

        def do(work: CaseWork) -> None:
            nonlocal counted
            counted = sum(_fire(work, timer) for timer in due)

        try:
            in_case(self._core, case_id=case_id, actor=SYSTEM, now=now, do=do, show=lambda work: None)
        except SetAside:
            return len(due)  # the instance's timers are laid down with it: the sweep has moved on
        return counted


def _fire(work: CaseWork, timer: Timer) -> int:
    row = work.tx.timers.find_one(id=timer.id)
    if row is None:
        return 0
    running = work.resume(instance_id=timer.instance_id)  # events in the diagram fire by this alone
    if row.kind == "watch":
        work.tx.timers.remove(id=row.id)
        running.known_timers = [known for known in running.known_timers if known.id != row.id]
        escalating.raise_watched(work, running, row)
    return 1

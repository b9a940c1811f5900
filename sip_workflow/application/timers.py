"""The timer sweep: what is due fires, one transaction a case. A sweep may find nothing."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from sip_workflow.application import escalating
from sip_workflow.application.commands import forget_first_answers, in_case
from sip_workflow.application.core import Core
from sip_workflow.application.work import CaseWork
from sip_workflow.domain.register import SYSTEM
from sip_workflow.domain.rows import Timer
from sip_workflow.store import Busy, NotReady

# A timer fires strictly after its instant.
_STRICTLY = timedelta(microseconds=1)
_PAUSE = timedelta(hours=1)
_log = logging.getLogger(__name__)


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
        """Fire the timers that are due, the oldest first, at most ``limit`` rows. Returns how many rows.

        When none is due, the sweep forgets first answers that are old.

        A row that is gone by the time its case is locked was fired or fell away meanwhile: a normal answer.
        No row of them is due any more afterwards: it has fired, or it was put off.
        """
        with self._core.read() as tx:
            due = tx.timers.due(now=now - _STRICTLY, limit=limit)
        if not due:
            forget_first_answers(self._core, now=now)
        for case_id in dict.fromkeys(timer.case_id for timer in due):
            self._fire_in(case_id=case_id, due=[row for row in due if row.case_id == case_id], now=now)
        return len(due)

    def _fire_in(self, *, case_id: str, due: list[Timer], now: datetime) -> None:
        ids = [timer.id for timer in due]

        def do(work: CaseWork) -> None:
            for timer in due:
                _fire(work, timer)

        def left(work: CaseWork) -> bool:
            return any(row.due_at < now for row in work.tx.timers.find(id=ids))

        try:
            stuck = in_case(self._core, case_id=case_id, actor=SYSTEM, now=now, do=do, show=left)
        except (Busy, NotReady):
            raise  # the database's trouble is not the case's
        except Exception as fault:  # a case's fault must not stop the others
            _log.error("the timers of a case failed: %s", type(fault).__name__)
            stuck = True
        if stuck:
            self._put_off(ids, now=now)

    def _put_off(self, ids: list[str], *, now: datetime) -> None:
        """What could not be fired is tried again later, ever more seldom, so that no sweep turns on it."""
        with self._core.write() as tx:
            for row in tx.timers.find(id=ids):
                attempts = row.attempts + 1
                tx.timers.change(row.id, due_at=now + attempts * _PAUSE, attempts=attempts)


def _fire(work: CaseWork, timer: Timer) -> None:
    row = work.tx.timers.find_one(id=timer.id)
    if row is None:
        return
    running = work.resume(instance_id=timer.instance_id)  # events in the diagram fire by this alone
    if row.kind == "watch":
        work.tx.timers.remove(id=row.id)
        running.known_timers = [known for known in running.known_timers if known.id != row.id]
        escalating.raise_watched(work, running, row)

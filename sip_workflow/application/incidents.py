"""Instances that are set aside with a reason: what they are, and taking one up again."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from sip_workflow.application import routing
from sip_workflow.application.commands import in_case
from sip_workflow.application.core import Core
from sip_workflow.application.opening import watch_again
from sip_workflow.application.work import CaseWork
from sip_workflow.domain.refusals import NotFound
from sip_workflow.domain.register import Actor


class Incidents:
    """The incidents, for those who run the system."""

    def __init__(self, core: Core) -> None:
        """Keep the core."""
        self._core = core

    def all(self) -> list[dict[str, str | None]]:
        """All instances that are set aside: ids and reasons."""
        with self._core.read() as tx:
            rows = tx.instances.find(status="incident", order_by="started_at")
        return [
            {
                "instance_id": row.id,
                "case_id": row.case_id,
                "process_id": row.process_id,
                "reason": row.incident,
            }
            for row in rows
        ]

    def retry(self, *, instance_id: str, actor: Actor, now: datetime) -> None:
        """Take the instance up again where it stood.

        Raises ``NotFound``, and ``SetAside`` once more if the fault remains.
        """
        with self._core.read() as tx:
            instance = tx.instances.find_one(id=instance_id, status="incident")
        if instance is None:
            raise NotFound
        in_case(
            self._core,
            case_id=instance.case_id,
            actor=actor,
            now=now,
            do=partial(_take_up, instance_id=instance_id),
            show=lambda work: None,
            instance_id=instance_id,
        )


def _take_up(work: CaseWork, *, instance_id: str) -> None:
    """Resume it; what is due in it fires, and what was sent to it meanwhile reaches it."""
    work.tx.instances.change(instance_id, status="active", incident=None)
    running = work.resume(instance_id=instance_id)
    watch_again(work, running)
    routing.deliver_laid_by(work, running)

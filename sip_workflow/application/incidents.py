"""An instance that fails is set aside with its reason; the rest goes on; it can be tried again."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from sip_workflow.application.core import Core
from sip_workflow.application.work import CaseWork, InstanceFailed
from sip_workflow.domain.refusals import NotFound, Refusal
from sip_workflow.domain.register import SYSTEM, Actor
from sip_workflow.domain.rows import HistoryItem


class IsSetAside(Refusal):
    """The process is set aside as an incident."""

    type = "set_aside"
    title = "Steget är pausat"

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__(
            "Ett fel har pausat den här delen av ärendet. Den som förvaltar systemet behöver åtgärda det."
        )


def set_aside(core: Core, *, failed: InstanceFailed, now: datetime) -> None:
    """Mark the instance as an incident.

    One that was never saved, because it failed at its start, leaves only history.
    """
    with core.write() as tx:
        case = tx.cases.find_one(id=failed.case_id)
        if case is None:
            return
        instance = tx.instances.find_one(id=failed.instance_id)
        if instance is not None:
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
        from sip_workflow.application.commands import in_case

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
        )


def _take_up(work: CaseWork, *, instance_id: str) -> None:
    work.tx.instances.change(instance_id, status="active", incident=None)
    work.watch_again(work.resume(instance_id=instance_id))

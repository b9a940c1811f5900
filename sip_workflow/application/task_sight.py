"""Whether a task is in sight: its address, and for an invited unit the consent too (rules, access)."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sip_workflow.application.access import consent_in_force, covered_by_consent, may_do
from sip_workflow.domain.register import Actor
from sip_workflow.domain.rows import Task
from sip_workflow.domain.sip import Case
from sip_workflow.store import Transaction

SHARED_PROCESSES = frozenset({"invitation"})
"""The processes of units that take part by consent only."""


def sees_task(
    tx: Transaction, *, task: Task, case: Case, actor: Actor, now: datetime, zone: ZoneInfo
) -> bool:
    """Whether the actor may see and do the task now."""
    if not may_do(actor, task=task):
        return False
    if task.process_id not in SHARED_PROCESSES:
        return True
    consent = consent_in_force(tx, case=case, now=now, zone=zone)
    return consent is not None and covered_by_consent(consent, unit=tx.units.get(task.unit_id))

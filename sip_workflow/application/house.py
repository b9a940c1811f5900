"""All use cases in one place, as surfaces and sweeps are given them. ``bootstrap`` wires it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sip_workflow.application.cases import Cases
from sip_workflow.application.clock import Clock
from sip_workflow.application.commands import idempotent
from sip_workflow.application.core import Core
from sip_workflow.application.definitions import DefinitionVersions
from sip_workflow.application.discharges import Discharges
from sip_workflow.application.escalations import Escalations
from sip_workflow.application.incidents import Incidents
from sip_workflow.application.outbox import Outbox
from sip_workflow.application.register import Register
from sip_workflow.application.timers import Timers
from sip_workflow.application.user_tasks import UserTasks
from sip_workflow.domain.register import Actor
from sip_workflow.settings import Settings
from sip_workflow.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """All use cases, wired."""

    settings: Settings
    store: Store
    core: Core
    user_tasks: UserTasks
    cases: Cases
    discharges: Discharges
    escalations: Escalations
    definitions: DefinitionVersions
    register: Register
    incidents: Incidents
    timers: Timers
    outbox: Outbox
    clock: Clock

    def idempotent(
        self,
        *,
        actor: Actor,
        key: str,
        request_hash: str,
        work: Callable[[], tuple[int, str]],
        now: datetime,
    ) -> tuple[int, str]:
        """Answer a request with an Idempotency-Key; see ``application.commands.idempotent``."""
        return idempotent(self.core, actor=actor, key=key, request_hash=request_hash, work=work, now=now)

"""The one place that builds and wires the house. Everything else is given what it needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

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
from sip_workflow.connectors import load_connectors
from sip_workflow.definitions import definition_files
from sip_workflow.domain.register import Actor
from sip_workflow.engine import Engine
from sip_workflow.settings import Settings
from sip_workflow.store import Store


def machine_time() -> datetime:
    """The machine's clock, aware UTC: the only place that reads it for the application."""
    return datetime.now(UTC)


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

    def prepare(self) -> None:
        """Create or upgrade the database and put the shipped definitions in force. Safe to repeat."""
        self.store.upgrade()
        files = definition_files(overlay=self.settings.definitions)
        self.definitions.publish_shipped(files=files, now=self.clock.now())


def build(settings: Settings, *, read_clock: Callable[[], datetime] = machine_time) -> Application:
    """The application that the settings describe. Opens no connection yet."""
    store = Store(url=settings.database_url)
    core = Core(
        store=store,
        engine=Engine(),
        zone=settings.timezone,
        training=settings.training,
        base_url=settings.base_url,
    )
    user_tasks = UserTasks(core)
    return Application(
        settings=settings,
        store=store,
        core=core,
        user_tasks=user_tasks,
        cases=Cases(core, user_tasks=user_tasks),
        discharges=Discharges(core),
        escalations=Escalations(core),
        definitions=DefinitionVersions(core),
        register=Register(core),
        incidents=Incidents(core),
        timers=Timers(core),
        outbox=Outbox(core, connectors=load_connectors(), settings=settings),
        clock=Clock(core, read=read_clock),
    )

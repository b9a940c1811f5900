"""The one place that builds and wires the house. Everything else is given what it needs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from sip_workflow.application import Application
from sip_workflow.application.cases import Cases
from sip_workflow.application.clock import Clock
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
from sip_workflow.engine import Engine
from sip_workflow.settings import Settings
from sip_workflow.store import Store


def machine_time() -> datetime:
    """The machine's clock, aware UTC: the only place that reads it for the application."""
    return datetime.now(UTC)


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
        register=Register(core, secret_key=settings.secret_key),
        incidents=Incidents(core),
        timers=Timers(core),
        outbox=Outbox(core, connectors=load_connectors(), settings=settings),
        clock=Clock(core, read=read_clock),
    )


def prepare(application: Application) -> None:
    """Create or upgrade the database and put the shipped definitions in force. Safe to repeat."""
    application.store.upgrade()
    files = definition_files(overlay=application.settings.definitions)
    application.definitions.publish_shipped(files=files, now=application.clock.now())

"""A small world to act in: the whole application over HTTP, the training material, a clock to move.

Acts are those of people: each task is done by a user whom its address allows, with the answers
that the form's own examples give, over the API. Time passes only when the test says so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask.testing import FlaskClient

from sip_workflow import training
from sip_workflow.application import Application
from sip_workflow.bootstrap import build, prepare
from sip_workflow.domain.rows import Task
from sip_workflow.settings import read_settings
from sip_workflow.wsgi import create_app
from worker.sweeps import run_due

STOCKHOLM = ZoneInfo("Europe/Stockholm")
MONDAY = datetime(2027, 2, 1, 9, 0, tzinfo=STOCKHOLM)
"""When a test begins: an ordinary Monday morning."""

Json = dict[str, Any]
Choose = Callable[[list[Json]], Json]

WARD = "SE2321009900-2001"
OUTPATIENT = "SE2321009900-1001"
SOCIAL_SERVICES = "SE2120009901-1001"
CASE_WORKER = "anna.ekbacka"
PERSON: Json = {
    "id_type": "personnummer",
    "id": "194103179836",
    "name": "Sten Almgren",
    "municipality": "Ekbacka",
    "address": "Kvarnvägen 4, 999 01 Ekbacka",
}
NOTICE: Json = {
    "external_id": "vtf-1",
    "hospital_unit": WARD,
    "person": PERSON,
    "admitted_at": "2027-02-01T07:00:00+01:00",
    "planned_discharge_at": "2027-02-05T12:00:00+01:00",
    "needs": ["municipal_social_services", "regional_care"],
}


def open_application(database_url: str, **settings: str) -> Application:
    """An application with the shipped definitions and the training material, at ``MONDAY``."""
    environment = {"SIP_MODE": "training", "SIP_DATABASE_URL": database_url, **settings}
    application = build(read_settings(environment), read_clock=lambda: MONDAY.astimezone(UTC))
    prepare(application)
    training.load(store=application.store)
    return application


@dataclass
class World:
    """The application, a client, and who does what."""

    application: Application
    client: FlaskClient = field(init=False)

    def __post_init__(self) -> None:
        settings = self.application.settings
        self.client = create_app(settings, application=self.application).test_client()

    # -- HTTP ------------------------------------------------------------------------------------

    def call(
        self, method: str, path: str, *, as_: str, json: Any = None, expect: int = 200, **more: Any
    ) -> Json:
        """Call the API as a user (or with a token) and demand the status."""
        token = as_ if as_.startswith("sip_") else self.application.register.token_of_user(username=as_)
        headers = {"Authorization": f"Bearer {token}", **more.pop("headers", {})}
        response = self.client.open(f"/api/v1{path}", method=method, json=json, headers=headers, **more)
        body = response.get_json(silent=True) or {}
        assert response.status_code == expect, (method, path, response.status_code, body)
        return dict(body)

    def get(self, path: str, *, as_: str, expect: int = 200) -> Json:
        """Read."""
        return self.call("GET", path, as_=as_, expect=expect)

    def post(self, path: str, json: Any = None, *, as_: str, expect: int = 200, **more: Any) -> Json:
        """Act."""
        return self.call("POST", path, as_=as_, json={} if json is None else json, expect=expect, **more)

    # -- tasks -----------------------------------------------------------------------------------

    def open_tasks(self, case_id: str, form_key: str | None = None) -> list[Task]:
        """The open tasks of a case, as the tables have them."""
        wanted: Json = {"form_key": form_key} if form_key is not None else {}
        with self.application.store.read() as tx:
            return tx.tasks.find(case_id=case_id, state="open", order_by=("opened_at", "id"), **wanted)

    def names(self, case_id: str) -> list[str]:
        """The forms that stand open in a case."""
        return sorted(task.form_key for task in self.open_tasks(case_id))

    def who_may(self, task: Task) -> str:
        """A user who may do the task: its assignee, else the first with the role at the unit."""
        if task.assignee is not None:
            return task.assignee
        for row in self.application.register.users():
            if row["unit"]["id"] == task.unit_id and task.role in row["roles"]:
                return str(row["username"])
        raise AssertionError(f"nobody is {task.role} at {task.unit_id}")

    def do(
        self,
        case_id: str,
        form_key: str,
        choose: Choose = lambda examples: examples[0],
        *,
        unit: str | None = None,
        **changes: Any,
    ) -> Json:
        """Do the task that stands open there, with an example's answers (the first, unless chosen)."""
        tasks = [task for task in self.open_tasks(case_id, form_key) if unit in (None, task.unit_id)]
        assert tasks, f"{form_key} is not open; open are {self.names(case_id)}"
        return self.do_task(tasks[0], choose, **changes)

    def do_task(self, task: Task, choose: Choose = lambda examples: examples[0], **changes: Any) -> Json:
        """Do one task over HTTP."""
        username = self.who_may(task)
        seen = self.get(f"/tasks/{task.id}", as_=username)
        examples = seen["form"]["schema"]["examples"]
        assert examples, f"no example of {task.form_key} fits the task"
        answers = {**choose(examples), **changes}
        body = {"answers": answers, "version": seen["version"]}
        return self.post(f"/tasks/{task.id}/complete", body, as_=username)

    def do_all(self, case_id: str, form_key: str) -> int:
        """Do every open task of that form with its first example."""
        tasks = self.open_tasks(case_id, form_key)
        for task in tasks:
            self.do_task(task)
        return len(tasks)

    # -- beginnings ------------------------------------------------------------------------------

    def hospital(self) -> str:
        """A token of the hospital's system."""
        return self.application.register.add_client(
            name="journalsystemet", unit_id=WARD, scopes=["discharges"], now=self.now()
        )

    def admit(self, token: str, **changes: Any) -> Json:
        """The hospital sends an admission notice."""
        return self.post("/discharges", {**NOTICE, **changes}, as_=token, expect=201)

    def event(self, token: str, happened: str, *, external_id: str = "vtf-1", **data: Any) -> Json:
        """The hospital reports an event of now."""
        body = {"type": happened, "at": self.now().isoformat(), **data}
        return self.post(f"/discharges/{external_id}/events", body, as_=token)

    def start_sip(self, **more: Any) -> str:
        """A case worker starts a SIP; the case's number."""
        body = {"person": PERSON, "initiating_unit": SOCIAL_SERVICES, **more}
        return str(self.post("/cases", body, as_=CASE_WORKER, expect=201)["id"])

    # -- time ------------------------------------------------------------------------------------

    def now(self) -> datetime:
        """The application's time."""
        return self.application.clock.now()

    def at(self, moment: datetime) -> dict[str, int]:
        """Move the clock to a moment and let the sweeps do what is due."""
        self.application.clock.set(at=moment)
        return run_due(self.application, pause_seconds=0)

    def later(self, **duration: float) -> dict[str, int]:
        """Let time pass, and let the sweeps do what is due."""
        return self.at(self.now() + timedelta(**duration))

    # -- what came of it -------------------------------------------------------------------------

    def case(self, case_id: str) -> Json:
        """The case as its coordinating unit sees it."""
        with self.application.store.read() as tx:
            unit = tx.cases.get(case_id).coordinator_unit_id
        for row in self.application.register.users():
            if row["unit"]["id"] == unit and "case_worker" in row["roles"]:
                return self.get(f"/cases/{case_id}", as_=str(row["username"]))
        raise AssertionError("nobody coordinates the case")

    def told(self, case_id: str, kind: str) -> list[str]:
        """The levels of a kind that were told, in the order they were due."""
        with self.application.store.read() as tx:
            rows = tx.escalations.find(case_id=case_id, kind=kind, order_by="occasion")
        return [row.level for row in rows]

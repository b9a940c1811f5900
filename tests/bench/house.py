"""A house to measure in: the whole application on a file of its own, and people who act in it.

They act through the use cases, without HTTP: each task is done by a user whom its address allows,
with the first example of its form.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC
from pathlib import Path
from typing import Any

from sip_workflow.application import Application
from sip_workflow.bootstrap import build
from sip_workflow.domain.register import Actor
from sip_workflow.domain.rows import Instance, Task
from sip_workflow.settings import read_settings
from tests.support.world import CASE_WORKER, MONDAY, PERSON, SOCIAL_SERVICES, Json, open_application

NOW = MONDAY.astimezone(UTC)

UNTIL_INVITED = ("need", "consent", "preparation", "invitation_review")
UNITS_ANSWER = ("acknowledge", "delegate", "reply", "unit_preparation")
MEET_AND_PLAN = ("replies_review", "practical_preparation", "meeting", "plan")


class House:
    """An application, and what its people know by heart."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self._actors: dict[tuple[str, str], Actor] = {}
        self._answers: dict[tuple[str, str], Json] = {}

    def begin(self) -> str:
        """A case worker starts a SIP; the case's number."""
        begun = self.application.cases.start(
            person=PERSON,
            initiating_unit=SOCIAL_SERVICES,
            need=None,
            guideline=None,
            actor=self.application.register.actor_of_user(username=CASE_WORKER),
            now=NOW,
        )
        return str(begun["id"])

    def do_all(self, case_id: str, *form_keys: str, **changes: Any) -> None:
        """Do every open task of these forms, form by form; ``changes`` replaces answers."""
        for form_key in form_keys:
            tasks = self.open_tasks(case_id=case_id, form_key=form_key)
            assert tasks, f"{form_key} is not open"
            for task in tasks:
                self.complete(task, answers={**self.answers(task), **changes})

    def open_tasks(self, **equals: Any) -> list[Task]:
        """Open tasks, the oldest first."""
        with self.application.store.read() as tx:
            return tx.tasks.find(state="open", order_by=("opened_at", "id"), **equals)

    def complete(self, task: Task, *, answers: Json) -> None:
        """Complete a task as someone who may."""
        self.application.user_tasks.complete(
            task_id=task.id, answers=answers, version=task.version, actor=self.actor(task), now=NOW
        )

    def learn(self, task: Task) -> None:
        """Find out who does a task and what is answered, so that nothing is asked for it later."""
        self.actor(task), self.answers(task)

    def answers(self, task: Task) -> Json:
        """The first example of a task's form; the same for every such task of the unit."""
        known = (task.form_key, task.unit_id)
        if known not in self._answers:
            seen = self.application.user_tasks.view(task_id=task.id, actor=self.actor(task), now=NOW)
            self._answers[known] = seen["form"]["schema"]["examples"][0]
        return dict(self._answers[known])

    def actor(self, task: Task) -> Actor:
        """The task's assignee, else the first user with the role at the unit."""
        register = self.application.register
        if task.assignee is not None:
            return register.actor_of_user(username=task.assignee)
        known = (task.unit_id, task.role)
        if known not in self._actors:
            username = next(
                row["username"]
                for row in register.users()
                if row["unit"]["id"] == task.unit_id and task.role in row["roles"]
            )
            self._actors[known] = register.actor_of_user(username=username)
        return self._actors[known]

    def instances(self, case_id: str) -> list[Instance]:
        """The case's instances."""
        with self.application.store.read() as tx:
            return tx.instances.find(case_id=case_id, order_by="started_at")


@contextmanager
def new_house(path: Path) -> Iterator[House]:
    """A house with the shipped definitions and the training material; all is in the one file afterwards."""
    application = open_application(f"sqlite:///{path}")
    with closing(application.store):
        yield House(application)


@contextmanager
def copied_house(path: Path, *, to: Path) -> Iterator[House]:
    """The same house once more, on a copy of its file."""
    shutil.copy(path, to)
    settings = read_settings({"SIP_MODE": "training", "SIP_DATABASE_URL": f"sqlite:///{to}"})
    application = build(settings, read_clock=lambda: NOW)
    with closing(application.store):
        yield House(application)

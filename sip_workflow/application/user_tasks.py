"""User tasks: see them, take them, save a draft, complete them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sip_workflow.application.access import consent_in_force, covered_by_consent
from sip_workflow.application.commands import in_case
from sip_workflow.application.core import Core
from sip_workflow.application.facts import TaskContext, facts, principal_kind, refers, stand_ins
from sip_workflow.application.limits import beyond_the_form
from sip_workflow.application.paging import page_of
from sip_workflow.application.prefill import prefill
from sip_workflow.application.task_sight import SHARED_PROCESSES, sees_task
from sip_workflow.application.views import View, task_view
from sip_workflow.application.work import CaseWork
from sip_workflow.domain.identifiers import new_id
from sip_workflow.domain.refusals import FieldError, InvalidInput, NotFound, Refusal
from sip_workflow.domain.register import Actor
from sip_workflow.domain.rows import FormAnswer, Task
from sip_workflow.forms import effective_schema, examples, validate
from sip_workflow.store import Transaction


class NotOpen(Refusal):
    """The task is done or has fallen away."""

    type = "task_not_open"
    title = "Uppgiften är inte öppen längre"

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__("Någon har redan gjort den, eller så behövs den inte längre. Gå till inkorgen.")


class TakenBySomeoneElse(Refusal):
    """Someone else has the task."""

    type = "task_taken"
    title = "Någon annan har uppgiften"

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__(
            "En kollega har tagit uppgiften. Be kollegan att lämna tillbaka den, eller välj en annan."
        )


class ChangedMeanwhile(Refusal):
    """The task was changed since it was read."""

    type = "changed_meanwhile"
    title = "Uppgiften har ändrats"

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__(
            "Någon har ändrat uppgiften sedan du öppnade den. Läs om den; din text är kvar hos dig."
        )


class CantBeGiven(Refusal):
    """The colleague may not do the task."""

    status = 422
    type = "cannot_be_assigned"
    title = "Uppgiften kan inte ges till den personen"

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__("Personen finns inte eller saknar rollen på enheten. Välj en annan kollega.")


class UserTasks:
    """What people do with their tasks."""

    def __init__(self, core: Core) -> None:
        """Keep the core."""
        self._core = core

    def view(self, *, task_id: str, actor: Actor, now: datetime) -> View:
        """A task with its form, its answers so far and, in training, examples. Raises ``NotFound``."""
        with self._core.read() as tx:
            context = self._context(tx, task_id=task_id, actor=actor, now=now)
            return self._whole_view(context)

    def complete(
        self,
        *,
        task_id: str,
        answers: Mapping[str, Any],
        version: int | None,
        actor: Actor,
        now: datetime,
    ) -> View:
        """Complete a task. What is due in its instance fires first, in the same transaction.

        Raises ``NotFound``, ``NotOpen``, ``TakenBySomeoneElse``, ``ChangedMeanwhile``, ``InvalidInput``,
        ``IsSetAside``.
        """
        asked = self._found(task_id)

        def do(work: CaseWork) -> None:
            context = self._context(work.tx, task_id=task_id, actor=actor, now=now, work=work)
            _demand_free(context.task, actor=actor, version=version)
            self.finish(work, context=context, answers=answers)

        return in_case(
            self._core,
            case_id=asked.case_id,
            actor=actor,
            now=now,
            do=do,
            show=lambda work: self._short_view(work.tx, work.tx.tasks.get(task_id)),
            instance_id=asked.instance_id,
        )

    def finish(
        self, work: CaseWork, *, context: TaskContext, answers: Mapping[str, Any], pointer: str = ""
    ) -> None:
        """Check the answers and hand them to the process, inside a command.

        ``pointer`` is where the answers stand in the request, for the errors. Raises as ``complete``.
        """
        task = context.task
        self._demand_valid(context, answers, pointer=pointer)
        running = work.resume(instance_id=task.instance_id)
        if task.ref not in running.tasks:
            raise NotOpen
        work.tx.form_answers.add(
            FormAnswer(
                id=new_id(),
                task_id=task.id,
                case_id=task.case_id,
                form_key=task.form_key,
                answers=dict(answers),
                at=work.now,
                actor=work.actor.id,
            )
        )
        work.complete(running, task=running.tasks[task.ref], answers=answers)

    def save_draft(
        self,
        *,
        task_id: str,
        answers: Mapping[str, Any],
        version: int | None,
        actor: Actor,
        now: datetime,
    ) -> View:
        """Save unfinished answers as they are: a half-done form may be wrong. Raises as ``complete``."""
        return self._change(
            task_id=task_id, actor=actor, now=now, version=version, columns={"draft": dict(answers)}
        )

    def claim(self, *, task_id: str, actor: Actor, now: datetime) -> View:
        """Take a task. Raises ``NotFound``, ``NotOpen``, ``TakenBySomeoneElse``."""
        return self._change(task_id=task_id, actor=actor, now=now, columns={"assignee": actor.id})

    def release(self, *, task_id: str, actor: Actor, now: datetime) -> View:
        """Give a task back to the unit. Raises as ``claim``."""
        return self._change(task_id=task_id, actor=actor, now=now, columns={"assignee": None})

    def assign(self, *, task_id: str, username: str, actor: Actor, now: datetime) -> View:
        """Give a task to a colleague who may do it. Raises ``CantBeGiven`` and as ``claim``."""
        return self._change(
            task_id=task_id, actor=actor, now=now, columns={"assignee": username}, from_others=True
        )

    def list(
        self,
        *,
        actor: Actor,
        case_id: str | None,
        state: str,
        limit: int,
        after: str | None,
        now: datetime,
    ) -> View:
        """The tasks of the actor's roles, the first due first: ``{items, next_after}``."""
        pairs = [(unit_id, role) for unit_id, roles in actor.roles.items() for role in roles]
        with self._core.read() as tx:
            page = page_of(
                lambda: tx.tasks.inbox(
                    units_roles=pairs, case_id=case_id, state=state, after=after, limit=limit
                )
            )
            hidden = self._hidden_cases(tx, page.items, now=now)
            shown = [
                task
                for task in page.items
                if not (task.process_id in SHARED_PROCESSES and (task.case_id, task.unit_id) in hidden)
            ]
            names = {
                unit.id: unit.name for unit in tx.units.find(id=sorted({task.unit_id for task in shown}))
            }
        items = [task_view(task, unit_name=names[task.unit_id], zone=self._core.zone) for task in shown]
        return {"items": items, "next_after": page.next_after}

    # -- inside ----------------------------------------------------------------------------------

    def _found(self, task_id: str) -> Task:
        """The task as it was before its case is locked: for what never changes in it."""
        with self._core.read() as tx:
            task = tx.tasks.find_one(id=task_id)
        if task is None:
            raise NotFound
        return task

    def _context(
        self, tx: Transaction, *, task_id: str, actor: Actor, now: datetime, work: CaseWork | None = None
    ) -> TaskContext:
        task = tx.tasks.find_one(id=task_id)
        if task is None:
            raise NotFound
        case = work.case if work is not None else tx.cases.get(task.case_id)
        bundle = work.bundle if work is not None else self._core.bundle(tx, bundle_hash=case.bundle_hash)
        if not sees_task(tx, task=task, case=case, actor=actor, now=now, zone=self._core.zone):
            raise NotFound
        return TaskContext(core=self._core, tx=tx, bundle=bundle, case=case, task=task, actor=actor, now=now)

    def _hidden_cases(self, tx: Transaction, tasks: Any, *, now: datetime) -> set[tuple[str, str]]:
        """(case, unit) pairs of invitations outside the consent in force."""
        shared = {(task.case_id, task.unit_id) for task in tasks if task.process_id in SHARED_PROCESSES}
        if not shared:
            return set()
        cases = {case.id: case for case in tx.cases.find(id=sorted({case_id for case_id, _ in shared}))}
        units = {unit.id: unit for unit in tx.units.find(id=sorted({unit_id for _, unit_id in shared}))}
        hidden = set()
        for case_id, unit_id in shared:
            consent = consent_in_force(tx, case=cases[case_id], now=now, zone=self._core.zone)
            if consent is None or not covered_by_consent(consent, unit=units[unit_id]):
                hidden.add((case_id, unit_id))
        return hidden

    def _whole_view(self, context: TaskContext) -> View:
        task, bundle = context.task, context.bundle
        form = bundle.forms[task.form_key]
        known = facts(context)
        given = task.draft if task.draft is not None else {}
        if task.state == "open" and task.draft is None:
            given = prefill(context)  # of what is known today: for who is to do the task, not who once did it
        schema = dict(effective_schema(form=form, facts=known))
        if self._core.training:
            fitting = examples(
                form=form,
                facts=known,
                stand_ins=stand_ins(context),
                refers=refers(context),
                principal_kind=principal_kind(context),
            )
            schema["examples"] = [each for each in fitting if not beyond_the_form(context, each)]
        unit = context.tx.units.get(task.unit_id)
        return {
            **task_view(task, unit_name=unit.name, zone=self._core.zone),
            "form": {"key": task.form_key, "schema": schema, "ui_schema": dict(form.ui)},
            "answers": given,
        }

    def _short_view(self, tx: Transaction, task: Task) -> View:
        return task_view(task, unit_name=tx.units.get(task.unit_id).name, zone=self._core.zone)

    def _demand_valid(self, context: TaskContext, answers: Mapping[str, Any], *, pointer: str) -> None:
        errors = validate(
            form=context.bundle.forms[context.task.form_key],
            answers=answers,
            facts=facts(context),
            refers=refers(context),
            principal_kind=principal_kind(context),
        )
        found = [FieldError(pointer=row.pointer, message=row.message) for row in errors]
        found += [] if found else beyond_the_form(context, answers)
        if found:
            raise InvalidInput([replace(error, pointer=pointer + error.pointer) for error in found])

    def _change(
        self,
        *,
        task_id: str,
        actor: Actor,
        now: datetime,
        columns: Mapping[str, Any],
        version: int | None = None,
        from_others: bool = False,
    ) -> View:
        """Change a task's columns under its case's lock: no command is half-way through with it."""
        case_id = self._found(task_id).case_id
        with self._core.write() as tx:
            tx.lock_case(case_id)
            context = self._context(tx, task_id=task_id, actor=actor, now=now)
            task = context.task
            if from_others:
                _demand_fit(tx, task=task, username=columns["assignee"])
                task = replace(task, assignee=None)
            _demand_free(task, actor=actor, version=version)
            tx.tasks.change(task_id, version=task.version + 1, **columns)
            changed = self._context(tx, task_id=task_id, actor=actor, now=now)
            return self._whole_view(changed)


def _demand_fit(tx: Transaction, *, task: Task, username: str) -> None:
    user = tx.users.find_one(username=username)
    memberships = tx.memberships.find(user_id=user.id) if user is not None else []
    if not any(row.unit_id == task.unit_id and task.role in row.roles for row in memberships):
        raise CantBeGiven


def _demand_free(task: Task, *, actor: Actor, version: int | None) -> None:
    if task.state != "open":
        raise NotOpen
    if task.assignee is not None and task.assignee != actor.id:
        raise TakenBySomeoneElse
    if version is not None and version != task.version:
        raise ChangedMeanwhile

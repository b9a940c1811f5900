"""User tasks, and the inbox: which of them stand open for someone's roles."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, and_, bindparam, or_, select

from sip_workflow.domain.rows import Task
from sip_workflow.store.connection import Connection
from sip_workflow.store.engine_tables import tasks
from sip_workflow.store.pages import Page, cut, position
from sip_workflow.store.prepared import Statement
from sip_workflow.store.records import Records
from sip_workflow.store.statements import LIMIT, Statements, limited_to, one_of

_STATEMENTS = Statements(Task, tasks)


@cache
def _inbox(*, pairs: int, of_user: bool, of_case: bool, after: str) -> Statement[Task]:
    """``after``: the first page, or after a task that is due (``dated``) or never is (``undated``)."""
    due_at, key = tasks.c.due_at, tasks.c.id
    theirs = [
        and_(tasks.c.unit_id == bindparam(f"unit_{each}"), tasks.c.role == bindparam(f"role_{each}"))
        for each in range(pairs)
    ]
    statement = select(tasks).where(tasks.c.state == bindparam("in_state"), or_(*theirs))
    if of_user:
        statement = statement.where(
            or_(tasks.c.assignee.is_(None), tasks.c.assignee == bindparam("username"))
        )
    if of_case:
        statement = statement.where(tasks.c.case_id == bindparam("of_case"))
    last_due_at: BindParameter[Any] = bindparam("last_due_at")
    last_id: BindParameter[Any] = bindparam("last_id")
    if after == "dated":
        same = and_(due_at == last_due_at, key > last_id)
        statement = statement.where(or_(due_at > last_due_at, same, due_at.is_(None)))
    elif after == "undated":
        statement = statement.where(due_at.is_(None), key > last_id)
    # What is never due comes last; the databases disagree on it when they are not told.
    return _STATEMENTS.rows(statement.order_by(due_at.asc().nulls_last(), key).limit(limited_to()))


class Tasks(Records[Task]):
    """User tasks."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, _STATEMENTS)

    def inbox(
        self,
        *,
        units_roles: Iterable[tuple[str, str]],
        username: str | None = None,
        case_id: str | None = None,
        state: str = "open",
        after: str | None = None,
        limit: int = 50,
    ) -> Page[Task]:
        """Tasks of these (unit, role) pairs, the first due first.

        With ``username``, those that others are assigned are left out. ``after`` is the page
        before's ``next_after``. Raises ``ValueError`` for one that is not ours.
        """
        pairs = sorted({(unit, str(role)) for unit, role in units_roles})
        if not pairs:
            return Page(items=[], next_after=None)
        size, units = one_of("unit", [unit for unit, _ in pairs])
        _, roles = one_of("role", [role for _, role in pairs])
        parameters: dict[str, Any] = {**units, **roles, "in_state": state, LIMIT: limit + 1}
        if username is not None:
            parameters["username"] = username
        if case_id is not None:
            parameters["of_case"] = case_id
        kind = "first"
        if after is not None:
            due_at, parameters["last_id"] = position(after)
            kind = "undated"
            if due_at is not None:
                kind, parameters["last_due_at"] = "dated", due_at
        statement = _inbox(pairs=size, of_user=username is not None, of_case=case_id is not None, after=kind)
        found = self._connection.read(statement, parameters)
        return cut(found, limit=limit, place=lambda task: (task.due_at, task.id))

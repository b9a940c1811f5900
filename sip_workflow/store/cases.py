"""Cases: the lock that makes one command at a time, and the list of what units have a part in."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, and_, bindparam, or_, select

from sip_workflow.domain.sip import Case
from sip_workflow.store.case_tables import cases, parts
from sip_workflow.store.connection import Connection
from sip_workflow.store.errors import NotFound
from sip_workflow.store.pages import Page, cut, position
from sip_workflow.store.prepared import Statement
from sip_workflow.store.records import Records
from sip_workflow.store.statements import LIMIT, THE_KEY, Statements, limited_to, one_of

_STATEMENTS = Statements(Case, cases)


@cache
def _of_units(*, units: int, paged: bool) -> Statement[Case]:
    unit_ids: list[BindParameter[Any]] = [
        bindparam(f"unit_{each}", type_=parts.c.unit_id.type) for each in range(units)
    ]
    theirs = select(parts.c.case_id).where(parts.c.unit_id.in_(unit_ids))
    statement = select(cases).where(cases.c.id.in_(theirs))
    if paged:
        opened_at: BindParameter[Any] = bindparam("opened_at")
        last_id: BindParameter[Any] = bindparam("last_id")
        statement = statement.where(
            or_(
                cases.c.opened_at < opened_at,
                and_(cases.c.opened_at == opened_at, cases.c.id < last_id),
            )
        )
    ordered = statement.order_by(cases.c.opened_at.desc(), cases.c.id.desc())
    return _STATEMENTS.rows(ordered.limit(limited_to()))


class Cases(Records[Case]):
    """Cases."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, _STATEMENTS)

    def lock(self, case_id: str) -> Case:
        """The case, locked until the transaction ends. Raises ``NotFound``, ``Busy``.

        On SQLite the writing transaction itself is the lock.
        """
        for case in self._connection.take(_STATEMENTS.by_key_locked, {THE_KEY: case_id}):
            return case
        raise NotFound("cases: no row with that key")

    def of_units(self, *, unit_ids: Iterable[str], limit: int, after: str | None = None) -> Page[Case]:
        """Cases in which any of the units has or had a part, the last opened first.

        ``after`` is the page before's ``next_after``. Raises ``ValueError`` for one that is not ours.
        """
        units = sorted(set(unit_ids))
        if not units:
            return Page(items=[], next_after=None)
        size, parameters = one_of("unit", units)
        parameters[LIMIT] = limit + 1
        if after is not None:
            parameters["opened_at"], parameters["last_id"] = position(after)
            if parameters["opened_at"] is None:
                raise ValueError("the place to go on from is not one of ours")
        found = self._connection.read(_of_units(units=size, paged=after is not None), parameters)
        return cut(found, limit=limit, place=lambda case: (case.opened_at, case.id))

"""Cases: the lock that makes one command at a time, and the list of what units have a part in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import BindParameter, Select, and_, bindparam, or_, select

from sip_workflow.domain.sip import Case
from sip_workflow.store.case_tables import cases, parts
from sip_workflow.store.connection import Connection
from sip_workflow.store.errors import NotFound
from sip_workflow.store.pages import Page, cursor, position
from sip_workflow.store.records import Records
from sip_workflow.store.statements import LIMIT, THE_KEY, Statements

_STATEMENTS = Statements(Case, cases)


def _of_units(*, paged: bool) -> Select[Any]:
    theirs = select(parts.c.case_id).where(parts.c.unit_id.in_(bindparam("unit_ids", expanding=True)))
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
    return statement.order_by(cases.c.opened_at.desc(), cases.c.id.desc()).limit(bindparam(LIMIT))


_FIRST_OF_UNITS = _of_units(paged=False)
_NEXT_OF_UNITS = _of_units(paged=True)


class Cases(Records[Case]):
    """Cases."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, _STATEMENTS)

    def lock(self, case_id: str) -> Case:
        """The case, locked until the transaction ends. Raises ``NotFound``, ``Busy``.

        On SQLite the writing transaction itself is the lock.
        """
        row = self._connection.write(_STATEMENTS.by_key_locked, {THE_KEY: case_id}).fetchone()
        if row is None:
            raise NotFound("cases: no row with that key")
        return _STATEMENTS.to_record(row)

    def of_units(self, *, unit_ids: Iterable[str], limit: int, after: str | None = None) -> Page[Case]:
        """Cases in which any of the units has or had a part, the last opened first.

        ``after`` is the page before's ``next_after``. Raises ``ValueError`` for one that is not ours.
        """
        parameters: dict[str, Any] = {"unit_ids": sorted(set(unit_ids)), LIMIT: limit + 1}
        if not parameters["unit_ids"]:
            return Page(items=[], next_after=None)
        if after is not None:
            opened_at, last_id = position(after)
            if opened_at is None:
                raise ValueError("the place to go on from is not one of ours")
            parameters |= {"opened_at": opened_at, "last_id": last_id}
        statement = _FIRST_OF_UNITS if after is None else _NEXT_OF_UNITS
        rows = self._connection.read(statement, parameters).fetchall()
        found = [_STATEMENTS.to_record(row) for row in rows[:limit]]
        more = len(rows) > limit
        return Page(items=found, next_after=cursor(found[-1].opened_at, found[-1].id) if more else None)

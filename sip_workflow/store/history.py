"""History: what happened in a case, in the order of the rows' numbers; only ever added to."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import bindparam, select

from sip_workflow.domain.rows import HistoryItem
from sip_workflow.store.connection import Connection
from sip_workflow.store.engine_tables import history
from sip_workflow.store.records import Records
from sip_workflow.store.statements import LIMIT, Statements, limited_to

_STATEMENTS = Statements(HistoryItem, history)

_PAGE = _STATEMENTS.rows(
    select(history)
    .where(history.c.case_id == bindparam("of_case"), history.c.id > bindparam("after"))
    .order_by(history.c.id)
    .limit(limited_to())
)


class History(Records[HistoryItem]):
    """What happened in cases."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, _STATEMENTS)

    def append(self, items: Iterable[HistoryItem]) -> None:
        """Add items in their order; the database numbers them."""
        self.add_all(items)

    def page(self, *, case_id: str, limit: int, after: int = 0) -> list[HistoryItem]:
        """A case's items from the one after number ``after``, the oldest first."""
        return self._connection.read(_PAGE, {"of_case": case_id, "after": after, LIMIT: limit})

"""What instances wait for: messages by name and correlation."""

from __future__ import annotations

from collections.abc import Iterable

from sip_workflow.domain.rows import Wait
from sip_workflow.store.connection import Connection
from sip_workflow.store.engine_tables import waits
from sip_workflow.store.records import Records
from sip_workflow.store.replacing import replaced
from sip_workflow.store.statements import Statements

_STATEMENTS = Statements(Wait, waits)


def _meaning(wait: Wait) -> tuple[object, ...]:
    """What makes two waits the same, whatever their ids."""
    return wait.ref, wait.element_id, wait.message, wait.correlation


class Waits(Records[Wait]):
    """Waits for messages."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, _STATEMENTS)

    def replace(self, *, instance_id: str, waits: Iterable[Wait], was: Iterable[Wait] | None = None) -> None:
        """Let these be the instance's waits; ``was`` as in ``Timers.replace``."""
        gone, new = replaced(now=waits, was=was, meaning=_meaning)
        if was is None:
            self.remove(instance_id=instance_id)
        else:
            self._remove_all(gone)
        self.add_all(new)

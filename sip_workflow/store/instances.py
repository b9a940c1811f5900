"""Instances: a process's state is only ever replaced by who has read its latest version."""

from __future__ import annotations

from dataclasses import fields

from sqlalchemy import bindparam, update

from sip_workflow.domain.rows import Instance
from sip_workflow.store.connection import Connection
from sip_workflow.store.engine_tables import instances
from sip_workflow.store.errors import Conflict
from sip_workflow.store.records import Records
from sip_workflow.store.statements import THE_KEY, Statements

_STATEMENTS = Statements(Instance, instances)

_WAS = "was_version"
# What an instance is born with stays: the statement is shorter, and its references need no check.
_BORN_WITH = {"id", "case_id", "process_id", "started_at"}
_SAVE = _STATEMENTS.setting(
    update(instances).where(instances.c.id == bindparam(THE_KEY), instances.c.version == bindparam(_WAS)),
    columns=[field.name for field in fields(Instance) if field.name not in _BORN_WITH],
)


class Instances(Records[Instance]):
    """Running processes."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, _STATEMENTS)

    def save(self, instance: Instance, *, was_version: int) -> None:
        """Write the instance if the row still has version ``was_version``.

        Raises ``Conflict``, and the transaction is lost, when it has another or is not there;
        ``ValueError`` when the new version is not above the old one.
        """
        if instance.version <= was_version:
            raise ValueError("an instance's version must rise when it is saved")
        values = _STATEMENTS.values(instance)
        values[THE_KEY] = instance.id
        values[_WAS] = was_version
        if self._connection.change(_SAVE, values) != 1:
            raise self._connection.lost(Conflict("instances: the row has another version"))

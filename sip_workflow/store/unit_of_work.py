"""What a transaction gives its user: the records of every table, made when first asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

from sqlalchemy import Table

from sip_workflow.domain import register, rows, sip
from sip_workflow.store import case_tables, engine_tables, register_tables
from sip_workflow.store.cases import Cases
from sip_workflow.store.connection import Connection
from sip_workflow.store.history import History
from sip_workflow.store.instances import Instances
from sip_workflow.store.outbox import Outbox
from sip_workflow.store.records import Records
from sip_workflow.store.statements import Statements
from sip_workflow.store.tasks import Tasks
from sip_workflow.store.timers import Timers
from sip_workflow.store.waits import Waits

T = TypeVar("T")
R = TypeVar("R", bound=Records[Any])


class _Kept(Generic[R]):
    """An attribute of a transaction, made when first asked for and then an ordinary attribute."""

    def __init__(self, make: Callable[[Connection], R], *, record: type) -> None:
        self._make = make
        self.record = record

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, transaction: None, owner: type) -> _Kept[R]: ...

    @overload
    def __get__(self, transaction: Transaction, owner: type) -> R: ...

    def __get__(self, transaction: Transaction | None, owner: type) -> _Kept[R] | R:
        if transaction is None:
            return self
        records = transaction.__dict__[self._name] = self._make(transaction.connection)
        return records


def _plain(record: type[T], table: Table) -> _Kept[Records[T]]:
    statements = Statements(record, table)
    return _Kept(lambda connection: Records(connection, statements), record=record)


class Transaction:
    """One transaction. Use it inside its ``with`` block and in one thread only."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def lock_case(self, case_id: str) -> sip.Case:
        """The case, locked until the transaction ends. Raises ``NotFound``, ``Busy``.

        A command takes this lock before it reads anything else of the case, so that what it
        reads is what it will change.
        """
        return self.cases.lock(case_id)

    principals = _plain(register.Principal, register_tables.principals)
    units = _plain(register.Unit, register_tables.units)
    users = _plain(register.User, register_tables.users)
    memberships = _plain(register.Membership, register_tables.memberships)
    clients = _plain(register.ApiClient, register_tables.clients)

    bundles = _plain(rows.StoredBundle, case_tables.bundles)
    persons = _plain(sip.Person, case_tables.persons)
    cases = _Kept(Cases, record=sip.Case)
    parts = _plain(sip.Part, case_tables.parts)
    consents = _plain(sip.Consent, case_tables.consents)
    meetings = _plain(sip.Meeting, case_tables.meetings)
    invitations = _plain(sip.Invitation, case_tables.invitations)
    plans = _plain(sip.Plan, case_tables.plans)
    goals = _plain(sip.Goal, case_tables.goals)
    actions = _plain(sip.Action, case_tables.actions)
    plan_copies = _plain(sip.PlanCopy, case_tables.plan_copies)
    follow_ups = _plain(sip.FollowUp, case_tables.follow_ups)
    escalations = _plain(sip.Escalation, case_tables.escalations)
    deviations = _plain(sip.Deviation, case_tables.deviations)
    closing_records = _plain(sip.ClosingRecord, case_tables.closing_records)
    discharges = _plain(sip.Discharge, case_tables.discharges)
    discharge_events = _plain(sip.DischargeEvent, case_tables.discharge_events)
    discharge_units = _plain(sip.DischargeUnit, case_tables.discharge_units)

    instances = _Kept(Instances, record=rows.Instance)
    tasks = _Kept(Tasks, record=rows.Task)
    timers = _Kept(Timers, record=rows.Timer)
    waits = _Kept(Waits, record=rows.Wait)
    kept_messages = _plain(rows.KeptMessage, engine_tables.kept_messages)
    outbox = _Kept(Outbox, record=rows.OutboxItem)
    history = _Kept(History, record=rows.HistoryItem)
    form_answers = _plain(rows.FormAnswer, engine_tables.form_answers)
    first_answers = _plain(rows.FirstAnswer, engine_tables.first_answers)
    settings = _plain(rows.Setting, engine_tables.settings)

"""Whose case it is, for lists: the name where the visitor may see it, by the same rule as the case's view."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sip_workflow.application import Application
from sip_workflow.application.access import Sight, sight
from sip_workflow.application.views import least_of_person_view
from sip_workflow.domain.register import Actor
from sip_workflow.domain.sip import Case, Person
from sip_workflow.store import Transaction


def person_names(
    application: Application, *, case_ids: Collection[str], actor: Actor, now: datetime
) -> Mapping[str, str]:
    """The names that the actor may see, by case; a case whose name they may not see is left out."""
    core = application.core
    found = {}
    with core.read() as tx:
        cases = tx.cases.find(id=sorted(case_ids))
        persons = {row.id: row for row in tx.persons.find(id=sorted({case.person_id for case in cases}))}
        for case in cases:
            seen = sight(tx, actor=actor, case=case, now=now, zone=core.zone)
            name = _name(tx, seen, case=case, person=persons[case.person_id])
            if name is not None:
                found[case.id] = name
    return found


def _name(tx: Transaction, seen: Sight, *, case: Case, person: Person) -> str | None:
    if seen.whole or seen.notice:
        return person.name
    if not seen.invitations:
        return None
    rows = tx.invitations.find(id=sorted(seen.invitations))
    if any(row.acknowledged_at is not None for row in rows):
        return person.name
    name: str | None = least_of_person_view(person)["name"]
    return name

"""The person of a case, as that case knows them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sip_workflow.domain.identifiers import new_id
from sip_workflow.domain.refusals import FieldError, InvalidInput
from sip_workflow.domain.sip import Person
from sip_workflow.store import Transaction

# In a samordningsnummer the day is 60 higher than in the birth date.
_COORDINATION_DAY = 60
_PROTECTION = ("no", "marked", "registration")
_NUMBERED = ("personnummer", "samordningsnummer")


def person_of(tx: Transaction, *, given: Mapping[str, Any], today: date) -> Person:
    """The person that ``given`` describes (the forms' ``person`` block), as this case knows them.

    Each case has its own: who starts one learns nothing of what another has, and changes nothing there
    (rules B18). Only protection is shared, and never lowered: what one case knows holds in all (B19).
    """
    number = given.get("id")
    if number is not None and given["id_type"] in _NUMBERED:
        number = normalised(number)
    born = _birth_date(given, number)
    if born is not None and born > today:
        message = "Födelsedagen har inte varit än. Kontrollera numret eller datumet."
        raise InvalidInput([FieldError(pointer="/person/id", message=message)])
    known = tx.persons.find(id_type=given["id_type"], id_number=number) if number is not None else []
    degrees = [row.protected for row in known] + [given.get("protected", "no")]
    protected = max(degrees, key=_PROTECTION.index)
    for row in known:
        if row.protected != protected:
            tx.persons.change(row.id, protected=protected)
    person = Person(
        id=new_id(),
        id_type=given["id_type"],
        id_number=number,
        name=given["name"],
        municipality=given["municipality"],
        address=given.get("address"),
        protected=protected,
        language=given.get("language"),
        interpreter=bool(given.get("interpreter", False)),
        birth_date=born,
    )
    tx.persons.add(person)
    return person


def normalised(number: str) -> str:
    """Twelve digits without a sign (domain.md 5), so that the same person is found however it was typed."""
    digits = "".join(sign for sign in number if sign.isdigit())
    return digits if len(digits) == 12 else number


def _birth_date(given: Mapping[str, Any], number: str | None) -> date | None:
    """The number decides where it holds a date: nobody becomes an adult by a slip of the pen (rules B6)."""
    if number is not None and given["id_type"] in _NUMBERED and len(number) == 12:
        day = int(number[6:8])
        if given["id_type"] == "samordningsnummer":
            day -= _COORDINATION_DAY
        return date(int(number[:4]), int(number[4:6]), day)
    return date.fromisoformat(given["birth_date"]) if given.get("birth_date") else None

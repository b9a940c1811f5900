"""The text formats of the forms: what each accepts, and what it says when it does not.

The format checker of ``jsonschema`` is not used: it accepts what its optional packages happen to know.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import NamedTuple

from personnummer import personnummer

UNIT = "sip-unit"
USER = "sip-user"
UNIT_OR_LINE = "sip-unit-or-line"
REFERENCES = frozenset({UNIT, USER})
"""Formats whose value must exist in the register; ``refers`` is asked with the format as kind."""

# Beyond these years every date is a slip, and deadlines could not be counted from it.
_YEARS = range(1850, 2200)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
# Upper case alone, unlike RFC 3339: what is accepted here is read by ``datetime.fromisoformat`` as it stands.
_DATE_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})", re.ASCII)
_NUMBER = re.compile(r"\d{8}-?\d{4}", re.ASCII)


class Format(NamedTuple):
    """A format: its test and the message for what fails it."""

    accepts: Callable[[str], bool]
    message: str


def is_date(text: str) -> bool:
    """Whether the text is a day that exists, YYYY-MM-DD."""
    if not _DATE.fullmatch(text):
        return False
    try:
        return date.fromisoformat(text).year in _YEARS
    except ValueError:
        return False


def is_date_time(text: str) -> bool:
    """Whether the text is an instant that exists, with its offset (RFC 3339; seconds may be left out)."""
    if not _DATE_TIME.fullmatch(text):
        return False
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return False
    return at.year in _YEARS


def is_personnummer(text: str) -> bool:
    """Whether the text is a personal identity number of twelve digits with a right check digit."""
    return _is_number(text, coordination=False)


def is_samordningsnummer(text: str) -> bool:
    """Whether the text is a coordination number: as a personal identity number, with 60 added to the day."""
    return _is_number(text, coordination=True)


def _is_number(text: str, *, coordination: bool) -> bool:
    # Twelve digits: with ten, one person could be stored under two centuries.
    if not _NUMBER.fullmatch(text):
        return False
    try:
        return personnummer.parse(text).is_coordination_number() is coordination
    except (ValueError, personnummer.PersonnummerException):
        return False


def _anything(_: str) -> bool:
    """What the register has is for ``refers`` to say."""
    return True


_TWELVE = "tolv siffror, ÅÅÅÅMMDD-NNNN, med rätt kontrollsiffra"
FORMATS: Mapping[str, Format] = {
    "date": Format(is_date, "Skriv ett datum som finns, till exempel 2027-03-15."),
    "date-time": Format(
        is_date_time, "Ange datum och klockslag som finns. Som text med tidszon: 2027-03-15T10:00+01:00."
    ),
    "sip-personnummer": Format(is_personnummer, f"Kontrollera personnumret: {_TWELVE}."),
    "sip-samordningsnummer": Format(is_samordningsnummer, f"Kontrollera samordningsnumret: {_TWELVE}."),
    UNIT: Format(_anything, "Välj en enhet i registret."),
    USER: Format(_anything, "Välj en medarbetare i registret."),
    UNIT_OR_LINE: Format(_anything, "Välj en enhet eller skriv vem."),
}

"""E-mail that the product sends: never more than a case number, what to do and a link.

E-mail travels in the open. No name, personal number, health detail or place of a protected
person may stand in one; whoever gets it logs in to see more. The texts are Swedish.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

REQUEST = "REQUEST"
CANCEL = "CANCEL"

# A birth date of six or eight digits (the day of a samordningsnummer is 60 higher), perhaps a sign,
# and four more, of which reserve numbers may have a letter first.
_NUMBER_OF_A_PERSON = re.compile(
    r"(?<!\d)(?:18|19|20)?\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]|6[1-9]|[78]\d|9[01])"
    r"[-+–‑\s]?[\dA-Za-z]\d{3}(?!\d)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarEvent:
    """A meeting for the receiver's calendar.

    ``method``: REQUEST or CANCEL. ``uid`` stays the same for as long as it is the same invitation, and
    ``sequence`` rises with every change of it. ``starts_at`` is aware. There is no place in it: somebody
    wrote that in words of their own, and it may be a home, a ward or a name.
    """

    uid: str
    method: str
    sequence: int
    case_number: str
    starts_at: datetime
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail. ``key`` makes a repeat recognisable; ``at`` (aware) is when it was decided, not sent."""

    to: Sequence[str]
    subject: str
    text: str
    link: str
    at: datetime
    key: str
    calendar: CalendarEvent | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Template:
    subject: str
    text: str


_TEMPLATES: Mapping[str, _Template] = {
    "task_opened": _Template(
        subject="Ny uppgift i ärende {case}",
        text="Det finns en ny uppgift att göra i ärende {case}.",
    ),
    "reminder": _Template(
        subject="Påminnelse i ärende {case}",
        text="En uppgift i ärende {case} är inte klar. Gör den, eller lämna över den till någon som kan.",
    ),
    "manager": _Template(
        subject="Försenat steg i ärende {case}",
        text=(
            "Ett steg i ärende {case} har inte blivit gjort i tid. "
            "Du som är chef behöver se till att det blir gjort."
        ),
    ),
    "process_owner": _Template(
        subject="Fortfarande försenat: ärende {case}",
        text=(
            "Ett steg i ärende {case} är fortfarande inte gjort, fast chefen har fått veta det. "
            "Prata med chefen. Finns det en avvikelse att ta ställning till ligger den i din inkorg."
        ),
    ),
    "invitation": _Template(
        subject="SIP-möte, ärende {case}: kvittera",
        text="Er enhet har kallats eller bjudits in till ett SIP-möte i ärende {case}. Kvittera och svara.",
    ),
    "invitation_changed": _Template(
        subject="SIP-möte, ärende {case}: ändrat",
        text="SIP-mötet i ärende {case} har ändrats. Se vad som gäller nu, kvittera och svara på nytt.",
    ),
    "invitation_cancelled": _Template(
        subject="SIP-möte, ärende {case}: inställt",
        text="SIP-mötet i ärende {case} är inställt för er del. Ta bort det ur kalendern.",
    ),
    "plan_copy": _Template(
        subject="Plan att läsa i ärende {case}",
        text="En kopia av planen i ärende {case} finns att läsa.",
    ),
    "notice": _Template(
        subject="Nytt att läsa i ärende {case}",
        text="Det har hänt något i ärende {case} som ni behöver känna till. Läs vad som gäller.",
    ),
}

KINDS = frozenset(_TEMPLATES)
"""The kinds of mail there are."""


class UnknownMail(LookupError):
    """There is no mail of that kind."""


def compose(
    *,
    kind: str,
    key: str,
    to: Sequence[str],
    case_number: str,
    link: str,
    at: datetime,
    task: str | None = None,
    calendar: CalendarEvent | None = None,
) -> Mail:
    """The mail of a kind. Raises ``UnknownMail``.

    ``task`` is a task's name in the diagram, never something that somebody wrote about a person;
    one that seems to hold a personal number is left out all the same.
    """
    template = _TEMPLATES.get(kind)
    if template is None:
        raise UnknownMail(kind)
    paragraphs = [template.text.format(case=case_number)]
    name = " ".join((task or "").split())
    if name and not names_a_person(name):
        paragraphs.append(f"Att göra: {name}")
    paragraphs.append(f"Logga in: {link}")
    return Mail(
        to=tuple(to),
        subject=template.subject.format(case=case_number),
        text="\n\n".join(paragraphs) + "\n",
        link=link,
        at=at,
        key=key,
        calendar=calendar,
    )


def names_a_person(text: str) -> bool:
    """Whether the text seems to hold a personal number, or one that is built like it."""
    return _NUMBER_OF_A_PERSON.search(text) is not None


def to_payload(mail: Mail) -> dict[str, Any]:
    """The mail as JSON for a connector, without its key, which goes beside it."""
    payload = asdict(mail)
    del payload["key"]
    payload["to"] = list(mail.to)
    payload["at"] = mail.at.isoformat()
    if mail.calendar is not None:
        payload["calendar"]["starts_at"] = mail.calendar.starts_at.isoformat()
    return payload


def from_payload(payload: Mapping[str, Any], *, key: str) -> Mail:
    """The mail that ``to_payload`` wrote. Raises KeyError, TypeError or ValueError for anything else."""
    columns = dict(payload)
    columns["at"] = datetime.fromisoformat(columns["at"])
    event = columns.pop("calendar", None)
    if event is not None:
        event = CalendarEvent(**{**event, "starts_at": datetime.fromisoformat(event["starts_at"])})
    return Mail(**{**columns, "to": tuple(columns["to"]), "key": key, "calendar": event})

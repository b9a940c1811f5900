"""Swedish words for codes, and times as people write them. Templates use these by name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

_DAYS = ("måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag")
_MONTHS = (
    "januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober",
    "november", "december",
)  # fmt: skip

ROLES: Mapping[str, str] = {
    "case_worker": "handläggare",
    "coordinator": "samordnare",
    "meeting_leader": "mötesledare",
    "receiver": "mottagande funktion",
    "participant": "deltagare",
    "manager": "chef",
    "care_contact": "fast vårdkontakt",
    "discharge": "vårdavdelning",
    "process_owner": "processägare",
    "administrator": "administratör",
}
PROCESSES: Mapping[str, str] = {
    "sip": "SIP",
    "invitation": "Kallelse",
    "follow_up": "Uppföljning",
    "discharge": "Utskrivning",
    "discharge_unit": "Mottagande enhet",
    "discharge_call": "Kallelse inom tre dagar",
    "sip_offering": "Erbjudande om SIP",
    "escalation": "Försening",
    "closing_record": "Dokumentation av avslutet",
}
GUIDELINES: Mapping[str, str] = {
    "vastra_gotaland": "Västra Götaland",
    "stockholm": "Stockholm",
    "ostergotland": "Östergötland",
    "vastmanland": "Västmanland",
}
INVITATION_STATES: Mapping[str, str] = {
    "sent": "Skickad, inte kvitterad",
    "acknowledged": "Kvitterad",
    "misdirected": "Fel mottagare",
    "delegated": "Person utsedd, svar väntas",
    "passing_on": "Lämnas vidare",
    "released": "Lämnad vidare",
    "declined": "Tackat nej",
    "attends": "Kommer",
    "substitute": "Ersättare kommer",
    "unable": "Kan inte komma",
    "held": "Var med",
    "missed": "Kom inte",
    "changed": "Ändrad, ny kallelse",
    "cancelled": "Återkallad",
}
CONSENT_STATES: Mapping[str, str] = {
    "given": "Lämnat",
    "hesitant": "Tveksam",
    "refused": "Nej",
    "unable": "Kan inte ta ställning",
    "withdrawn": "Taget tillbaka",
    "ended": "Upphört",
}
ANSWERS: Mapping[str, str] = {
    "given": "ja",
    "refused": "nej",
    "hesitant": "tveksam",
    "unable": "kan inte ta ställning",
    "other_ground": "kan inte svara, annan laglig grund",
}
GIVEN_BY: Mapping[str, str] = {
    "person": "personen",
    "guardians": "vårdnadshavarna",
    "representative": "företrädare",
}
MEETING_STATES: Mapping[str, str] = {
    "planned": "Planerat",
    "held": "Hållet",
    "not_held": "Blev inte av",
    "cancelled": "Inställt",
}
MODES: Mapping[str, str] = {
    "physical": "på plats",
    "video": "på video",
    "phone": "på telefon",
    "hybrid": "på plats och video",
}
TAKES_PART: Mapping[str, str] = {
    "whole": "Hela mötet",
    "parts": "Delar av mötet",
    "phone": "Per telefon",
    "video": "Via video",
    "letter": "Genom brev",
    "recording": "Genom inspelning",
    "through_other": "Genom någon annan",
    "not": "Inte alls",
}
FOLLOW_UP_STATES: Mapping[str, str] = {
    "planned": "Planerad",
    "called": "Dags att följa upp",
    "held": "Gjord",
    "cancelled": "Inställd",
}
OUTCOMES: Mapping[str, str] = {
    "continue": "planen fortsätter",
    "revise": "planen ändras",
    "new_plan": "en ny plan görs",
    "close": "avslutas",
}
DISCHARGE_STATES: Mapping[str, str] = {
    "admitted": "Inskriven",
    "ready": "Utskrivningsklar",
    "discharged": "Utskriven",
    "cancelled": "Avbruten",
    "deceased": "Avliden",
}
SIP_STATES: Mapping[str, str] = {
    "not_due": "SIP är inte aktuell",
    "not_offered": "Personen har inte fått frågan än",
    "declined": "Personen vill inte ha en SIP",
    "preparing": "SIP förbereds",
    "invited": "Kallelse är skickad",
    "closed": "SIP är avslutad",
}
UNIT_STATES: Mapping[str, str] = {
    "notified": "Meddelande skickat",
    "acknowledged": "Kvitterat",
    "misdirected": "Fel mottagare",
    "planned": "Planeringsunderlag lämnat",
}
NEEDS: Mapping[str, str] = {
    "municipal_social_services": "kommunens socialtjänst",
    "municipal_health_care": "kommunens hälso- och sjukvård",
    "regional_care": "regionens öppenvård",
    "school": "skolan",
}
KINDS: Mapping[str, str] = {"called": "Kallad", "invited": "Inbjuden"}
TERMS: Mapping[str, str] = {"long": "Långsiktigt mål", "short": "Kortsiktigt mål"}
REPRESENTATIVES: Mapping[str, str] = {
    "god_man": "God man",
    "forvaltare": "Förvaltare",
    "framtidsfullmakt": "Framtidsfullmakt",
    "fullmakt": "Fullmakt",
    "other": "Företrädare",
}
DISAGREEMENT_NEXT: Mapping[str, str] = {
    "post_meeting": "Eftermöte",
    "managers": "Cheferna",
    "nowhere": "Ingenstans",
}
COPIES: Mapping[str, str] = {"whole": "hela planen", "own_part": "sin del", "none": "ingen kopia"}
ACTION_STATES: Mapping[str, str] = {"decided": "beslutad", "proposed": "förslag"}
PROTECTION: Mapping[str, str] = {
    "marked": "Sekretessmarkering",
    "registration": "Skyddad folkbokföring",
}
ID_TYPES: Mapping[str, str] = {
    "personnummer": "Personnummer",
    "samordningsnummer": "Samordningsnummer",
    "reservnummer": "Reservnummer",
    "lma": "LMA-nummer",
    "unknown": "Identitet okänd",
}
WAITS: Mapping[str, str] = {
    "until_the_meeting": "Väntar på mötet",
    "await_replies": "Väntar på svaren",
    "await_successor": "Väntar på att nästa enhet kvitterar",
    "await_event": "Väntar på nästa händelse på avdelningen",
    "await_invitation": "Väntar på att kallelsen skickas",
    "follow_up_done": "Väntar på uppföljningen",
    "closing_recorded": "Väntar på att avslutet dokumenteras",
    "time_for_follow_up": "Väntar på uppföljningen",
}
"""What the shipped processes wait for, by element; other waits are told by the element's own name."""
AFTER: Mapping[str, str] = {"time_for_follow_up": "Då kallas till uppföljning."}
"""What comes when the time has come."""
TASK_STATES: Mapping[str, str] = {"completed": "klar", "cancelled": "behövs inte längre"}


def word(table: Mapping[str, str], code: str | None) -> str:
    """The Swedish word of a code; a code without one is shown as it is."""
    return table.get(code or "", code or "")


def moment(at: str | datetime | None) -> str:
    """``torsdag 4 februari 2027 kl. 23.59``. A text is ISO 8601 in local time, as views have it."""
    if not at:
        return ""
    local = datetime.fromisoformat(at) if isinstance(at, str) else at
    return f"{day(local.date())} kl. {local.hour:02}.{local.minute:02}"


def day(on: str | date | None) -> str:
    """``torsdag 4 februari 2027``."""
    if not on:
        return ""
    local = datetime.fromisoformat(on).date() if isinstance(on, str) else on
    return f"{_DAYS[local.weekday()]} {local.day} {_MONTHS[local.month - 1]} {local.year}"


def day_of_year(on: str | date | None) -> str:
    """``4 februari 2027``."""
    return day(on).partition(" ")[2]


def deadline(due_at: str | datetime, *, at: datetime) -> str:
    """``senast torsdag 4 februari``: the year when it is another, the time when it isn't the day's end."""
    local = datetime.fromisoformat(due_at) if isinstance(due_at, str) else due_at
    text = day(local.date()) if (local.hour, local.minute) == (23, 59) else moment(local)
    return "senast " + re.sub(rf" {at.year}\b", "", text)


def person_number(number: str | None, *, id_type: str) -> str:
    """``19410317-9836``; other kinds of numbers stand as they are."""
    dated = id_type in ("personnummer", "samordningsnummer") and len(number or "") == 12
    return f"{number[:8]}-{number[8:]}" if number and dated else number or ""


def clock_time(at: str | datetime) -> str:
    """``23.59``."""
    local = datetime.fromisoformat(at) if isinstance(at, str) else at
    return f"{local.hour:02}.{local.minute:02}"


def is_late(due_at: str | None, *, at: datetime) -> bool:
    """Whether the time is out."""
    return due_at is not None and datetime.fromisoformat(due_at) < at


def is_near(due_at: str | None, *, at: datetime) -> bool:
    """Whether a day or less is left."""
    return (
        due_at is not None and not is_late(due_at, at=at) and (datetime.fromisoformat(due_at) - at).days < 1
    )


def roles(codes: Any) -> str:
    """Roles as a list in Swedish."""
    return ", ".join(word(ROLES, code) for code in codes)

"""A case's history in Swedish sentences, by day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sip_workflow.web.known import Inside
from sip_workflow.web.names import Names
from sip_workflow.web.words import PROCESSES, clock_time, day, word

_MESSAGES: Mapping[str, str] = {
    "admission_notice": "Inskrivningsmeddelande kom",
    "planned_discharge_changed": "Ny beräknad utskrivning",
    "needs_changed": "Ändrade behov",
    "ready_for_discharge": "Patienten är utskrivningsklar",
    "ready_withdrawn": "Utskrivningsklar togs tillbaka",
    "transferred": "Flytt till en annan avdelning",
    "discharged": "Patienten skrevs ut",
    "deceased": "Patienten har avlidit",
    "discharge_cancelled": "Utskrivningen ställdes in",
    "consent_withdrawn": "Samtycket togs tillbaka",
    "person_deceased": "Personen har avlidit",
    "case_cancelled": "Ärendet avbröts",
    "invitation_cancelled": "Kallelsen återkallades",
    "invitation_changed": "Kallelsen ändrades",
}
_LEVELS: Mapping[str, str] = {
    "reminder": "Påminnelse",
    "manager": "Chefen fick veta",
    "process_owner": "Processägaren fick veta",
}
_FOR_PEOPLE = frozenset({"task_completed", "task_cancelled", "escalation_raised", "incident_raised"})
_STARTS: Mapping[str, str] = {
    "sip": "SIP började",
    "invitation": "Kallelse skickad",
    "follow_up": "Uppföljning kallad",
    "closing_record": "Avslutet ska dokumenteras",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Something that happened: when, what, by whom, at which unit's part."""

    time: str
    text: str
    who: str
    part: str


def days_of(
    items: Iterable[Mapping[str, Any]],
    *,
    instances: Iterable[Mapping[str, Any]],
    inside: Inside | None,
    names: Names,
    everything: bool,
) -> list[tuple[str, list[Line]]]:
    """The items by day, the newest first. Without ``everything`` only what people did and were told."""
    days: dict[str, list[Line]] = {}
    units = {instance["id"]: instance["unit"] for instance in instances}
    for item in items:
        if not everything and not _is_for_people(item):
            continue
        line = Line(
            time=clock_time(item["at"]),
            text=_sentence(item, inside),
            who="" if item["actor"] == "system" else names.user(item["actor"]),
            part=names.unit(units.get(item["instance_id"])),
        )
        days.setdefault(item["at"][:10], []).append(line)
    return [(day(date), list(reversed(lines))) for date, lines in reversed(days.items())]


def _is_for_people(item: Mapping[str, Any]) -> bool:
    if item["type"] == "message_sent":
        return item["data"].get("message") in _MESSAGES and item["actor"] != "system"
    if item["type"] == "instance_started":
        return item["process_id"] in _STARTS
    return item["type"] in _FOR_PEOPLE


def _sentence(item: Mapping[str, Any], inside: Inside | None) -> str:
    place = (item["process_id"] or "", item["element_id"] or "")
    element = inside.element_names.get(place, "") if inside is not None else ""
    data = item["data"]
    match item["type"]:
        case "instance_started":
            return _STARTS.get(item["process_id"]) or f"{word(PROCESSES, item['process_id'])} började"
        case "instance_completed":
            return f"{word(PROCESSES, item['process_id'])} tog slut"
        case "task_opened":
            return f"Ny uppgift: {element}"
        case "task_completed":
            return f"Klart: {element}"
        case "task_cancelled":
            return f"Behövs inte längre: {element}"
        case "timer_fired":
            return f"Tiden gick ut: {element}" if element else "Tiden gick ut"
        case "message_sent" | "message_received" as kind:
            said = word(_MESSAGES, data.get("message"))
            return said if kind == "message_sent" else f"Tog emot: {element or said}"
        case "operation_done":
            return f"Gjort av systemet: {element}"
        case "escalation_raised":
            about = f": {element}" if element else ""
            return f"{word(_LEVELS, data.get('level'))} om försening{about}"
        case "notification_sent":
            return "Mejl skickat"
        case "incident_raised":
            return "Ett steg gick inte att utföra"
    return str(item["type"])

"""Forms of pages that are no task: starting a SIP, and telling what happens during a stay.

Written in the dialect of the shipped forms, and shown, read and checked by the same room.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sip_workflow.domain.definitions import Form
from sip_workflow.web.words import GUIDELINES, NEEDS

Schema = dict[str, Any]

_TIME: Schema = {"type": "string", "format": "date-time", "maxLength": 40}
_AT: Schema = {**_TIME, "title": "När hände det?"}
_NEEDS: Schema = {
    "type": "array",
    "title": "Insatser kan behövas från",
    "items": {
        "type": "string",
        "oneOf": [{"const": code, "title": text[:1].upper() + text[1:]} for code, text in NEEDS.items()],
    },
    "uniqueItems": True,
    "minItems": 1,
    "maxItems": 4,
}

EVENTS: Mapping[str, tuple[str, str, Mapping[str, Schema]]] = {
    "planned_discharge_changed": (
        "Ändra beräknad utskrivning",
        "Enheterna får veta den nya tiden.",
        {"planned_discharge_at": {**_TIME, "title": "Ny beräknad utskrivning"}},
    ),
    "needs_changed": (
        "Ändra vilka som behövs",
        "De enheter som tillkommer får meddelandet.",
        {"needs": _NEEDS, "assessed_at": {**_TIME, "title": "När bedömdes behovet?"}},
    ),
    "ready_for_discharge": (
        "Meddela utskrivningsklar",
        "När meddelandet är framme börjar de tre dagarna räknas, för kallelse och betalningsansvar.",
        {},
    ),
    "ready_withdrawn": (
        "Ta tillbaka utskrivningsklar",
        "Tiderna slutar räknas. Meddela på nytt när patienten är utskrivningsklar igen.",
        {},
    ),
    "transferred": (
        "Flytta till en annan avdelning",
        "Den nya avdelningen tar över.",
        {"hospital_unit": {}},
    ),
    "discharged": (
        "Skriv ut patienten",
        "Därefter öppnas uppgiften att lämna information vid utskrivning.",
        {},
    ),
    "discharge_cancelled": (
        "Ställ in planeringen",
        "Enheterna får veta att de inte behöver planera.",
        {"reason": {"type": "string", "title": "Varför?", "minLength": 1, "maxLength": 120}},
    ),
    "deceased": (
        "Patienten har avlidit",
        "All planering avslutas. Det går inte att ångra.",
        {},
    ),
}
"""What may happen during a stay: heading, what it leads to, and the fields beside the time."""

POSSIBLE: Mapping[str, tuple[str, ...]] = {
    "admitted": (
        "ready_for_discharge",
        "planned_discharge_changed",
        "needs_changed",
        "transferred",
        "discharged",
        "discharge_cancelled",
        "deceased",
    ),
    "ready": (
        "discharged",
        "ready_withdrawn",
        "planned_discharge_changed",
        "needs_changed",
        "transferred",
        "discharge_cancelled",
        "deceased",
    ),
}
"""Which of them fit a stay in that state, the usual one first."""


def start_form(notice: Form, *, units: Sequence[tuple[str, str]]) -> Form:
    """The start of a SIP: who it is about, at which unit and by which guideline."""
    person = notice.schema["properties"]["person"]
    schema: Schema = {
        "title": "Starta en SIP",
        "type": "object",
        "properties": {
            "person": {**person, "title": "Vem gäller det?"},
            "initiating_unit": {**_choice(units), "title": "Enhet som startar"},
            "guideline": {
                **_choice(list(GUIDELINES.items())),
                "title": "Riktlinje",
                "default": next(iter(GUIDELINES)),
            },
        },
        "required": ["person", "initiating_unit", "guideline"],
        "unevaluatedProperties": False,
        "$defs": notice.schema["$defs"],
    }
    if len(units) == 1:
        schema["properties"]["initiating_unit"]["default"] = units[0][0]
    ui = {"person": notice.ui["person"], "guideline": {"ui:widget": "select"}}
    return Form(key="start", schema=schema, ui=ui)


def notice_form(notice: Form, *, wards: Sequence[tuple[str, str]]) -> Form:
    """The admission notice with the ward that sends it."""
    ward: Schema = {**_choice(wards), "title": "Vårdavdelning"}
    if len(wards) == 1:
        ward["default"] = wards[0][0]
    schema = {
        **notice.schema,
        "properties": {"hospital_unit": ward, **notice.schema["properties"]},
        "required": ["hospital_unit", *notice.schema["required"]],
    }
    order = ["hospital_unit", *notice.ui["ui:order"]]
    return Form(key=notice.key, schema=schema, ui={**notice.ui, "ui:order": order})


def event_form(event: str, *, wards: Sequence[tuple[str, str]]) -> Form:
    """The form of one kind of event."""
    title, _, more = EVENTS[event]
    properties: Schema = {"at": _AT, **more}
    if event == "transferred":
        properties["hospital_unit"] = {**_choice(wards), "title": "Till vilken avdelning?"}
    schema = {
        "title": title,
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "unevaluatedProperties": False,
    }
    return Form(key=event, schema=schema, ui={})


def _choice(choices: Sequence[tuple[str, str]]) -> Schema:
    return {"type": "string", "oneOf": [{"const": value, "title": text} for value, text in choices]}

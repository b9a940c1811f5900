"""Discharges (2017:612): the admission notice, events of the ward, and where the stay is."""

from __future__ import annotations

from collections.abc import Mapping

from sip_workflow.api.schemas.shared import (
    BOOLEAN,
    DATE,
    GUIDELINES,
    TEXT,
    TIME,
    Schema,
    choice,
    closed,
    line,
    maybe,
    ref,
    told,
)

_UNIT = line(longest=64)
_NEEDS: Schema = {
    "type": "array",
    "items": choice("municipal_social_services", "municipal_health_care", "regional_care", "school"),
    "minItems": 1,
    "uniqueItems": True,
}


def _event(type_: str, /, **fields: Schema) -> Schema:
    return closed({"type": {"const": type_}, "at": TIME, **fields}, required=("type", "at", *fields))


EVENTS: Mapping[str, Schema] = {
    "planned_discharge_changed": _event("planned_discharge_changed", planned_discharge_at=TIME),
    "needs_changed": _event("needs_changed", needs=_NEEDS, assessed_at=TIME),
    "ready_for_discharge": _event("ready_for_discharge"),
    "ready_withdrawn": _event("ready_withdrawn"),
    "transferred": _event("transferred", hospital_unit=_UNIT),
    "deceased": _event("deceased"),
    "discharged": _event("discharged"),
    "discharge_cancelled": _event("discharge_cancelled", reason=line(longest=200)),
}


def _named(type_: str) -> str:
    return "".join(word.capitalize() for word in type_.split("_"))


COMPONENTS: Mapping[str, Schema] = {
    "AdmissionNotice": closed(
        {
            "external_id": {
                **line(longest=100),
                "pattern": r"^(?![\s\S]*[\s/\\?#%\u0000-\u001f\u007f-\u009f])",
                "description": "The hospital's id of the stay. It stands in URLs: never a personal number.",
            },
            "hospital_unit": _UNIT,
            "person": ref("Person"),
            "admitted_at": TIME,
            "planned_discharge_at": TIME,
            "assessed_at": maybe(TIME),
            "needs": _NEEDS,
            "planning_form": choice("sip", "coordinated_care_plan", default="sip"),
            "paying_municipality": maybe(line()),
            "guideline": choice(*GUIDELINES),
        },
        required=("external_id", "hospital_unit", "person", "admitted_at", "planned_discharge_at", "needs"),
    ),
    "Discharge": told(
        {
            "external_id": TEXT,
            "case_id": TEXT,
            "state": TEXT,
            "hospital_unit": TEXT,
            "admitted_at": TIME,
            "planned_discharge_at": TIME,
            "deadlines": told(
                {
                    "admission_notice_due_at": maybe(TIME),
                    "invitation_due_at": maybe(TIME),
                    "municipality_pays_from": maybe(DATE),
                }
            ),
            "sip": told(
                {"case_id": maybe(TEXT), "offered": BOOLEAN, "answer": maybe(TEXT), "state": maybe(TEXT)},
            ),
        }
    ),
    **{_named(type_): schema for type_, schema in EVENTS.items()},
    "DischargeEvent": {
        "oneOf": [ref(_named(type_)) for type_ in EVENTS],
        "discriminator": {
            "propertyName": "type",
            "mapping": {type_: f"#/components/schemas/{_named(type_)}" for type_ in EVENTS},
        },
    },
}

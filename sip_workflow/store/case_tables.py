"""Tables of a case: what is true of it, and who has a part in it."""

from __future__ import annotations

from sip_workflow.domain.rows import StoredBundle
from sip_workflow.domain.sip import (
    Action,
    Case,
    ClosingRecord,
    Consent,
    Deviation,
    Discharge,
    DischargeEvent,
    DischargeUnit,
    Escalation,
    FollowUp,
    Goal,
    Invitation,
    Meeting,
    Part,
    Person,
    Plan,
    PlanCopy,
)
from sip_workflow.store.schema import table

bundles = table("bundles", StoredBundle)

persons = table("persons", Person, indexes=[("id_type", "id_number")])

cases = table(
    "cases",
    Case,
    references={
        "person_id": "persons",
        "bundle_hash": "bundles",
        "initiating_unit_id": "units",
        "coordinator_unit_id": "units",
        "overall_unit_id": "units",
        "previous_case_id": "cases",
    },
    indexes=[("person_id",), ("opened_at", "id"), ("previous_case_id",)],
)

parts = table(
    "parts",
    Part,
    references={"case_id": "cases", "unit_id": "units"},
    indexes=[("case_id",), ("unit_id", "case_id")],
)

consents = table("consents", Consent, references={"case_id": "cases"}, indexes=[("case_id",)])

meetings = table("meetings", Meeting, references={"case_id": "cases"}, indexes=[("case_id",)])

invitations = table(
    "invitations",
    Invitation,
    references={
        "case_id": "cases",
        "meeting_id": "meetings",
        "unit_id": "units",
        "previous_id": "invitations",
    },
    indexes=[("case_id",), ("meeting_id",), ("previous_id",)],
)

plans = table(
    "plans", Plan, references={"case_id": "cases", "overall_unit_id": "units"}, indexes=[("case_id",)]
)

goals = table("goals", Goal, references={"plan_id": "plans"}, indexes=[("plan_id",)])

actions = table("actions", Action, references={"plan_id": "plans"}, indexes=[("plan_id",)])

plan_copies = table(
    "plan_copies",
    PlanCopy,
    references={"plan_id": "plans", "case_id": "cases"},
    indexes=[("case_id",), ("plan_id",)],
)

follow_ups = table(
    "follow_ups",
    FollowUp,
    references={"case_id": "cases", "plan_id": "plans"},
    indexes=[("case_id",), ("plan_id",)],
)

escalations = table(
    "escalations",
    Escalation,
    references={
        "case_id": "cases",
        "instance_id": "instances",
        "task_id": "tasks",
        "addressed_unit_id": "units",
    },
    unique=[("instance_id", "about", "kind", "level", "occasion")],
    indexes=[("case_id",), ("task_id",), ("addressed_unit_id", "raised_at")],
)

deviations = table(
    "deviations",
    Deviation,
    references={"case_id": "cases", "escalation_id": "escalations"},
    indexes=[("case_id",), ("escalation_id",)],
)

closing_records = table(
    "closing_records",
    ClosingRecord,
    references={"case_id": "cases", "principal_id": "principals", "unit_id": "units"},
    indexes=[("case_id",)],
)

discharges = table(
    "discharges",
    Discharge,
    references={
        "sender_unit_id": "units",
        "case_id": "cases",
        "hospital_unit_id": "units",
        "outpatient_unit_id": "units",
    },
    unique=[("sender_unit_id", "external_id")],
    indexes=[("case_id",)],
)

discharge_events = table(
    "discharge_events",
    DischargeEvent,
    references={"discharge_id": "discharges"},
    unique=[("discharge_id", "key")],
)

discharge_units = table(
    "discharge_units",
    DischargeUnit,
    references={"discharge_id": "discharges", "unit_id": "units"},
    indexes=[("discharge_id",)],
)

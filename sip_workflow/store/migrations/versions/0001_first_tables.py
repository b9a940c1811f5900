"""The first tables.

Frozen: what the tables were on this day stands here, whatever the records become later. A
column is written ``name:type``, with ``?`` where it may be NULL; the key is ``id`` but for ``KEYS``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TYPES: Mapping[str, sa.types.TypeEngine[Any]] = {
    "text": sa.Text(),
    "json": sa.Text(),
    "time": sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite"),
    "whole": sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
    "bool": sa.Boolean(),
    "bytes": sa.LargeBinary(),
    "date": sa.Date(),
}
KEYS = {"bundles": "hash"}
CHECKED_AT_COMMIT = ("instances", "tasks")


def upgrade() -> None:
    _table(
        "bundles",
        "hash:text content:bytes origin:text stored_at:time in_force:bool",
    )
    _table(
        "first_answers",
        "id:text actor:text key:text request_hash:text status:whole body:text created_at:time",
        unique=("actor key",),
        indexes=("created_at",),
    )
    _table(
        "persons",
        "id:text id_type:text id_number:text? name:text municipality:text birth_date:date? address:text? "
        "protected:text language:text? interpreter:bool",
        indexes=("id_type id_number",),
    )
    _table(
        "principals",
        "id:text name:text kind:text",
    )
    _table(
        "settings",
        "id:text value:text",
    )
    _table(
        "users",
        "id:text username:text name:text title:text email:text? phone:text?",
        unique=("username",),
    )
    _table(
        "units",
        "id:text name:text principal_id:text kind:text municipality:text entry:bool email:text? phone:text?",
        references={"principal_id": "principals"},
        indexes=("kind municipality", "principal_id"),
    )
    _table(
        "cases",
        "id:text person_id:text guideline:text bundle_hash:text initiating_unit_id:text "
        "coordinator_unit_id:text coordinator_role:text opened_at:time coordinator:text? "
        "overall_unit_id:text? overall_contact:text? leader:text? urgency:text needed_at:time? "
        "consent_attempts:whole closing_reason:text? closing_decided:text? closed_at:time? "
        "previous_case_id:text?",
        references={
            "person_id": "persons",
            "bundle_hash": "bundles",
            "initiating_unit_id": "units",
            "coordinator_unit_id": "units",
            "overall_unit_id": "units",
            "previous_case_id": "cases",
        },
        indexes=("opened_at id", "person_id", "previous_case_id"),
    )
    _table(
        "clients",
        "id:text name:text unit_id:text scopes:json token_hash:text created_at:time revoked_at:time?",
        references={"unit_id": "units"},
        unique=("name", "token_hash"),
        indexes=("unit_id",),
    )
    _table(
        "memberships",
        "id:text user_id:text unit_id:text roles:json",
        references={"user_id": "users", "unit_id": "units"},
        unique=("user_id unit_id",),
        indexes=("unit_id",),
    )
    _table(
        "closing_records",
        "id:text case_id:text principal_id:text unit_id:text round:whole state:text started_at:time "
        "recorded_at:time? agreement:text? own_assessment:text?",
        references={"case_id": "cases", "principal_id": "principals", "unit_id": "units"},
        indexes=("case_id",),
    )
    _table(
        "consents",
        "id:text case_id:text attempt:whole state:text information_exchange:text plan:text given_by:text "
        "answers:json recorded_at:time recorded_by:text scope_units:json excluded_units:json "
        "includes_passing_on:bool valid_to:date? ended_at:time?",
        references={"case_id": "cases"},
        indexes=("case_id",),
    )
    _table(
        "discharges",
        "id:text external_id:text sender_unit_id:text case_id:text hospital_unit_id:text "
        "outpatient_unit_id:text admitted_at:time planned_discharge_at:time needs:json planning_form:text "
        "state:text received_at:time content_hash:text assessed_at:time? paying_municipality:text? "
        "ready_at:time? ready_received_at:time? ready_round:whole discharged_at:time? "
        "sip_offered_at:time? sip_answer:text? care_contact:text? invited_at:time? information:json",
        references={
            "sender_unit_id": "units",
            "case_id": "cases",
            "hospital_unit_id": "units",
            "outpatient_unit_id": "units",
        },
        unique=("sender_unit_id external_id",),
        indexes=("case_id",),
    )
    _table(
        "history",
        "case_id:text at:time type:text actor:text process_id:text? instance_id:text? element_id:text? "
        "data:json id:whole",
        references={"case_id": "cases"},
        indexes=("case_id id",),
    )
    _table(
        "instances",
        "id:text case_id:text process_id:text unit_id:text bundle_hash:text key:text state:bytes "
        "status:text started_at:time version:whole subject:json ended_at:time? incident:text?",
        references={"case_id": "cases", "unit_id": "units", "bundle_hash": "bundles"},
        indexes=("case_id",),
    )
    _table(
        "kept_messages",
        "id:text case_id:text name:text correlation:text? payload:json sent_at:time",
        references={"case_id": "cases"},
        indexes=("case_id name",),
    )
    _table(
        "meetings",
        "id:text case_id:text purpose:text round:whole starts_at:time state:text minutes:whole mode:text "
        "place:text? link:text? record:json held_at:time?",
        references={"case_id": "cases"},
        indexes=("case_id",),
    )
    _table(
        "outbox",
        "id:text key:text case_id:text? effect:text payload:json state:text created_at:time next_at:time "
        "attempts:whole leased_until:time? done_at:time? error:text?",
        references={"case_id": "cases"},
        unique=("key",),
        indexes=("case_id", "state next_at"),
    )
    _table(
        "parts",
        "id:text case_id:text unit_id:text part:text since:time until:time?",
        references={"case_id": "cases", "unit_id": "units"},
        indexes=("case_id", "unit_id case_id"),
    )
    _table(
        "plans",
        "id:text case_id:text version:whole written_at:time overall_principal:text overall_unit_id:text "
        "content:json follow_up_at:time? follow_up_place:text? replaced_at:time?",
        references={"case_id": "cases", "overall_unit_id": "units"},
        indexes=("case_id",),
    )
    _table(
        "actions",
        "id:text plan_id:text position:whole what:text carried_out_by:text responsible:text status:text "
        "unit_id:text? content:json",
        references={"plan_id": "plans"},
        indexes=("plan_id",),
    )
    _table(
        "discharge_events",
        "id:text discharge_id:text key:text type:text at:time received_at:time data:json",
        references={"discharge_id": "discharges"},
        unique=("discharge_id key",),
    )
    _table(
        "discharge_units",
        "id:text discharge_id:text unit_id:text state:text notified_at:time acknowledged_at:time? "
        "planning:json",
        references={"discharge_id": "discharges", "unit_id": "units"},
        indexes=("discharge_id",),
    )
    _table(
        "follow_ups",
        "id:text case_id:text plan_id:text number:whole due_at:time state:text place:text? held_at:time? "
        "outcome:text? answers:json",
        references={"case_id": "cases", "plan_id": "plans"},
        indexes=("case_id", "plan_id"),
    )
    _table(
        "goals",
        "id:text plan_id:text position:whole goal:text term:text content:json",
        references={"plan_id": "plans"},
        indexes=("plan_id",),
    )
    _table(
        "invitations",
        "id:text case_id:text meeting_id:text unit_id:text round:whole kind:text purpose:text state:text "
        "sent_at:time content:json reply:json participant:text? previous_id:text? acknowledged_at:time? "
        "delegated_at:time? replied_at:time? ended_at:time?",
        references={
            "case_id": "cases",
            "meeting_id": "meetings",
            "unit_id": "units",
            "previous_id": "invitations",
        },
        indexes=("case_id", "meeting_id", "previous_id"),
    )
    _table(
        "plan_copies",
        "id:text plan_id:text case_id:text who:text copy:text sent_at:time unit_id:text? reason:text?",
        references={"plan_id": "plans", "case_id": "cases"},
        indexes=("case_id", "plan_id"),
    )
    _table(
        "tasks",
        "id:text case_id:text instance_id:text process_id:text ref:whole element_id:text name:text "
        "form_key:text unit_id:text role:text state:text opened_at:time deadline:text due_at:time? "
        "assignee:text? draft:json? version:whole closed_at:time? completed_by:text?",
        references={"case_id": "cases", "instance_id": "instances", "unit_id": "units"},
        indexes=("case_id state", "instance_id", "state unit_id role due_at id"),
    )
    _table(
        "timers",
        "id:text instance_id:text case_id:text kind:text ref:whole element_id:text due_at:time "
        "level:text? attempts:whole",
        references={"instance_id": "instances", "case_id": "cases"},
        indexes=("due_at id", "instance_id"),
    )
    _table(
        "waits",
        "id:text instance_id:text case_id:text ref:whole element_id:text message:text correlation:text?",
        references={"instance_id": "instances", "case_id": "cases"},
        indexes=("case_id message", "instance_id"),
    )
    _table(
        "escalations",
        "id:text case_id:text instance_id:text kind:text level:text about:text occasion:time "
        "addressed_unit_id:text addressed_role:text raised_at:time task_id:text? addressed_user:text? "
        "handled_at:time? handling:json",
        references={
            "case_id": "cases",
            "instance_id": "instances",
            "addressed_unit_id": "units",
            "task_id": "tasks",
        },
        unique=("instance_id about kind level occasion",),
        indexes=("addressed_unit_id raised_at", "case_id", "task_id"),
    )
    _table(
        "form_answers",
        "id:text task_id:text case_id:text form_key:text answers:json at:time actor:text",
        references={"task_id": "tasks", "case_id": "cases"},
        indexes=("case_id", "task_id"),
    )
    _table(
        "deviations",
        "id:text case_id:text escalation_id:text state:text drafted_at:time content:json decided_at:time?",
        references={"case_id": "cases", "escalation_id": "escalations"},
        indexes=("case_id", "escalation_id"),
    )


def downgrade() -> None:
    for name in reversed(TABLES):
        op.drop_table(name)


TABLES = (
    "bundles",
    "first_answers",
    "persons",
    "principals",
    "settings",
    "users",
    "units",
    "cases",
    "clients",
    "memberships",
    "closing_records",
    "consents",
    "discharges",
    "history",
    "instances",
    "kept_messages",
    "meetings",
    "outbox",
    "parts",
    "plans",
    "actions",
    "discharge_events",
    "discharge_units",
    "follow_ups",
    "goals",
    "invitations",
    "plan_copies",
    "tasks",
    "timers",
    "waits",
    "escalations",
    "form_answers",
    "deviations",
)


def _table(
    name: str,
    columns: str,
    *,
    references: Mapping[str, str] | None = None,
    unique: tuple[str, ...] = (),
    indexes: tuple[str, ...] = (),
) -> None:
    key = KEYS.get(name, "id")
    constraints: list[sa.Constraint] = [sa.PrimaryKeyConstraint(key, name=f"pk_{name}")]
    for column, parent in (references or {}).items():
        late = parent in CHECKED_AT_COMMIT
        constraints.append(
            sa.ForeignKeyConstraint(
                [column],
                [f"{parent}.{KEYS.get(parent, 'id')}"],
                name=f"fk_{name}_{column}",
                deferrable=late or None,
                initially="DEFERRED" if late else None,
            )
        )
    constraints.extend(
        sa.UniqueConstraint(*names.split(), name=f"uq_{name}_{names.replace(' ', '_')}") for names in unique
    )
    op.create_table(name, *(_column(spec) for spec in columns.split()), *constraints)
    for names in indexes:
        op.create_index(f"ix_{name}_{names.replace(' ', '_')}", name, names.split())


def _column(spec: str) -> sa.Column[Any]:
    name, _, kind = spec.partition(":")
    return sa.Column(name, TYPES[kind.removesuffix("?")], nullable=kind.endswith("?"))

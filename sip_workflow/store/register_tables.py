"""Tables of the register: principals, units, staff and API clients."""

from __future__ import annotations

from sip_workflow.domain.register import ApiClient, Membership, Principal, Unit, User
from sip_workflow.store.schema import table

principals = table("principals", Principal)

units = table(
    "units",
    Unit,
    references={"principal_id": "principals"},
    indexes=[("principal_id",), ("kind", "municipality")],
)

users = table("users", User, unique=[("username",)])

memberships = table(
    "memberships",
    Membership,
    references={"user_id": "users", "unit_id": "units"},
    unique=[("user_id", "unit_id")],
    indexes=[("unit_id",)],
)

clients = table(
    "clients",
    ApiClient,
    references={"unit_id": "units"},
    unique=[("name",), ("token_hash",)],
    indexes=[("unit_id",)],
)

"""The register: principals, units, staff and API clients."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """What a user may do at a unit."""

    CASE_WORKER = "case_worker"
    COORDINATOR = "coordinator"
    MEETING_LEADER = "meeting_leader"
    RECEIVER = "receiver"
    PARTICIPANT = "participant"
    MANAGER = "manager"
    CARE_CONTACT = "care_contact"
    DISCHARGE = "discharge"
    PROCESS_OWNER = "process_owner"
    ADMINISTRATOR = "administrator"


LANES: Mapping[str, Role] = {
    "Handläggare": Role.CASE_WORKER,
    "Samordnare": Role.COORDINATOR,
    "Mötesledare": Role.MEETING_LEADER,
    "Mottagande funktion": Role.RECEIVER,
    "Deltagare": Role.PARTICIPANT,
    "Chef": Role.MANAGER,
    "Fast vårdkontakt": Role.CARE_CONTACT,
    "Vårdavdelning": Role.DISCHARGE,
    "Processägare": Role.PROCESS_OWNER,
}
"""The lane names that diagrams may use, and the role each stands for."""


class UnitKind(StrEnum):
    """What a unit is; decides who is called or invited, and who gets a notice."""

    SOCIAL_SERVICES = "social_services"
    MUNICIPAL_HEALTH_CARE = "municipal_health_care"
    OUTPATIENT_CARE = "outpatient_care"
    HOSPITAL_WARD = "hospital_ward"
    SCHOOL = "school"
    SOCIAL_INSURANCE = "social_insurance"
    EMPLOYMENT_SERVICE = "employment_service"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """A principal (huvudman): ``kind`` is municipality, region or other."""

    id: str
    name: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A unit; ``id`` is its HSA id.

    ``municipality`` is the municipality that it is in or serves; ``entry`` marks the
    unit that can be called for a person who is not yet known (one per kind and
    municipality). A contracted private unit belongs to the principal that contracts it.
    """

    id: str
    name: str
    principal_id: str
    kind: UnitKind
    municipality: str
    entry: bool = False
    email: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A member of staff."""

    id: str
    username: str
    name: str
    title: str
    email: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """A user's roles at one unit."""

    id: str
    user_id: str
    unit_id: str
    roles: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiClient:
    """A system that calls the API for one unit. Only a hash of its token is kept."""

    id: str
    name: str
    unit_id: str
    scopes: list[str]
    token_hash: str
    created_at: datetime
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who is asking: a user with roles by unit, an API client with scopes, or the system itself.

    ``id`` is what history keeps: the username, ``client:<name>`` or ``system``.
    """

    id: str
    name: str
    roles: Mapping[str, frozenset[str]] = field(default_factory=dict)
    scopes: frozenset[str] = frozenset()

    @property
    def units(self) -> frozenset[str]:
        """The units the actor belongs to."""
        return frozenset(self.roles)

    @property
    def is_client(self) -> bool:
        """Whether the actor is an API client."""
        return bool(self.scopes)

    def has(self, *, role: str, unit_id: str) -> bool:
        """Whether the actor has the role at the unit."""
        return role in self.roles.get(unit_id, frozenset())


SYSTEM = Actor(id="system", name="Systemet")
"""The actor of timers, sweeps and messages from inside."""

"""Who is who: users, API clients and their tokens."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from itsdangerous import BadSignature, URLSafeSerializer

from sip_workflow.application.clock import OnlyInTraining
from sip_workflow.application.core import Core
from sip_workflow.domain.identifiers import new_id
from sip_workflow.domain.refusals import NotFound, Refusal
from sip_workflow.domain.register import Actor, ApiClient, Unit, User
from sip_workflow.store import Transaction

CLIENT_SCOPES = frozenset({"discharges"})
_CLIENT_PREFIX = "sip_"


class UnknownScope(Refusal):
    """An API client can't have that scope."""

    status = 422
    type = "unknown_scope"
    title = "Okänd behörighet"

    def __init__(self) -> None:
        """Say which there are."""
        super().__init__(f"Välj bland: {', '.join(sorted(CLIENT_SCOPES))}.")


class UnknownUnit(Refusal):
    """There is no unit with that HSA id."""

    status = 422
    type = "unknown_unit"
    title = "Okänd enhet"

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__("Det finns ingen enhet med det HSA-id:t. Kontrollera id:t i registret.")


class NameTaken(Refusal):
    """There is an API client of that name already."""

    status = 422
    type = "name_taken"
    title = "Namnet är upptaget"

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__("Det finns redan en API-klient med det namnet. Välj ett annat.")


class Register:
    """Reads the register and answers who is asking."""

    def __init__(self, core: Core, *, secret_key: str) -> None:
        """Keep the core, and the key that signs the tokens of training mode."""
        self._core = core
        self._signer = URLSafeSerializer(secret_key, salt="sip-training-token")

    def users(self) -> list[dict[str, Any]]:
        """A row for each unit of a user, as ``sip users --json`` prints them."""
        with self._core.read() as tx:
            units = {unit.id: unit for unit in tx.units.find()}
            principals = {principal.id: principal for principal in tx.principals.find()}
            users = {user.id: user for user in tx.users.find()}
            memberships = tx.memberships.find(order_by=("user_id", "unit_id"))
        rows = [
            {
                "username": users[row.user_id].username,
                "name": users[row.user_id].name,
                "unit": {
                    "id": row.unit_id,
                    "name": units[row.unit_id].name,
                    "principal": principals[units[row.unit_id].principal_id].name,
                    "municipality": units[row.unit_id].municipality,
                },
                "roles": sorted(row.roles),
            }
            for row in memberships
        ]
        return sorted(rows, key=lambda row: (str(row["username"]), str(row["unit"])))

    def actor_of_user(self, *, username: str) -> Actor:
        """The user as an actor. Raises ``NotFound``."""
        with self._core.read() as tx:
            user = tx.users.find_one(username=username)
            if user is None:
                raise NotFound
            return _actor(tx, user)

    def actor_of_token(self, *, token: str) -> Actor | None:
        """The API client that the token belongs to, in training mode also a user; or None.

        A client's token is random (256 bits), so a plain SHA-256 of it is as safe as a slow hash and can
        be looked up; the comparison happens in the index, on the hash.
        """
        with self._core.read() as tx:
            client = tx.clients.find_one(token_hash=_hashed(token), revoked_at=None)
        if client is None:
            return self._actor_in_training(token)
        return Actor(
            id=f"client:{client.name}",
            name=client.name,
            roles={client.unit_id: frozenset({"discharge"})},
            scopes=frozenset(client.scopes),
        )

    def token_of_user(self, *, username: str) -> str:
        """A bearer token for a user, in training mode only. Raises ``OnlyInTraining`` and ``NotFound``."""
        if not self._core.training:
            raise OnlyInTraining
        self.actor_of_user(username=username)
        return str(self._signer.dumps(username))

    def _actor_in_training(self, token: str) -> Actor | None:
        if not self._core.training:
            return None
        try:
            return self.actor_of_user(username=self._signer.loads(token))
        except (BadSignature, NotFound):
            return None

    def add_client(self, *, name: str, unit_id: str, scopes: list[str], now: datetime) -> str:
        """Make an API client and return its token, which is shown once and not kept.

        Raises ``UnknownUnit``, ``UnknownScope`` and ``NameTaken``.
        """
        if not set(scopes) <= CLIENT_SCOPES or not scopes:
            raise UnknownScope
        token = _CLIENT_PREFIX + secrets.token_urlsafe(32)
        with self._core.write() as tx:
            if tx.units.find_one(id=unit_id) is None:
                raise UnknownUnit
            if tx.clients.find_one(name=name) is not None:
                raise NameTaken
            tx.clients.add(
                ApiClient(
                    id=new_id(),
                    name=name,
                    unit_id=unit_id,
                    scopes=sorted(scopes),
                    token_hash=_hashed(token),
                    created_at=now,
                )
            )
        return token

    def revoke_client(self, *, name: str, now: datetime) -> None:
        """A client's token no longer works, from now on. Raises ``NotFound``."""
        with self._core.write() as tx:
            client = tx.clients.find_one(name=name, revoked_at=None)
            if client is None:
                raise NotFound("Det finns ingen API-klient med det namnet.")
            tx.clients.change(client.id, revoked_at=now)

    def units(self) -> list[dict[str, Any]]:
        """All units, for search fields: id, name, kind, principal, municipality."""
        with self._core.read() as tx:
            principals: Mapping[str, str] = {row.id: row.name for row in tx.principals.find()}
            units: list[Unit] = tx.units.find(order_by="name")
        return [
            {
                "id": unit.id,
                "name": unit.name,
                "kind": unit.kind,
                "principal": principals[unit.principal_id],
                "municipality": unit.municipality,
            }
            for unit in units
        ]

    def staff(self, *, unit_id: str) -> list[dict[str, str]]:
        """The staff of a unit, for search fields: username, name, title."""
        with self._core.read() as tx:
            ids = [row.user_id for row in tx.memberships.find(unit_id=unit_id)]
            users: list[User] = tx.users.find(id=sorted(ids), order_by="name")
        return [{"username": user.username, "name": user.name, "title": user.title} for user in users]


def _actor(tx: Transaction, user: User) -> Actor:
    memberships = tx.memberships.find(user_id=user.id)
    return Actor(
        id=user.username, name=user.name, roles={row.unit_id: frozenset(row.roles) for row in memberships}
    )


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()

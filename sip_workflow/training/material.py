"""The material as records, read from the two files beside this module."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from typing import Any

from sip_workflow.domain.register import Membership, Principal, Role, Unit, UnitKind, User
from sip_workflow.domain.sip import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """All records of the training material. ``about`` says in Swedish what each person is good for."""

    principals: tuple[Principal, ...]
    units: tuple[Unit, ...]
    users: tuple[User, ...]
    memberships: tuple[Membership, ...]
    persons: tuple[Person, ...]
    about: dict[str, str]


def read_material() -> Material:
    """The training material; the same ids every time."""
    register = _json("register.json")
    people = _json("persons.json")
    persons = tuple(_person(row) for row in people)
    return Material(
        principals=tuple(
            Principal(id=row["id"], name=row["name"], kind=row["kind"]) for row in register["principals"]
        ),
        units=tuple(_unit(principal, row) for principal, row in _units(register)),
        users=tuple(_users(register)),
        memberships=tuple(_memberships(register)),
        persons=persons,
        about={person.id: row["about"] for person, row in zip(persons, people, strict=True)},
    )


def _json(name: str) -> Any:
    return json.loads(files(__package__).joinpath(name).read_text(encoding="utf-8"))


def _units(register: dict[str, Any]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    for principal in register["principals"]:
        for unit in principal["units"]:
            yield principal, unit


def _unit(principal: dict[str, Any], row: dict[str, Any]) -> Unit:
    return Unit(
        id=row["id"],
        name=row["name"],
        principal_id=principal["id"],
        kind=UnitKind(row["kind"]),
        municipality=row["municipality"],
        entry=row["entry"],
        email=f"{row['mailbox']}@{principal['domain']}",
        phone=row["phone"],
    )


def _users(register: dict[str, Any]) -> Iterator[User]:
    """Each user once: a row without a name is somebody who belongs to one unit more."""
    for principal, unit in _units(register):
        for row in unit["staff"]:
            if "name" in row:
                username = row["username"]
                yield User(
                    id=_user_id(username),
                    username=username,
                    name=row["name"],
                    title=row["title"],
                    email=f"{username.partition('.')[0]}@{principal['domain']}",
                    phone=unit["phone"],
                )


def _memberships(register: dict[str, Any]) -> Iterator[Membership]:
    profiles = register["profiles"]
    for _, unit in _units(register):
        for row in unit["staff"]:
            roles = {Role(role) for profile in row["as"] for role in profiles[profile]}
            yield Membership(
                id=f"{_user_id(row['username'])}-{unit['id']}",
                user_id=_user_id(row["username"]),
                unit_id=unit["id"],
                roles=sorted(role.value for role in roles),
            )


def _user_id(username: str) -> str:
    return f"training-{username}"


def _person(row: dict[str, Any]) -> Person:
    return Person(
        id=f"training-{row['key']}",
        id_type=row["id_type"],
        id_number=row["id_number"],
        name=row["name"],
        municipality=row["municipality"],
        birth_date=date.fromisoformat(row["birth_date"]),
        address=row["address"] or None,
        protected=row.get("protected", "no"),
        language=row.get("language"),
        interpreter=row.get("interpreter", False),
    )

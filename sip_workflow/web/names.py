"""Names of units and staff for a page, and the choices of its search fields; read once for a request."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from sip_workflow.application import Application

Groups = list[tuple[str, list[tuple[str, str]]]]
"""Choices under headings: (heading, [(value, text)])."""


class Names:
    """The register as pages show it: names instead of ids."""

    def __init__(self, application: Application) -> None:
        """Read nothing yet."""
        self._register = application.register

    @cached_property
    def _units(self) -> list[dict[str, Any]]:
        return self._register.units()

    @cached_property
    def _users(self) -> list[dict[str, Any]]:
        return self._register.users()

    @cached_property
    def _unit_names(self) -> Mapping[str, str]:
        return {unit["id"]: str(unit["name"]) for unit in self._units}

    @cached_property
    def _user_names(self) -> Mapping[str, str]:
        return {row["username"]: str(row["name"]) for row in self._users}

    def unit(self, unit_id: str | None) -> str:
        """A unit's name; what is no unit of the register is shown as it stands."""
        return self._unit_names.get(unit_id or "", unit_id or "")

    def user(self, username: str | None) -> str:
        """A member of staff's name. The system and hospitals' systems have names too."""
        if username == "system":
            return "Systemet"
        if username and username.startswith("client:"):
            return "Sjukhusets system"
        return self._user_names.get(username or "", username or "")

    def unit_groups(self) -> Groups:
        """All units under their principals."""
        groups: dict[str, list[tuple[str, str]]] = {}
        for unit in self._units:
            groups.setdefault(unit["principal"], []).append((unit["id"], unit["name"]))
        return sorted(groups.items())

    def staff_groups(self, *, first: str, only: str | None = None) -> Groups:
        """Staff with their titles under their units, the unit ``first`` before the others; or one unit's."""
        units = [unit for unit in self._units if only in (None, unit["id"])]
        units.sort(key=lambda unit: (unit["id"] != first, unit["name"]))
        return [(unit["name"], self._staff(unit["id"])) for unit in units]

    def _staff(self, unit_id: str) -> list[tuple[str, str]]:
        people = sorted(self._register.staff(unit_id=unit_id), key=lambda row: row["name"])
        return [(row["username"], ", ".join(filter(None, (row["name"], row["title"])))) for row in people]

    def wards(self) -> list[tuple[str, str]]:
        """The hospital wards: (id, name)."""
        return [(unit["id"], unit["name"]) for unit in self._units if unit["kind"] == "hospital_ward"]

    def people(self) -> list[dict[str, Any]]:
        """Units with their staff, for the training login."""
        groups: dict[str, dict[str, Any]] = {}
        for row in self._users:
            unit = groups.setdefault(
                row["unit"]["id"],
                {"name": row["unit"]["name"], "principal": row["unit"]["principal"], "staff": []},
            )
            unit["staff"].append(row)
        return sorted(groups.values(), key=lambda unit: (unit["principal"], unit["name"]))

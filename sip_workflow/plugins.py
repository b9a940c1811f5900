"""What installed packages add: operations, packs of definitions, diagram rules.

Found by Python's entry points. A plug-in that cannot be loaded stops the start and is
named: a region that relies on its own rule must not run without it unawares.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import Any

CONNECTORS = "sip_workflow.connectors"
PACKS = "sip_workflow.packs"
CHECKS = "sip_workflow.checks"

GROUPS = {
    CONNECTORS: "operation name → callable that does something outside the case",
    PACKS: "a package with the folders processes/ and forms/",
    CHECKS: "a rule for diagrams, forms or tables",
}
"""The plug-in groups and what an entry of each names."""


class PluginError(Exception):
    """A plug-in can't be used: it does not load, or two carry one name."""

    def __init__(self, *, group: str, name: str, reason: str) -> None:
        """Keep which one, and say it."""
        super().__init__(f"Insticket {name!r} i {group} kan inte användas: {reason}")
        self.group = group
        self.name = name


@dataclass(frozen=True, slots=True, kw_only=True)
class Plugin:
    """One loaded entry point. ``distribution`` is the installed package that it came with."""

    group: str
    name: str
    distribution: str
    value: Any


def installed(*, group: str) -> list[Plugin]:
    """The plug-ins of a group, loaded, by name.

    Raises ``PluginError`` for one that does not load, whatever it raises, or whose name another already has.
    """
    found: dict[str, Plugin] = {}
    for entry in entry_points(group=group):
        distribution = entry.dist.name if entry.dist else "?"
        if entry.name in found:
            reason = f"namnet finns både i {found[entry.name].distribution} och {distribution}"
            raise PluginError(group=group, name=entry.name, reason=reason)
        try:
            value = entry.load()
        except Exception as error:
            reason = f"{type(error).__name__}: {error}"
            raise PluginError(group=group, name=entry.name, reason=reason) from error
        found[entry.name] = Plugin(group=group, name=entry.name, distribution=distribution, value=value)
    return [found[name] for name in sorted(found)]

"""A deployment of definitions: diagrams, forms, tables and choices that belong together.

A bundle is named by the hash of its content. A case keeps the bundle it started
with, so that an owner may publish a new one at any time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRule:
    """How one message is routed.

    ``kept``: waits in the table when nobody waits for it, else it is refused.
    ``from_outside``: people may send it by ``POST /cases/{id}/messages``.
    ``purged_by``: names of messages whose sending makes a kept one void.
    ``payload``: constants that are added to what the sender gives.
    """

    name: str
    kept: bool = False
    from_outside: bool = False
    purged_by: tuple[str, ...] = ()
    payload: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A user task's form: JSON Schema 2020-12 and RJSF uiSchema."""

    key: str
    schema: Mapping[str, Any]
    ui: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """One deployment. ``processes`` and ``decisions`` hold the files' bytes by process or decision id."""

    hash: str
    processes: Mapping[str, bytes]
    decisions: Mapping[str, bytes]
    forms: Mapping[str, Form]
    guidelines: Mapping[str, Mapping[str, Any]]
    messages: Mapping[str, MessageRule]

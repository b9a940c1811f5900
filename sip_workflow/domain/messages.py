"""Names of messages that operations send. The catalogue with their rules is ``processes/messages.json``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message inside a case.

    ``correlation`` picks the instance that waits (an invitation's id, a round); for a message
    that starts a process it becomes the new instance's key. ``unit_id`` is then its unit, and
    ``subject`` what it is about (ids only).
    """

    name: str
    correlation: str | None = None
    payload: Mapping[str, Any] = field(default_factory=dict)
    unit_id: str | None = None
    subject: Mapping[str, Any] = field(default_factory=dict)

"""What a connector must be, and how it says that it did not succeed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol, runtime_checkable

from sip_workflow.settings import Settings


@runtime_checkable
class Connector(Protocol):
    """Does one effect outside the case.

    ``payload`` is JSON, ``key`` the outbox item's: a connector hands it on, so that the receiver can
    recognise a repeat. The answer is JSON and holds no personal data. A connector ends within a minute
    (the item is lent for longer than that), raises ``TryAgain`` or ``Permanent``, and puts no address,
    name or answer of a server into their texts: they are logged.
    """

    def __call__(self, *, payload: Mapping[str, Any], key: str, settings: Settings) -> Mapping[str, Any]:
        """Do it."""


class TryAgain(Exception):
    """It did not succeed now but may later: no connection, a server that is busy."""


class Permanent(Exception):
    """It will never succeed as it is: the receiver refused it, or the payload makes no sense."""

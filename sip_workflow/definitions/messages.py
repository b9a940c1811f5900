"""The catalogue of messages: how each is routed inside a case (``processes/messages.json``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sip_workflow.definitions.errors import DefinitionFileError
from sip_workflow.domain.definitions import MessageRule

_KEYS = {"kept": bool, "from_outside": bool, "purged_by": list, "payload": dict}


def parse_messages(*, file: str, catalogue: Mapping[str, Any]) -> dict[str, MessageRule]:
    """The rules by message name. Raises ``DefinitionFileError`` with the name of the message."""
    rules = {name: _rule(file, name, value) for name, value in catalogue.items()}
    for rule in rules.values():
        for other in rule.purged_by:
            if other not in rules:
                raise DefinitionFileError(
                    file=file, message=f"{rule.name}: purged_by nämner {other!r}, som inte finns i katalogen."
                )
    return rules


def _rule(file: str, name: str, value: Any) -> MessageRule:
    def refuse(reason: str) -> DefinitionFileError:
        return DefinitionFileError(file=file, message=f"{name}: {reason}")

    if not isinstance(value, dict):
        raise refuse("ska vara ett objekt.")
    for key, item in value.items():
        if key not in _KEYS:
            raise refuse(f"{key!r} är inte känt; välj bland {', '.join(_KEYS)}.")
        if not isinstance(item, _KEYS[key]):
            raise refuse(f"{key!r} har fel slags värde.")
    purged_by = value.get("purged_by", [])
    if not all(isinstance(other, str) for other in purged_by):
        raise refuse("'purged_by' ska vara en lista med meddelandenamn.")
    return MessageRule(
        name=name,
        kept=value.get("kept", False),
        from_outside=value.get("from_outside", False),
        purged_by=tuple(purged_by),
        payload=value.get("payload", {}),
    )

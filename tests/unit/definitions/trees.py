"""The smallest tree of definitions that makes a bundle."""

from __future__ import annotations

SMALLEST = {
    "processes/sip/sip.bpmn": b"<definitions/>",
    "processes/decisions/deadlines.dmn": b"<definitions/>",
    "processes/guidelines.json": b'{"vastra_gotaland": {"name": "V\xc3\xa4stra G\xc3\xb6taland"}}',
    "processes/messages.json": (
        b'{"sip_started": {}, "replies_complete": {"kept": true, "purged_by": ["sip_started"]}}'
    ),
    "forms/need.schema.json": b'{"title": "Behov", "type": "object"}',
    "forms/need.ui.json": b"{}",
}


def tree(**changes: bytes | None) -> dict[str, bytes]:
    """The smallest tree with some files changed; None takes a file away."""
    files = dict(SMALLEST)
    for key, content in changes.items():
        if content is None:
            del files[key]
        else:
            files[key] = content
    return files

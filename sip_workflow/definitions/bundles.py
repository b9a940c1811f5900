"""From files to a ``Bundle``: every file in its place, every form with both its files."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from sip_workflow.definitions.archive import unpack
from sip_workflow.definitions.errors import DefinitionFileError
from sip_workflow.definitions.json_files import parse_json
from sip_workflow.definitions.messages import parse_messages
from sip_workflow.definitions.names import GUIDELINES, MESSAGES, recognise
from sip_workflow.domain.definitions import Bundle, Form, MessageRule


def content_hash(*, files: Mapping[str, bytes]) -> str:
    """The name of a deployment: SHA-256, in hex, over the files' names and bytes.

    Lengths go in too, so that no two trees can run together into the same bytes.
    """
    digest = hashlib.sha256()
    for name in sorted(files):
        for part in (name.encode(), files[name]):
            digest.update(len(part).to_bytes(8, "big"))
            digest.update(part)
    return digest.hexdigest()


def open_bundle(*, content: bytes) -> Bundle:
    """The bundle that a zip holds. Raises ``DefinitionFileError``."""
    return build_bundle(files=unpack(content=content))


def build_bundle(*, files: Mapping[str, bytes]) -> Bundle:
    """The bundle that the files make. Raises ``DefinitionFileError`` for the first that is wrong."""
    builder = _Builder(files)
    if builder.errors:
        raise builder.errors[0]
    return Bundle(
        hash=content_hash(files=files),
        processes=builder.processes,
        decisions=builder.decisions,
        forms={
            key: Form(key=key, schema=builder.schemas[key], ui=builder.uis[key]) for key in builder.schemas
        },
        guidelines=builder.guidelines,
        messages=builder.messages,
    )


def file_errors(*, files: Mapping[str, bytes]) -> list[DefinitionFileError]:
    """Everything that is wrong with the files themselves; empty when they make a bundle."""
    return _Builder(files).errors


class _Builder:
    """Reads all files, keeping the errors instead of stopping at the first."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.errors: list[DefinitionFileError] = []
        self.processes: dict[str, bytes] = {}
        self.decisions: dict[str, bytes] = {}
        self.schemas: dict[str, Mapping[str, Any]] = {}
        self.uis: dict[str, Mapping[str, Any]] = {}
        self.guidelines: Mapping[str, Mapping[str, Any]] = {}
        self.messages: Mapping[str, MessageRule] = {}
        for name in sorted(files):
            try:
                self._take(name, files[name])
            except DefinitionFileError as error:
                self.errors.append(error)
        self._look_for_missing(files)

    def _take(self, name: str, content: bytes) -> None:
        known = recognise(name=name)
        if known is None:
            raise DefinitionFileError(file=name, message="Filen hör inte till processer eller formulär.")
        match known.kind:
            case "process":
                self.processes[known.id] = content
            case "decision":
                self.decisions[known.id] = content
            case "schema":
                self.schemas[known.id] = _json_object(name, content)
            case "ui":
                self.uis[known.id] = _json_object(name, content)
            case "guidelines":
                self.guidelines = _guidelines(_json_object(name, content))
            case "messages":
                self.messages = parse_messages(file=name, catalogue=_json_object(name, content))

    def _look_for_missing(self, files: Mapping[str, bytes]) -> None:
        for name in (GUIDELINES, MESSAGES):
            if name not in files:
                self._missing(name)
        if not self.processes:
            self.errors.append(DefinitionFileError(file="processes", message="Det finns ingen process."))
        for name in sorted(files):
            known = recognise(name=name)
            if known is None or known.kind not in ("schema", "ui"):
                continue
            other = f"forms/{known.id}.{'ui' if known.kind == 'schema' else 'schema'}.json"
            if other not in files:
                self._missing(other)

    def _missing(self, name: str) -> None:
        self.errors.append(DefinitionFileError(file=name, message="Filen saknas."))


def _json_object(name: str, content: bytes) -> dict[str, Any]:
    value = parse_json(file=name, content=content)
    if not isinstance(value, dict):
        raise DefinitionFileError(file=name, message="Filen ska innehålla ett JSON-objekt.")
    return value


def _guidelines(value: dict[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    for guideline, choices in value.items():
        if not isinstance(choices, dict):
            message = f"Riktlinjen {guideline!r} ska vara ett objekt med val."
            raise DefinitionFileError(file=GUIDELINES, message=message)
    return value

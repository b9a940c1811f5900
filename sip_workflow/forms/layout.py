"""How an object of a form is put together: its parts, and the conditions that bring each part in.

``if``/``then``/``else`` inside ``allOf`` are laid out flat, so that the validator, the page and the reading
of a posted page all ask the same question: which fields apply to these answers?
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

LAYOUT = "x-layout"
"""The keyword of a compiled schema that holds an object's ``Layout``."""

Guard = tuple[int, bool]
"""The number of a condition, and what it must be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """When a hidden field is shown.

    ``text`` says it in Swedish. ``any_of`` says it for a script: one of the mappings must hold, each from
    the posted name of a field to the values of which it must have one. It is empty when the condition
    can't be said so; such a field is best always shown.
    """

    text: str
    any_of: tuple[Mapping[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Keywords that apply when every guard holds."""

    schema: Mapping[str, Any]
    guards: tuple[Guard, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """A field: where it is declared with its type and title, and the guards of that place."""

    name: str
    schema: Mapping[str, Any]
    guards: tuple[Guard, ...] = ()


@dataclass(slots=True, kw_only=True)
class Layout:
    """An object's parts in order, its fields by name, and its conditions."""

    parts: list[Part] = field(default_factory=list)
    fields: dict[str, Declared] = field(default_factory=dict)
    conditions: list[Callable[[object], bool]] = field(default_factory=list)
    sources: list[Mapping[str, Any]] = field(default_factory=list)
    closed: bool = False

    def truths(self, answers: object) -> Sequence[bool]:
        """Which conditions hold for the answers."""
        return [holds(answers) for holds in self.conditions]

    def applies(self, guards: tuple[Guard, ...], truths: Sequence[bool]) -> bool:
        """Whether what stands behind the guards applies."""
        return all(truths[number] is wanted for number, wanted in guards)

    def shown(self, answers: object) -> frozenset[str]:
        """The names of the fields that apply to the answers."""
        truths = self.truths(answers)
        return frozenset(n for n, declared in self.fields.items() if self.applies(declared.guards, truths))

    def required(self, name: str, answers: object) -> bool:
        """Whether the field is required; for a hidden one, whether it will be as soon as it is shown."""
        truths = self.truths(answers)
        return self.always_required(name) or any(
            name in part.schema.get("required", ()) and self.applies(part.guards, truths)
            for part in self.parts
        )

    def always_required(self, name: str) -> bool:
        """Whether the field is required wherever it is shown."""
        guards = set(self.fields[name].guards)
        return any(
            name in part.schema.get("required", ()) and set(part.guards) <= guards for part in self.parts
        )

    def condition(self, name: str) -> Condition | None:
        """When the field is shown, or None when it always is."""
        guards = self.fields[name].guards
        if not guards:
            return None
        texts, any_of = [], [dict[str, tuple[str, ...]]()]
        for number, wanted in guards:
            source = self.sources[number]
            ways = _ways(source, self.fields) if wanted else None
            text = source.get("description") or _said(ways, self.fields)
            if text not in texts:
                texts.append(text)
            any_of = [{**one, **way} for one in any_of for way in ways] if ways else []
        return Condition(text=" ".join(texts), any_of=tuple(any_of))


def _ways(
    source: Mapping[str, Any], fields: Mapping[str, Declared]
) -> list[dict[str, tuple[str, ...]]] | None:
    """An ``if`` as alternatives of {field: values}, or None when it says anything else."""
    if "anyOf" in source:
        inner = [_ways(one, fields) for one in source["anyOf"]]
        if set(source) - {"anyOf", "description"} or not all(inner):
            return None
        return [way for ways in inner if ways for way in ways]
    if set(source) - {"properties", "required", "description"}:
        return None
    way = {}
    for name, wanted in source.get("properties", {}).items():
        if name not in fields or set(wanted) - {"const", "enum"} or name not in source.get("required", ()):
            return None
        way[name] = tuple(posted(code) for code in wanted.get("enum", [wanted.get("const")]))
    return [way] if way else None


def _said(ways: list[dict[str, tuple[str, ...]]] | None, fields: Mapping[str, Declared]) -> str:
    """The alternatives as a Swedish sentence."""
    if not ways:
        return "Gäller bara i vissa fall."
    return (
        "Gäller när "
        + ", eller när ".join(
            " och ".join(
                f"”{fields[name].schema.get('title', name)}” är "
                + " eller ".join(f"”{choice_title(fields[name].schema, code)}”" for code in codes)
                for name, codes in way.items()
            )
            for way in ways
        )
        + "."
    )


def posted(code: object) -> str:
    """A code as a page posts it."""
    return str(code).lower() if isinstance(code, bool) else str(code)


def choice_title(schema: Mapping[str, Any], code: str) -> str:
    """The Swedish text of a posted code."""
    for choice in schema.get("oneOf", ()):
        if posted(choice.get("const")) == code:
            return str(choice.get("title", code))
    return str(schema.get("title", code)) if schema.get("const") is True else code

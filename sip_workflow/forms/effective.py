"""A form's schema for the facts of a case: which fields exist, are required, and which choices they have.

Four keywords of ours stand at the top level of a schema. They name fields of the top level and *facts*,
which the application knows and the answers do not:

- ``x-required-when`` {field: fact}: the field is required where it is shown.
- ``x-only-when`` {field: fact}: without the fact the field is neither shown nor accepted.
- ``x-choices`` {field: fact}: the fact is the list of codes that may be chosen; without it all may.
- ``x-choice-when`` {"field=code": fact}: without the fact the code can't be chosen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Facts = Mapping[str, object]
"""Facts of the case by name: truth values and lists of codes. A missing fact is false."""

FACT_KEYWORDS = ("x-required-when", "x-only-when", "x-choices", "x-choice-when")

_PLAIN_REFERENCE = "#/$defs/"
MOST_NODES = 5_000
"""Objects in a schema whose references are written out: each level of them may double the size."""
_DEEPEST = 20


class FormError(ValueError):
    """A form that can't be used: a reference leads nowhere or in a circle, or a keyword has a wrong shape."""


def used_facts(schema: Mapping[str, Any]) -> tuple[str, ...]:
    """The names of the facts that decide how the form looks, sorted."""
    return tuple(sorted({fact for keyword in FACT_KEYWORDS for fact in _pairs(schema, keyword).values()}))


def for_facts(schema: Mapping[str, Any], facts: Facts) -> dict[str, Any]:
    """The schema with the facts worked in; our fact keywords and the examples are gone from it."""
    hidden = {field for field, fact in _pairs(schema, "x-only-when").items() if not facts.get(fact)}
    change = _Change(
        hidden=hidden,
        required={field for field, fact in _pairs(schema, "x-required-when").items() if facts.get(fact)}
        - hidden,
        allowed={field: facts.get(fact) for field, fact in _pairs(schema, "x-choices").items()},
        barred={choice for choice, fact in _pairs(schema, "x-choice-when").items() if not facts.get(fact)},
    )
    return change.made_in({k: v for k, v in schema.items() if k not in (*FACT_KEYWORDS, "examples")})


def _pairs(schema: Mapping[str, Any], keyword: str) -> Mapping[str, str]:
    value = schema.get(keyword, {})
    if not isinstance(value, Mapping) or not all(isinstance(fact, str) for fact in value.values()):
        raise FormError(f"{keyword} ska vara ett objekt med faktanamn.")
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class _Change:
    """What the facts change in the top-level object."""

    hidden: set[str]
    required: set[str]
    allowed: Mapping[str, object]
    barred: set[str]

    def made_in(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        """A part of the object, and the parts inside it that conditions bring in, with the change made."""
        out = dict(schema)
        required = [name for name in out.get("required", ()) if name not in self.hidden]
        if "properties" in out:
            out["properties"] = {
                name: self._chosen(name, field)
                for name, field in out["properties"].items()
                if name not in self.hidden
            }
            required += [n for n in out["properties"] if n in self.required and n not in required]
        if required or "required" in out:
            out["required"] = required
        for keyword in ("then", "else"):
            if keyword in out:
                out[keyword] = self.made_in(out[keyword])
        if "allOf" in out:
            out["allOf"] = [self.made_in(part) for part in out["allOf"]]
        return out

    def _chosen(self, name: str, field: Any) -> Any:
        """A field with the choices that the facts leave."""
        if not isinstance(field, Mapping) or "oneOf" not in field:
            return field
        codes = self.allowed.get(name)
        return {
            **field,
            "oneOf": [
                choice
                for choice in field["oneOf"]
                if f"{name}={choice.get('const')}" not in self.barred
                and (not isinstance(codes, list | tuple | set | frozenset) or choice.get("const") in codes)
            ],
        }


def without_references(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The schema with every ``$ref`` to its own ``$defs`` written out; what stands beside a reference wins.

    Raises ``FormError`` for other references, for circles, and for what grows beyond ``MOST_NODES``.
    """
    definitions = schema.get("$defs", {})
    nodes = 0

    def written_out(value: Any, inside: tuple[str, ...]) -> Any:
        if isinstance(value, list):
            return [written_out(item, inside) for item in value]
        if not isinstance(value, Mapping):
            return value
        nonlocal nodes
        nodes += 1
        if nodes > MOST_NODES:
            raise FormError(f"Hänvisningarna ger fler än {MOST_NODES} delar. Förenkla formuläret.")
        own = {key: written_out(item, inside) for key, item in value.items() if key not in ("$ref", "$defs")}
        reference = value.get("$ref")
        if reference is None:
            return own
        name = str(reference).removeprefix(_PLAIN_REFERENCE)
        if not str(reference).startswith(_PLAIN_REFERENCE) or name not in definitions:
            raise FormError(f"Hänvisningen {reference!r} leder ingenstans i filen.")
        if name in inside:
            raise FormError(f"Hänvisningen {reference!r} går runt i en cirkel.")
        if len(inside) >= _DEEPEST:
            raise FormError(f"Hänvisningen {reference!r} ligger djupare än {_DEEPEST} steg.")
        return {**written_out(definitions[name], (*inside, name)), **own}

    out: dict[str, Any] = written_out(schema, ())
    return out


def parts(schema: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The parts of an object's schema that may declare fields: itself and what its conditions bring in."""
    yield schema
    for keyword in ("then", "else"):
        if keyword in schema:
            yield from parts(schema[keyword])
    for part in schema.get("allOf", ()):
        yield from parts(part)

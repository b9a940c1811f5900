"""Forms made ready: facts worked in, references written out, objects laid out flat; kept in a cache."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import orjson

from sip_workflow.domain.definitions import Form
from sip_workflow.forms.effective import Facts, FormError, for_facts, used_facts, without_references
from sip_workflow.forms.keywords import Checker
from sip_workflow.forms.layout import LAYOUT, Declared, Guard, Layout, Part

_KEPT = 1024
_OBJECT_KEYWORDS = frozenset(
    {"properties", "required", "allOf", "if", "then", "else", "unevaluatedProperties", "additionalProperties"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """A form for one set of facts.

    ``schema`` is plain JSON Schema for others to use, ``root`` what our validator and pages walk.
    Both are shared: nobody may change them.
    """

    schema: Mapping[str, Any]
    root: Mapping[str, Any]
    validator: Any


class _Recent:
    """The last used values by key; safe between threads."""

    def __init__(self) -> None:
        self._values: OrderedDict[object, Any] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: object) -> Any:
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key]
            return None

    def put(self, key: object, value: Any) -> None:
        with self._lock:
            self._values[key] = value
            while len(self._values) > _KEPT:
                self._values.popitem(last=False)


# By identity first: hashing the text of a large form takes longer than checking an answer. The mapping itself
# is kept beside what was made of it, so that its identity can't be given to another one meanwhile.
_by_identity = _Recent()
_by_content = _Recent()


def compiled(form: Form, facts: Facts) -> Compiled:
    """The form made ready for the facts. Raises ``FormError``."""
    known = _by_identity.get(id(form.schema))
    if known is None or known[0] is not form.schema:
        digest = hashlib.sha256(orjson.dumps(form.schema)).digest()
        known = (form.schema, digest, used_facts(form.schema))
        _by_identity.put(id(form.schema), known)
    _, digest, names = known
    key = (digest, tuple(_frozen(facts.get(name)) for name in names))
    found: Compiled | None = _by_content.get(key)
    if found is None:
        found = _compile(form, facts)
        _by_content.put(key, found)
    return found


def effective_schema(*, form: Form, facts: Facts) -> Mapping[str, Any]:
    """The form as plain JSON Schema for the facts, without examples; shared, so never to be changed.

    What it accepts is what ``validate`` accepts, but for the formats and the register. Raises ``FormError``.
    """
    return compiled(form, facts).schema


def _frozen(fact: object) -> object:
    return tuple(fact) if isinstance(fact, list | tuple | set | frozenset) else fact


def _compile(form: Form, facts: Facts) -> Compiled:
    schema = for_facts(form.schema, facts)
    plain = without_references(schema)
    if plain.get("type") != "object":
        raise FormError(f"Formuläret {form.key} ska vara ett objekt.")
    root = _laid_out({key: value for key, value in plain.items() if key != "$schema"})
    return Compiled(schema=schema, root=root, validator=Checker(root))


def _laid_out(schema: Mapping[str, Any]) -> dict[str, Any]:
    """A schema with every object in it laid out flat."""
    if schema.get("type") == "object":
        layout = Layout()
        _collect(layout, {key: value for key, value in schema.items() if key in _OBJECT_KEYWORDS}, ())
        # What a part requires may be declared in another part: its title is needed for the message.
        fields = {name: declared.schema for name, declared in layout.fields.items()}
        layout.parts = [replace(part, schema={**part.schema, "x-fields": fields}) for part in layout.parts]
        own = {key: value for key, value in schema.items() if key not in _OBJECT_KEYWORDS}
        return {"type": "object", **own, LAYOUT: layout}
    out = dict(schema)
    if isinstance(out.get("items"), Mapping):
        out["items"] = _laid_out(out["items"])
    if "oneOf" in out:
        out["oneOf"] = [_laid_out(one) for one in out["oneOf"]]
    return out


def _collect(layout: Layout, schema: Mapping[str, Any], guards: tuple[Guard, ...]) -> None:
    """Add a part and what its conditions bring in to the layout."""
    if schema.get("unevaluatedProperties") is False or schema.get("additionalProperties") is False:
        layout.closed = True
    part = {key: value for key, value in schema.items() if key not in (_OBJECT_KEYWORDS - {"required"})}
    if "properties" in schema:
        part["properties"] = {name: _laid_out(value) for name, value in schema["properties"].items()}
    for name, value in part.get("properties", {}).items():
        if name not in layout.fields and is_declaration(value):
            layout.fields[name] = Declared(name=name, schema=value, guards=guards)
    if part:
        layout.parts.append(Part(schema=part, guards=guards))
    if "if" in schema:
        number = len(layout.conditions)
        layout.conditions.append(Checker(schema["if"]).is_valid)
        layout.sources.append(schema["if"])
        for keyword, wanted in (("then", True), ("else", False)):
            if keyword in schema:
                _collect(layout, schema[keyword], (*guards, (number, wanted)))
    for inner in schema.get("allOf", ()):
        _collect(layout, inner, guards)


def is_declaration(schema: Mapping[str, Any]) -> bool:
    """Whether a property's schema says what the field is, and not only narrows it."""
    return "type" in schema or "oneOf" in schema or "$ref" in schema

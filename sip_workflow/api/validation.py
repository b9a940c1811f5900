"""Checking a body or a query against the schemas of the OpenAPI document, with errors in Swedish.

The document is the only source: what it says is what is enforced. Messages name what is asked for and
never what was sent.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError

from sip_workflow.domain.refusals import FieldError, InvalidInput
from sip_workflow.forms.formats import FORMATS

_ERRORS_CAP = 50
_FIELD = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,39}", re.ASCII)

_formats = FormatChecker(formats=())


def _accepts(fits: Callable[[str], bool]) -> Callable[[object], bool]:
    return lambda value: not isinstance(value, str) or fits(value)


for _name, _format in FORMATS.items():
    _formats.checks(_name)(_accepts(_format.accepts))

_TYPES = {
    "object": "ett objekt",
    "array": "en lista",
    "string": "en text",
    "integer": "ett heltal",
    "number": "ett tal",
    "boolean": "true eller false",
    "null": "null",
}


class Schemas:
    """The document's schemas, ready to check with."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        """Take the whole document; it isn't copied."""
        self._components = document["components"]["schemas"]
        self._validators: dict[str, Draft202012Validator] = {}

    def check(self, value: object, *, name: str) -> None:
        """Raise ``InvalidInput`` with every error when the value doesn't fit the schema of that name.

        A schema with a ``discriminator`` is checked by the one schema that the value chooses, so that its
        errors are about what was meant.
        """
        discriminator = self._components[name].get("discriminator")
        if discriminator is not None:
            name = self._chosen(value, discriminator)
        errors = list(self.errors(value, name=name))
        if errors:
            raise InvalidInput(errors[:_ERRORS_CAP])

    def errors(self, value: object, *, name: str) -> Iterator[FieldError]:
        """The errors of a value under the schema of that name, in order of place."""
        validator = self._validators.get(name)
        if validator is None:
            schema = {"$ref": f"#/components/schemas/{name}", "components": {"schemas": self._components}}
            validator = Draft202012Validator(schema, format_checker=_formats)
            self._validators[name] = validator
        told: set[FieldError] = set()
        for error in sorted(
            validator.iter_errors(value), key=lambda error: [str(step) for step in error.absolute_path]
        ):
            for one in _told(error):
                if one not in told:
                    told.add(one)
                    yield one

    def _chosen(self, value: object, discriminator: Mapping[str, Any]) -> str:
        key, mapping = discriminator["propertyName"], discriminator["mapping"]
        if not isinstance(value, dict):
            raise InvalidInput([FieldError(pointer="", message="Ska vara ett objekt.")])
        if key not in value:
            raise InvalidInput([FieldError(pointer=f"/{key}", message="Fältet saknas.")])
        chosen = value[key]
        if not isinstance(chosen, str) or chosen not in mapping:
            raise InvalidInput(
                [FieldError(pointer=f"/{key}", message=f"Ska vara något av: {', '.join(mapping)}.")]
            )
        return str(mapping[chosen]).rpartition("/")[2]


def pointer(steps: Iterable[object]) -> str:
    """A JSON pointer (RFC 6901)."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)


def _told(error: ValidationError) -> Iterator[FieldError]:
    here = list(error.absolute_path)
    asked: Any = error.validator_value
    if error.validator == "required" and isinstance(error.instance, dict):
        for name in asked:
            if name not in error.instance:
                yield FieldError(pointer=pointer([*here, name]), message="Fältet saknas.")
    elif error.validator in ("additionalProperties", "unevaluatedProperties") and isinstance(
        error.instance, dict
    ):
        known = error.schema.get("properties", {}) if isinstance(error.schema, Mapping) else {}
        for name in error.instance:
            if name not in known:
                # A name that is no name may be a slip that carries what it should not: it isn't repeated.
                named = [name] if _FIELD.fullmatch(name) else []
                yield FieldError(pointer=pointer([*here, *named]), message="Fältet är okänt.")
    else:
        yield FieldError(pointer=pointer(here), message=_message(error))


def _message(error: ValidationError) -> str:
    asked: Any = error.validator_value
    match error.validator:
        case "type":
            types = [asked] if isinstance(asked, str) else asked
            return f"Ska vara {_one_of([_TYPES[name] for name in types])}."
        case "enum":
            return f"Ska vara {_one_of([str(choice) for choice in asked])}."
        case "const":
            return f"Ska vara {asked}."
        case "format":
            return FORMATS[asked].message
        case "minLength" | "minItems":
            return "Får inte vara tomt." if asked == 1 else f"Ska ha minst {asked}."
        case "maxLength":
            return f"Högst {asked} tecken."
        case "maxItems":
            return f"Högst {asked}."
        case "uniqueItems":
            return "Samma val står två gånger."
        case "minimum":
            return f"Minst {asked}."
        case "maximum":
            return f"Högst {asked}."
        case _:
            return "Har inte rätt form."


def _one_of(choices: list[str]) -> str:
    return choices[0] if len(choices) == 1 else f"{', '.join(choices[:-1])} eller {choices[-1]}"

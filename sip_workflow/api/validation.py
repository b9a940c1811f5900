"""Checking a body or a query against the schemas of the OpenAPI document, with errors in Swedish.

The document is the only source: what it says is what is enforced. Messages name what is asked for and
never what was sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from sip_workflow.domain.refusals import FieldError, InvalidInput

YEARS = range(1900, 2200)
"""The years a date may have: beyond them every date is a slip, and some can't be counted with."""

_ERRORS_CAP = 50
_DOCUMENT = "urn:sip:openapi"
_TIME = re.compile(
    r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})", re.ASCII | re.IGNORECASE
)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_FIELD = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,39}", re.ASCII)

_formats = FormatChecker(formats=())


@_formats.checks("date-time")
def _is_time(value: object) -> bool:
    """Whether a text is a possible instant with its offset (RFC 3339)."""
    if not isinstance(value, str):
        return True
    if not _TIME.fullmatch(value):
        return False
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return False
    return at.tzinfo is not None and at.year in YEARS


@_formats.checks("date")
def _is_date(value: object) -> bool:
    """Whether a text is a possible date."""
    if not isinstance(value, str):
        return True
    if not _DATE.fullmatch(value):
        return False
    try:
        return date.fromisoformat(value).year in YEARS
    except ValueError:
        return False


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
        self._registry: Registry[Any] = Registry().with_resource(
            _DOCUMENT, Resource(contents=dict(document), specification=DRAFT202012)
        )
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
            schema = {"$ref": f"{_DOCUMENT}#/components/schemas/{name}"}
            validator = Draft202012Validator(schema, registry=self._registry, format_checker=_formats)
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
    if error.validator == "required" and isinstance(error.instance, dict):
        for name in error.validator_value:
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
        case "format" if asked == "date":
            return "Ska vara ett datum som finns, som 2027-03-01."
        case "format":
            return "Ska vara en tid som finns, med förskjutning från UTC, som 2027-03-01T09:00:00+01:00."
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

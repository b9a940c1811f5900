"""Reading a request's body: no more than the cap, JSON only, nothing that can be read in two ways.

What is refused here is malformed (400), too large (413) or of another kind (415); whether well-formed
JSON says something sensible is for ``validation`` and the use case.
"""

from __future__ import annotations

import json
import math
from typing import Any

from flask import Request
from werkzeug.exceptions import RequestEntityTooLarge

from sip_workflow.domain.refusals import Refusal

JSON_CAP = 1_000_000
"""Bytes of a JSON body."""
FILES_CAP = 8_000_000
"""Bytes of a deployment."""
DEPTH_CAP = 32
"""Levels of arrays and objects. A form's answer has about five."""
NUMBER_CAP = 2**53
"""Beyond this, JSON's readers no longer agree on integers (RFC 8259, section 6)."""


class Malformed(Refusal):
    """The body can't be read as JSON."""

    status = 400
    type = "malformed_json"
    title = "Innehållet går inte att läsa"


class TooLarge(Refusal):
    """The body is larger than the cap."""

    status = 413
    type = "too_large"
    title = "Innehållet är för stort"


class NotJson(Refusal):
    """The body says that it is something else than what the route takes."""

    status = 415
    type = "unsupported_media_type"
    title = "Fel sorts innehåll"


def raw(request: Request, *, cap: int) -> bytes:
    """The body's bytes.

    Raises ``TooLarge`` before reading when its length is given, else as soon as ``cap`` is passed.
    """
    request.max_content_length = cap
    try:
        return request.get_data(cache=True, as_text=False, parse_form_data=False)
    except RequestEntityTooLarge as error:
        raise too_large(cap) from error


def too_large(cap: int) -> TooLarge:
    """The refusal of a body of more than ``cap`` bytes."""
    return TooLarge(f"Högst {cap // 1_000_000} MB tas emot. Dela upp eller korta ned.")


def json_body(request: Request, *, optional: bool) -> Any:
    """The body as plain values. Raises ``NotJson``, ``TooLarge`` or ``Malformed``.

    ``optional``: no body at all reads as an empty object.
    """
    content = raw(request, cap=JSON_CAP)
    if not content and optional:
        return {}
    if request.mimetype != "application/json":
        raise NotJson("Skicka JSON med Content-Type: application/json.")
    return read_json(content)


def read_json(content: bytes) -> Any:
    """The values of a JSON text in UTF-8. Raises ``Malformed``; its text quotes nothing of the content."""
    try:
        value = json.loads(
            content.decode("utf-8"),
            object_pairs_hook=_object,
            parse_constant=_no_constant,
            parse_float=_finite,
            parse_int=_exact,
        )
    except Malformed:
        raise
    except json.JSONDecodeError as error:
        raise Malformed(f"JSON-texten har ett fel på rad {error.lineno}, tecken {error.colno}.") from None
    except UnicodeDecodeError:
        raise Malformed("Texten ska vara UTF-8.") from None
    except RecursionError:
        raise _too_deep() from None
    _check(value)
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) != len(pairs):
        raise Malformed("Samma fält står två gånger i ett objekt.")
    return read


def _no_constant(_name: str) -> Any:
    raise Malformed("NaN och Infinity är inte JSON.")


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise Malformed("Ett tal är för stort.")
    return number


def _exact(digits: str) -> int:
    if len(digits) > 17 or abs(int(digits)) > NUMBER_CAP:
        raise Malformed("Ett tal är för stort.")
    return int(digits)


def _too_deep() -> Malformed:
    return Malformed(f"Innehållet är nästlat i fler än {DEPTH_CAP} nivåer.")


def _check(value: Any) -> None:
    """Refuse what is too deep and text that isn't Unicode (a lone surrogate), without recursion."""
    waiting = [(value, 1)]
    while waiting:
        here, depth = waiting.pop()
        if isinstance(here, str):
            _check_text(here)
        elif isinstance(here, (dict, list)):
            if depth > DEPTH_CAP:
                raise _too_deep()
            if isinstance(here, dict):
                for key in here:
                    _check_text(key)
            waiting.extend(
                (inner, depth + 1) for inner in (here.values() if isinstance(here, dict) else here)
            )


def _check_text(text: str) -> None:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise Malformed("En text innehåller ett halvt tecken (ett ensamt surrogat).") from None

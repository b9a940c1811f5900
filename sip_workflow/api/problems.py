"""The one place where what went wrong becomes problem+json (RFC 9457), in Swedish.

A refusal says itself what to answer. Anything else is our fault: it is answered with 500, and logged by
its kind and place only, for an exception's text may quote what a person wrote.
"""

from __future__ import annotations

import json
import logging
import traceback
from pathlib import PurePath

from flask import Response
from werkzeug.exceptions import HTTPException, MethodNotAllowed, RequestEntityTooLarge
from werkzeug.exceptions import NotFound as NoSuchUrl

from sip_workflow.domain.refusals import NotFound, Refusal
from sip_workflow.store import Busy, Conflict, Duplicate, NotReady

RETRY_SECONDS = 5
MEDIA_TYPE = "application/problem+json"

_log = logging.getLogger(__name__)


class Unauthorized(Refusal):
    """The request doesn't say who asks, or says it with a token that doesn't hold."""

    status = 401
    type = "unauthorized"
    title = "Du behöver visa vem du är"

    def __init__(self, detail: str, *, challenge: str) -> None:
        """Keep the value of ``WWW-Authenticate``."""
        super().__init__(detail)
        self.challenge = challenge


class WrongMethod(Refusal):
    """The address exists, but not with this method."""

    status = 405
    type = "method_not_allowed"
    title = "Adressen kan inte användas så"

    def __init__(self, allowed: str) -> None:
        """Keep the methods that the address has."""
        super().__init__(f"Här går det att använda: {allowed}.")
        self.allowed = allowed


class Unavailable(Refusal):
    """The database is locked for too long, full, away, or not of this version."""

    status = 503
    type = "unavailable"
    title = "Tjänsten är upptagen"


class SomeoneWasFirst(Refusal):
    """Another request changed the same thing at the same moment."""

    type = "someone_was_first"
    title = "Någon annan hann före"


class OwnFault(Refusal):
    """Something that we didn't foresee."""

    status = 500
    type = "internal_error"
    title = "Något gick fel hos oss"


def problem(error: Exception) -> Response:
    """The answer to an exception."""
    refusal = as_refusal(error)
    body: dict[str, object] = {
        "type": f"urn:sip-workflow:problem:{refusal.type}",
        "title": refusal.title,
        "status": refusal.status,
        "detail": refusal.detail,
    }
    if refusal.errors:
        body["errors"] = [{"pointer": one.pointer, "message": one.message} for one in refusal.errors]
    response = Response(json.dumps(body, ensure_ascii=False), status=refusal.status, mimetype=MEDIA_TYPE)
    if isinstance(refusal, Unauthorized):
        response.headers["WWW-Authenticate"] = refusal.challenge
    if isinstance(refusal, WrongMethod):
        response.headers["Allow"] = refusal.allowed
    if refusal.status == 503:
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def as_refusal(error: Exception) -> Refusal:
    """The refusal that an exception stands for; an unforeseen one is logged here."""
    match error:
        case Refusal():
            return error
        case Busy() | NotReady():
            return Unavailable("Inget har sparats. Försök igen om en stund.")
        case Conflict() | Duplicate():
            return SomeoneWasFirst("Inget har sparats. Läs om och försök igen.")
        case MethodNotAllowed():
            return WrongMethod(", ".join(sorted(error.valid_methods or ())))
        case NoSuchUrl():
            return NotFound()
        case RequestEntityTooLarge():
            return _http(413, "too_large", "Innehållet är för stort")
        case HTTPException() if error.code is not None and 400 <= error.code < 500:
            return _http(error.code, "bad_request", "Begäran går inte att läsa")
    _log.error("unforeseen %s at %s", type(error).__name__, where(error))
    return OwnFault(
        "Inget har sparats. Försök igen om en stund, och säg till förvaltaren om det händer igen."
    )


def where(error: BaseException) -> str:
    """The places that an exception passed, outermost first: file and line, nothing of what was said."""
    frames = traceback.extract_tb(error.__traceback__)
    return " > ".join(f"{PurePath(frame.filename).name}:{frame.lineno}" for frame in frames[-6:])


def _http(status: int, code: str, title: str) -> Refusal:
    refusal = Refusal("Rätta begäran och skicka igen.")
    refusal.status, refusal.type, refusal.title = status, code, title
    return refusal

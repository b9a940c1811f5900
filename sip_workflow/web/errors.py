"""The one place where what went wrong becomes a page, in Swedish.

A refusal says itself what to answer. Anything else is our fault: it is answered with 500, and logged by
its kind and place only, for an exception's text may quote what a person wrote.
"""

from __future__ import annotations

import logging
import re
import traceback
from pathlib import PurePath

from flask import Response, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.exceptions import NotFound as NoSuchUrl

from sip_workflow.domain.refusals import NotFound, Refusal
from sip_workflow.store import Busy, Conflict, Duplicate, NotReady
from sip_workflow.web.formview import DO, FORM, labelled
from sip_workflow.web.known import form_in_force
from sip_workflow.web.names import Names
from sip_workflow.web.site import Site
from sip_workflow.web.tokens import FIELD

_NOT_TYPED = frozenset({FIELD, DO, FORM, "version", "external_id"})
_CODE = re.compile(r"[\w.:+@-]*", re.ASCII)
_RETRY_SECONDS = "5"

_log = logging.getLogger(__name__)


class NotLoggedIn(Refusal):
    """Nobody is logged in, or somebody whom the register doesn't know."""

    status = 403
    type = "not_logged_in"
    title = "Du behöver logga in"


class NotLoggedInAnyLonger(NotLoggedIn):
    """A form was sent after its sender had logged out, in another tab or by time.

    ``back`` is the path of the form's page, for after the login.
    """

    title = "Du är inte inloggad längre"

    def __init__(self, detail: str, *, back: str) -> None:
        """Keep the way back."""
        super().__init__(detail)
        self.back = back


def error_page(site: Site, error: Exception) -> Response:
    """The page of an exception. What was typed stands beside, so that it isn't lost."""
    refusal = as_refusal(error)
    response = site.render(
        "error.html",
        status=refusal.status,
        refusal=refusal,
        typed=typed(refusal),
        labelled=_labelled(site) if isinstance(refusal, NotLoggedInAnyLonger) else [],
    )
    if refusal.status == 503:
        response.headers["Retry-After"] = _RETRY_SECONDS
    return response


def as_refusal(error: Exception) -> Refusal:
    """The refusal that an exception stands for; an unforeseen one is logged here."""
    match error:
        case Refusal():
            return error
        case Busy() | NotReady():
            return _made(
                503, "unavailable", "Tjänsten är upptagen", "Inget har sparats. Försök igen om en stund."
            )
        case Conflict() | Duplicate():
            return _made(
                409,
                "someone_was_first",
                "Någon annan hann före",
                "Inget har sparats. Läs in sidan på nytt och försök igen.",
            )
        case NoSuchUrl():
            return NotFound()
        case RequestEntityTooLarge():
            return _made(413, "too_large", "Det är för mycket text", "Inget har sparats. Korta texterna.")
        case HTTPException() if error.code is not None and 400 <= error.code < 500:
            return _made(error.code, "bad_request", "Sidan går inte att visa", "Gå till inkorgen.")
    _log.error("unforeseen %s at %s", type(error).__name__, where(error))
    return _made(
        500,
        "internal_error",
        "Något gick fel hos oss",
        "Inget har sparats. Försök igen om en stund, och säg till förvaltaren om det händer igen.",
    )


def where(error: BaseException) -> str:
    """The places that an exception passed, outermost first: file and line, nothing of what was said."""
    frames = traceback.extract_tb(error.__traceback__)
    return " > ".join(f"{PurePath(frame.filename).name}:{frame.lineno}" for frame in frames[-6:])


def typed(refusal: Refusal) -> list[str]:
    """The texts that a refused form held, in their order; codes and ids are left out."""
    if request.method != "POST" or refusal.status == 413:
        return []
    return [
        text
        for name, values in request.form.lists()
        if name != FIELD
        for text in values
        if text.strip() and not _CODE.fullmatch(text.strip())
    ]


def _labelled(site: Site) -> list[tuple[str, str]]:
    """Every field that was filled in, under its label.

    The labels are those of the form in force; nothing of a case is read, for nobody is logged in.
    """
    key = request.form.get(FORM, "")
    try:
        form = form_in_force(site.application, key=key) if key else None
    except (KeyError, Busy, NotReady):
        form = None
    posted = {name: values for name, values in request.form.lists() if name not in _NOT_TYPED}
    names = Names(site.application) if site.training_login else None
    return labelled(form, posted, names=names, zone=site.application.settings.timezone)


def _made(status: int, code: str, title: str, detail: str) -> Refusal:
    refusal = Refusal(detail)
    refusal.status, refusal.type, refusal.title = status, code, title
    return refusal

"""The token that every form carries, so that no other site can post in somebody's name.

Flask-WTF's tokens with a key and a place in the session of our own: a host's application, with or without
CSRF protection of its own, is not touched.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Request
from flask_wtf.csrf import generate_csrf, validate_csrf

from sip_workflow.domain.refusals import Refusal

PLACE = "sip_csrf_token"
"""Where the session keeps it."""
FIELD = "csrf_token"
"""The form's field."""

_LIFETIME_SECONDS = 12 * 3600


class TokenMissing(Refusal):
    """A form without its token, or with one of another session."""

    status = 400
    type = "token_missing"
    title = "Sidan har varit öppen för länge"

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__("Inget har sparats. Gå tillbaka, läs in sidan på nytt och försök igen.")


class FromAnotherSite(Refusal):
    """A page of another site posts in a signed-in user's name."""

    status = 403
    type = "cross_site"
    title = "Formuläret kommer från en annan webbplats"

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__("Inget har sparats. Öppna sidan här och försök igen.")


def csrf_token(*, secret_key: str) -> str:
    """The token of this session, made when it has none."""
    return str(generate_csrf(secret_key=secret_key, token_key=PLACE))


def demand_token(request: Request, *, secret_key: str) -> None:
    """Let a form through only with its token and from our own pages.

    Raises ``TokenMissing`` and ``FromAnotherSite``. The token lasts longer than a session does.
    """
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    origin = request.headers.get("Origin")
    if site not in ("same-origin", "none") or (
        origin is not None and urlsplit(origin).netloc != request.host
    ):
        raise FromAnotherSite
    try:
        validate_csrf(
            request.form.get(FIELD), secret_key=secret_key, time_limit=_LIFETIME_SECONDS, token_key=PLACE
        )
    except ValueError:
        raise TokenMissing from None

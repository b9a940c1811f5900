"""Who is calling: a bearer token, or in a host's application the user that the host vouches for.

A token decides when there is one, also when it is wrong: a request never falls back to another identity.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from flask import Request

from sip_workflow.api.problems import Unauthorized
from sip_workflow.application import Application
from sip_workflow.domain.refusals import NotFound, Refusal
from sip_workflow.domain.register import Actor

Identify = Callable[[Request], str | Actor | None]
"""The host's word for the user of a request: a username, an ``Actor``, or None for nobody."""

_REALM = 'Bearer realm="SIP Workflow"'
_TOKEN_CAP = 4_000


class FromAnotherSite(Refusal):
    """A page of another site asks in a signed-in user's name."""

    status = 403
    type = "cross_site"
    title = "Begäran kommer från en annan webbplats"


def caller(request: Request, *, application: Application, identify: Identify | None) -> Actor:
    """The actor of a request. Raises ``Unauthorized`` when there is none."""
    header = request.headers.get("Authorization")
    if header is not None:
        return _of_token(header, application=application)
    if identify is not None:
        actor = _of_host(identify(request), application=application)
        if actor is not None:
            _refuse_other_sites(request)
            return actor
    raise Unauthorized("Skicka en nyckel: Authorization: Bearer ….", challenge=_REALM)


def _of_token(header: str, *, application: Application) -> Actor:
    scheme, _, token = header.strip().partition(" ")
    token = token.strip()
    actor = None
    if (
        scheme.lower() == "bearer"
        and token.isascii()
        and token.isprintable()
        and 0 < len(token) <= _TOKEN_CAP
    ):
        actor = application.register.actor_of_token(token=token)
    if actor is None:
        raise Unauthorized("Nyckeln gäller inte.", challenge=f'{_REALM}, error="invalid_token"')
    return actor


def _of_host(identity: str | Actor | None, *, application: Application) -> Actor | None:
    if identity is None or isinstance(identity, Actor):
        return identity
    try:
        return application.register.actor_of_user(username=identity)
    except NotFound:  # the host knows somebody whom our register doesn't
        return None


def _refuse_other_sites(request: Request) -> None:
    """A host's login is usually a cookie, which a browser sends along whoever wrote the page."""
    if request.method in ("GET", "HEAD"):
        return
    site = request.headers.get("Sec-Fetch-Site", "none")
    origin = request.headers.get("Origin")
    if site not in ("same-origin", "none") or (
        origin is not None and urlsplit(origin).netloc != request.host
    ):
        raise FromAnotherSite("Öppna sidan i den här webbplatsen och försök igen.")

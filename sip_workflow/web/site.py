"""What all pages share: who is visiting, what a page is given, and the headers of every answer."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Request, Response, g, make_response, render_template, request

from sip_workflow.application import Application
from sip_workflow.domain.register import Actor, Role
from sip_workflow.web import words
from sip_workflow.web.names import Names
from sip_workflow.web.tokens import csrf_token

Identify = Callable[[Request], str | Actor | None]
"""A host's word for the user of a request: a username, an ``Actor``, or None for nobody."""

HEADERS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    # Not no-referrer: a browser would then send "Origin: null" with a form, which tells nothing.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_CONTENT_POLICY = (
    "default-src 'none'; style-src 'self' 'nonce-{nonce}'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
"""Nothing from elsewhere, no style attribute, and no script at all: none may run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One request: who asks, when, and the names that its page needs."""

    actor: Actor
    now: datetime
    names: Names


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The pages of one application. ``identify`` is the host's, or None where people log in here."""

    application: Application
    identify: Identify | None

    @property
    def training_login(self) -> bool:
        """Whether a person is chosen from a list, without a password."""
        return self.identify is None and self.application.settings.training

    def visit(self) -> Visit:
        """The visit of this request; the guard has put it there."""
        visit: Visit = g.sip_visit
        return visit

    def render(self, template: str, /, *, status: int = 200, **context: Any) -> Response:
        """A page. Works before anybody is known, and without the database."""
        visit: Visit | None = g.get("sip_visit")
        page = render_template(
            f"sip/{template}",
            site=self,
            training=self.application.settings.training,
            actor=visit.actor if visit is not None else None,
            at=visit.now.astimezone(self.application.settings.timezone) if visit is not None else None,
            names=visit.names if visit is not None else None,
            on_ward=visit is not None and is_on_ward(visit.actor),
            csrf_token=lambda: csrf_token(secret_key=self.application.settings.secret_key),
            nonce=_nonce,
            words=words,
            **context,
        )
        return make_response(page, status)


def is_on_ward(actor: Actor) -> bool:
    """Whether the actor sends admission notices at some unit."""
    return any(Role.DISCHARGE in roles for roles in actor.roles.values())


def _nonce() -> str:
    """The word of this answer that its own style element carries."""
    if "sip_nonce" not in g:
        g.sip_nonce = secrets.token_urlsafe(16)
    nonce: str = g.sip_nonce
    return nonce


def headed(response: Response) -> Response:
    """Put the headers of every page on it; the style sheet may be kept for a while."""
    response.headers.update(HEADERS)
    response.headers["Content-Security-Policy"] = _CONTENT_POLICY.format(nonce=_nonce())
    if request.endpoint is not None and request.endpoint.endswith(".static"):
        response.headers["Cache-Control"] = "public, max-age=3600"
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    return response

"""What happens before every page: the caps, who is asking, and the token of a form.

One place, so that no page can leave a guard out. Logs nothing: the server's own log has the requests.
"""

from __future__ import annotations

from urllib.parse import quote

from flask import g, redirect, request, session, url_for
from werkzeug.wrappers import Response

from sip_workflow.domain.refusals import NotFound
from sip_workflow.domain.register import Actor
from sip_workflow.web.errors import NotLoggedIn
from sip_workflow.web.names import Names
from sip_workflow.web.site import Site, Visit
from sip_workflow.web.tokens import demand_token

USER = "sip_user"
"""Where the session keeps the username of the training login."""

OPEN_ENDPOINTS = frozenset({"login", "log_in", "static", "unknown"})
"""The pages that are shown to anybody."""

BODY_CAP = 1_000_000
"""The largest form, in bytes: every form filled in to its limits is far below."""
_PART_CAP = 200


def guard(site: Site) -> Response | None:
    """Let the request through, or answer it. Raises refusals."""
    request.max_content_length = BODY_CAP
    request.max_form_memory_size = BODY_CAP
    name = (request.endpoint or "").rpartition(".")[2]
    if name == "static":
        return None
    if any(len(part) > _PART_CAP or not part.isprintable() for part in (request.view_args or {}).values()):
        raise NotFound
    actor = _actor(site)
    if actor is not None:
        application = site.application
        g.sip_visit = Visit(actor=actor, now=application.clock.now(), names=Names(application))
    if request.method == "POST":
        demand_token(request, secret_key=site.application.settings.secret_key)
    if actor is not None or name in OPEN_ENDPOINTS:
        return None
    if site.training_login and request.method != "POST":
        here = request.full_path.rstrip("?")
        return redirect(f"{url_for('.login')}?next={quote(here, safe='/')}", code=303)
    raise NotLoggedIn(_how_to_log_in(site))


def _actor(site: Site) -> Actor | None:
    if site.identify is not None:
        identity = site.identify(request)
    else:
        identity = session.get(USER) if site.training_login else None
    if identity is None or isinstance(identity, Actor):
        return identity
    try:
        return site.application.register.actor_of_user(username=identity)
    except NotFound:  # the host, or an older session, knows somebody whom the register doesn't
        return None


def _how_to_log_in(site: Site) -> str:
    if site.training_login:
        return "Du är utloggad. Logga in och försök igen. Inget har sparats."
    if site.identify is not None:
        return "Logga in på din organisations webbplats. Är du redan inloggad saknas du i registret."
    return "Inloggningen är inte inkopplad. Säg till den som förvaltar systemet."

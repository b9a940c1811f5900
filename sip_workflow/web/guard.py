"""What happens before every page: the caps, who is asking, and the token of a form.

One place, so that no page can leave a guard out. Logs nothing: the server's own log has the requests.
"""

from __future__ import annotations

from urllib.parse import quote

from flask import g, redirect, request, session, url_for
from werkzeug.wrappers import Response

from sip_workflow.domain.refusals import NotFound
from sip_workflow.domain.register import Actor
from sip_workflow.web.errors import NotLoggedIn, NotLoggedInAnyLonger
from sip_workflow.web.names import Names
from sip_workflow.web.site import Site, Visit
from sip_workflow.web.tokens import demand_token

USER = "sip_user"
"""Where the session keeps the username of the training login."""

OPEN_ENDPOINTS = frozenset({"login", "log_in", "static", "unknown"})
"""The pages that are shown to anybody."""

PAGES = {
    "do_task": "task",
    "claim": "task",
    "release": "task",
    "start_case": "new_case",
    "send_stop": "stop",
    "send_notice": "new_notice",
    "send_event": "event",
    "move_clock": "clock",
}
"""The page that a form stands on, by what the form does."""

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
    elif request.method == "POST" and name not in OPEN_ENDPOINTS:
        # Before the token, which ended with the session: what was typed is what this is about.
        raise NotLoggedInAnyLonger(_how_to_log_in_again(site), back=_page_of(name))
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


def _page_of(name: str) -> str:
    """The path of the page that a form stands on; the inbox where there is none."""
    page = PAGES.get(name)
    return url_for(f".{page}", **(request.view_args or {})) if page is not None else url_for(".inbox")


def _how_to_log_in_again(site: Site) -> str:
    if site.training_login:
        return "Logga in igen, så kommer du tillbaka till uppgiften. Det du skrev står här."
    if site.identify is not None:
        return "Logga in på din organisations webbplats. Det du skrev står här."
    return _how_to_log_in(site)


def _how_to_log_in(site: Site) -> str:
    if site.identify is not None:
        return "Logga in på din organisations webbplats. Är du redan inloggad saknas du i registret."
    return "Inloggningen är inte inkopplad. Säg till den som förvaltar systemet."

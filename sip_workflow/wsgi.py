"""The application by itself, for a WSGI server: ``create_app()``, or ``sip_workflow.wsgi:app``.

Sets what only an owner of the whole application may set: cookies, the cap on bodies, what is logged.
"""

from __future__ import annotations

import logging
import os
from datetime import timedelta
from types import TracebackType
from typing import Any

from flask import Flask, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin

from sip_workflow.api import NAME as API_BLUEPRINT
from sip_workflow.api.bodies import FILES_CAP
from sip_workflow.api.problems import where
from sip_workflow.application import Application
from sip_workflow.extension import SipWorkflow
from sip_workflow.settings import Settings, read_settings

_log = logging.getLogger(__name__)


class PageCookies(SecureCookieSessionInterface):
    """The session's cookie goes with pages; the API sets none, whatever came with the request."""

    def should_set_cookie(self, app: Flask, session: SessionMixin) -> bool:
        """Whether this answer carries the cookie."""
        return request.blueprint != API_BLUEPRINT and super().should_set_cookie(app, session)


class SipApp(Flask):
    """A Flask that logs an unforeseen exception by kind and place, for its text may quote a person."""

    session_interface = PageCookies()

    def log_exception(
        self, exc_info: tuple[type, BaseException, TracebackType] | tuple[None, None, None]
    ) -> None:
        """Log where, not what."""
        error = exc_info[1]
        if error is not None:
            _log.error("unforeseen %s at %s", type(error).__name__, where(error))


def create_app(settings: Settings | None = None, *, application: Application | None = None) -> Flask:
    """The whole application. Raises ``SettingsError`` when the settings (the environment's) can't be used."""
    settings = settings or read_settings(os.environ)
    app = SipApp("sip_workflow", static_folder=None)
    app.secret_key = settings.secret_key
    secure = settings.base_url.startswith("https://")
    app.config.update(
        MAX_CONTENT_LENGTH=FILES_CAP,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=8),
        SESSION_COOKIE_NAME="__Host-sip" if secure else "sip",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=secure,
    )
    SipWorkflow(app, url_prefix="", settings=settings, application=application)
    return app


def __getattr__(name: str) -> Any:
    """Make ``app`` when a server asks for it, so that importing this module reads no setting."""
    if name != "app":
        raise AttributeError(name)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    globals()["app"] = create_app()
    return globals()["app"]

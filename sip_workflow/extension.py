"""SIP Workflow inside a host's Flask application.

``SipWorkflow(app, url_prefix="/sip", identify=…)`` adds our pages, API and health checks under the prefix
and nothing else: no error handler, no configuration and no route of the host's is touched. The host keeps
its own login; ``identify`` tells who the user of a request is.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from flask import Flask

from sip_workflow import api, web
from sip_workflow.api import Identify
from sip_workflow.application import Application
from sip_workflow.bootstrap import build
from sip_workflow.settings import Settings, read_settings

KEY = "sip_workflow"
"""Our place in ``app.extensions``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mounted:
    """What stands in ``app.extensions["sip_workflow"]``."""

    application: Application
    url_prefix: str


class SipWorkflow:
    """The Flask extension. One object may be bound to several applications with ``init_app``."""

    def __init__(
        self,
        app: Flask | None = None,
        *,
        url_prefix: str = "/sip",
        identify: Identify | None = None,
        settings: Settings | None = None,
        application: Application | None = None,
    ) -> None:
        """Keep the choices, and bind to ``app`` when it is given.

        ``identify(request)`` gives a username of the register, an ``Actor``, or None for nobody; without it
        people log in on our own page. ``settings`` stand in the application's configuration
        (``SIP_…``) or else the environment unless given; ``application`` is for those who wire it themselves.
        """
        self.url_prefix = "/" + url_prefix.strip("/") if url_prefix.strip("/") else ""
        self.identify = identify
        self._settings = settings
        self._application = application
        if app is not None:
            self.init_app(app)

    def init_app(self, app: Flask) -> None:
        """Bind to an application. Raises ``SettingsError`` when the settings can't be used."""
        application = self._application or build(self._settings or settings_of(app))
        prefix = self.url_prefix or None
        app.register_blueprint(api.blueprint(application, identify=self.identify), url_prefix=prefix)
        app.register_blueprint(web.blueprint(application, identify=self.identify), url_prefix=prefix)
        app.extensions[KEY] = Mounted(application=application, url_prefix=self.url_prefix)


def settings_of(app: Flask) -> Settings:
    """The settings in an application's configuration; the environment has the rest."""
    ours = {
        name: str(value)
        for name, value in app.config.items()
        if name.startswith("SIP_") and value is not None
    }
    return read_settings({**os.environ, **ours})

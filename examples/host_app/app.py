"""A host's application: an intranet with its own login, and SIP Workflow mounted below ``/sip``.

Run it from this folder with ``flask --app app run``; README.md says what to look at.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from typing import Any

from flask import Flask, Request, Response, redirect, render_template_string, request, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from sip_workflow.extension import SipWorkflow

# The host knows its people by an employee number; the register of SIP Workflow by a username.
EMPLOYEES: Mapping[str, str] = {"1001": "anna.ekbacka", "1002": "karin.sunnana"}

PAGE = """<!doctype html>
<html lang="sv"><meta charset="utf-8"><title>Intranätet</title>
<h1>Intranätet</h1>
{% if employee %}<p>Inloggad: {{ employee }}. <a href="{{ sip }}">Öppna SIP</a></p>
{% else %}<form method="post" action="/login">
<label>Anställningsnummer <input name="employee"></label> <button>Logga in</button></form>{% endif %}
</html>"""


def identify(_request: Request) -> str | None:
    """Who is asking, as SIP Workflow's register knows them; None: nobody."""
    return EMPLOYEES.get(session.get("employee", ""))


def create_app(config: Mapping[str, Any] | None = None) -> Flask:
    """The intranet. ``config`` may hold ``SIP_MODE``, ``SIP_DATABASE_URL`` and the other settings."""
    app = Flask(__name__)
    app.config.from_mapping(
        SECRET_KEY=os.environ.get("INTRANET_KEY") or secrets.token_hex(32),
        SIP_MODE="training",
        SIP_DATABASE_URL="sqlite:///sip.db",
    )
    app.config.from_mapping(config or {})

    @app.get("/")
    def start() -> str:
        return render_template_string(PAGE, employee=session.get("employee"), sip="/sip/")

    @app.post("/login")
    def log_in() -> AnyResponse:
        session["employee"] = request.form.get("employee", "")
        return redirect(url_for("start"))

    @app.errorhandler(404)
    def not_found(_error: Exception) -> Response:
        return Response("Sidan finns inte på intranätet.", status=404)

    SipWorkflow(app, url_prefix="/sip", identify=identify)
    return app


if __name__ == "__main__":
    create_app().run()

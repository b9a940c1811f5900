"""The application that a command works with."""

from __future__ import annotations

import json
import os
from typing import Any

import click

from sip_workflow.application import Application
from sip_workflow.bootstrap import build
from sip_workflow.cli.errors import REFUSED, Stop
from sip_workflow.settings import read_settings


def application() -> Application:
    """The application that the environment describes; its connections are closed when the command ends."""
    app = build(read_settings(os.environ))
    context = click.get_current_context(silent=True)
    if context is not None:
        context.call_on_close(app.store.close)
    return app


def training_application() -> Application:
    """The same, in training mode only."""
    app = application()
    if not app.settings.training:
        raise Stop("Kommandot finns bara i övningsläge (SIP_MODE=training).", code=REFUSED)
    return app


def print_json(value: Any) -> None:
    """Print a value for other programs."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))

"""The pages for staff, rendered on the server."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Request

from sip_workflow.application import Application
from sip_workflow.domain.register import Actor

Identify = Callable[[Request], str | Actor | None]
"""A host's word for the user of a request: a username, an ``Actor``, or None for nobody."""


def blueprint(application: Application, *, identify: Identify | None) -> Blueprint:
    """The pages of one application."""
    return Blueprint("sip_web", __name__)

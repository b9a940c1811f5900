"""The pages for staff, rendered on the server. They need no script.

Each noun has a file with its routes; ``guard`` lets requests through, ``errors`` makes pages of refusals.
A host's application is not touched: our templates, session keys and handlers are our blueprint's alone.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response
from flask.blueprints import BlueprintSetupState

from sip_workflow.application import Application
from sip_workflow.domain.refusals import NotFound
from sip_workflow.web.cases import CasePages
from sip_workflow.web.discharges import DischargePages
from sip_workflow.web.errors import error_page
from sip_workflow.web.guard import guard
from sip_workflow.web.inbox import Inbox
from sip_workflow.web.login import Login
from sip_workflow.web.site import Identify, Site, headed
from sip_workflow.web.starting import Starting
from sip_workflow.web.tasks import TaskPages
from sip_workflow.web.training import Training

__all__ = ["NAME", "Identify", "blueprint"]

NAME = "sip_web"


def blueprint(application: Application, *, identify: Identify | None = None) -> Blueprint:
    """The pages of one application. ``identify`` is a host's word for who the user of a request is."""
    site = Site(application=application, identify=identify)
    pages = Blueprint(
        NAME, __name__, template_folder="templates", static_folder="static", static_url_path="/assets"
    )
    for noun in (Login, Inbox, TaskPages, Starting, CasePages, DischargePages, Training):
        noun(site, pages)
    pages.before_request(lambda: guard(site))
    pages.after_request(headed)
    pages.register_error_handler(Exception, lambda error: error_page(site, error))
    pages.record(_unknown_addresses(site))
    return pages


def _unknown_addresses(site: Site) -> Callable[[BlueprintSetupState], None]:
    """Our own page for addresses that don't exist, below our prefix or where the whole is ours."""

    def unknown(anything: str) -> Response:
        raise NotFound

    def add(state: BlueprintSetupState) -> None:
        if state.url_prefix or site.identify is None:
            state.add_url_rule("/<path:anything>", "unknown", unknown, methods=["GET", "POST"])

    return add

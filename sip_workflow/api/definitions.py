"""Versions of diagrams, forms and tables: what is stored, and deploying a new one."""

from __future__ import annotations

from sip_workflow.api.routes import Answer, Call, Routes

routes = Routes(tag="definitions")


@routes.get("/definitions", answers={200: "VersionList"}, summary="Stored versions")
def list_definitions(call: Call) -> Answer:
    """For process owners and administrators."""
    return Answer(body={"items": call.app.definitions.list(actor=call.actor, now=call.now), "next": None})


@routes.post("/definitions", takes_files=True, answers={201: "Version"}, summary="Deploy a new version")
def deploy_definitions(call: Call) -> Answer:
    """Checked first; 422 with what was found. Cases that run keep the version they started with."""
    version = call.app.definitions.deploy(
        files={sent.name: sent.content for sent in call.files}, actor=call.actor, now=call.now
    )
    return Answer(status=201, body=version)

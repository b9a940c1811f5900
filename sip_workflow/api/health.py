"""Is the process up, and can it work? For load balancers and supervisors; nothing else is told."""

from __future__ import annotations

from sip_workflow.api.routes import Answer, Call, Routes

routes = Routes(tag="health", root="")


@routes.get("/healthz", public=True, answers={200: "Health"}, summary="The process is up")
def healthz(call: Call) -> Answer:
    """Asks nobody else."""
    return Answer(body={"status": "ok"})


@routes.get("/readyz", public=True, answers={200: "Health"}, summary="The database answers and is migrated")
def readyz(call: Call) -> Answer:
    """503 otherwise."""
    call.app.store.check()
    return Answer(body={"status": "ready"})

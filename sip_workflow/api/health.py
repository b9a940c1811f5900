"""Is the process up, and can it work? For load balancers and supervisors; nothing else is told."""

from __future__ import annotations

from sip_workflow.api.routes import Answer, Call, Routes
from sip_workflow.domain.refusals import Refusal

routes = Routes(tag="health", root="")


class NotReady(Refusal):
    """The database can't be reached, or its tables are of another version."""

    status = 503
    type = "not_ready"
    title = "Tjänsten är inte redo"


@routes.get("/healthz", public=True, answers={200: "Health"}, summary="The process is up")
def healthz(call: Call) -> Answer:
    """Asks nobody else."""
    return Answer(body={"status": "ok"})


@routes.get("/readyz", public=True, answers={200: "Health"}, summary="The database answers and is migrated")
def readyz(call: Call) -> Answer:
    """503 otherwise."""
    if not call.app.ready():
        raise NotReady("Databasen svarar inte eller är inte uppgraderad.")
    return Answer(body={"status": "ready"})

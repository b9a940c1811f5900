"""User tasks: the inbox, a task with its form, drafts, who has it, and completing it."""

from __future__ import annotations

from sip_workflow.api.queries import AFTER, CASE, LIMIT, answer
from sip_workflow.api.routes import Answer, Call, Query, Routes
from sip_workflow.api.schemas.tasks import STATES

routes = Routes(tag="tasks")

_STATE = Query(
    name="state", description="", schema={"type": "string", "enum": list(STATES), "default": "open"}
)


@routes.get("/tasks", query=(CASE, _STATE, LIMIT, AFTER), answers={200: "TaskList"}, summary="Tasks I may do")
def list_tasks(call: Call) -> Answer:
    """Tasks of the caller's units and roles, or assigned to the caller."""
    return answer(
        call, ask=call.app.user_tasks.list, case_id=call.query.get("case"), state=call.query["state"]
    )


@routes.get("/tasks/{task_id}", answers={200: "Task"}, summary="A task with its form")
def view_task(call: Call, *, task_id: str) -> Answer:
    """The form, the draft or what is filled in beforehand, and the version to send back."""
    return Answer(body=call.app.user_tasks.view(task_id=task_id, actor=call.actor, now=call.now))


@routes.put("/tasks/{task_id}/draft", body="Draft", answers={200: "Task"}, summary="Save unfinished answers")
def save_draft(call: Call, *, task_id: str) -> Answer:
    """With `version`, 409 when somebody has saved since."""
    task = call.app.user_tasks.save_draft(
        task_id=task_id,
        answers=call.body["answers"],
        version=call.body.get("version"),
        actor=call.actor,
        now=call.now,
    )
    return Answer(body=task)


@routes.post(
    "/tasks/{task_id}/claim", body="Nothing", body_optional=True, answers={200: "Task"}, summary="Take a task"
)
def claim_task(call: Call, *, task_id: str) -> Answer:
    """409 when somebody else has it."""
    return Answer(body=call.app.user_tasks.claim(task_id=task_id, actor=call.actor, now=call.now))


@routes.post(
    "/tasks/{task_id}/release",
    body="Nothing",
    body_optional=True,
    answers={200: "Task"},
    summary="Give a task back",
)
def release_task(call: Call, *, task_id: str) -> Answer:
    """Anyone who may do it can then take it."""
    return Answer(body=call.app.user_tasks.release(task_id=task_id, actor=call.actor, now=call.now))


@routes.post(
    "/tasks/{task_id}/assign", body="Assignment", answers={200: "Task"}, summary="Give a task to a colleague"
)
def assign_task(call: Call, *, task_id: str) -> Answer:
    """The colleague has to be one who may do it."""
    task = call.app.user_tasks.assign(
        task_id=task_id, username=call.body["username"], actor=call.actor, now=call.now
    )
    return Answer(body=task)


@routes.post(
    "/tasks/{task_id}/complete", body="Completion", answers={200: "TaskRow"}, summary="Complete a task"
)
def complete_task(call: Call, *, task_id: str) -> Answer:
    """409 when it is no longer open or somebody else has it; 422 with the fields that need another answer."""
    task = call.app.user_tasks.complete(
        task_id=task_id,
        answers=call.body["answers"],
        version=call.body.get("version"),
        actor=call.actor,
        now=call.now,
    )
    return Answer(body=task)

"""Every route × every role × own, invited, ward's and other unit × before, within and after consent.

For each the table below says who gets in; everybody else gets 404. A route that isn't in the table fails
the test. The bodies are refused later on (409, 422), so that those who get in change nothing either.
"""

from __future__ import annotations

from typing import NamedTuple

import pytest

from sip_workflow.api import OPERATIONS
from sip_workflow.domain.register import Role
from tests.api.conftest import NOTICE, OWN, Stage
from tests.api.who import (
    AFTER,
    BEFORE,
    UNITS,
    WITHIN,
    Who,
    coordinator,
    everybody,
    join,
    may_start,
    nobody_yet,
    owners,
    part_of_case,
    receiver,
    stay,
    steering,
    ward_staff,
    whole_case,
)

IN = {200, 201, 409, 422}


class Row(NamedTuple):
    """A call: route, variable parts, who gets in, the body; ``refusal``: the field that says no with 422."""

    route: str
    parts: dict[str, str]
    who: Who
    body: dict | None = None
    refusal: str | None = None


TASK = {"answers": {}}
LATE = {"type": "deceased", "at": "2099-01-01T00:00:00Z"}
UNNAMED = {"name": "invitation_changed", "data": {}}


def table(stage: Stage, unit_id: str) -> list[Row]:
    """Every call. POST /cases is made at the caller's unit, with a need that is refused."""
    case, stay_case = {"case_id": stage.case}, {"case_id": stage.stay_case}
    start = {"person": NOTICE["person"], "initiating_unit": unit_id, "need": {}}
    rows = [
        Row("list_tasks", {}, everybody),
        Row("list_cases", {}, everybody),
        Row("list_escalations", {}, everybody),
        Row("start_case", {}, may_start, start, refusal="/initiating_unit"),
        Row("view_case", case, part_of_case),
        Row("view_case", stay_case, stay),
        Row("view_history", case, whole_case),
        Row("view_history", stay_case, nobody_yet),
        Row("send_message", case, steering, UNNAMED),
        Row("view_discharge", {"external_id": stage.stay}, stay),
        Row("record_event", {"external_id": stage.stay}, ward_staff, LATE),
        Row("admit", {}, ward_staff, {**NOTICE, "needs": ["school"]}, refusal="/hospital_unit"),
        Row("list_definitions", {}, owners),
        Row("deploy_definitions", {}, owners),
    ]
    for name, who in (("consent", coordinator), ("acknowledge", receiver)):
        if name in stage.ids:
            task = {"task_id": stage.ids[name]}
            rows += [
                Row("view_task", task, who),
                Row("save_draft", task, who, TASK),
                Row("claim_task", task, who),
                Row("release_task", task, who),
                Row("assign_task", task, who, {"username": "nobody"}),
                Row("complete_task", task, who, TASK),
            ]
    return rows


def gets_in(stage: Stage, row: Row, username: str) -> bool:
    """Make the call; whether it got in. Anything but in and 404 is a failure."""
    operation = next(operation for operation in OPERATIONS if operation.name == row.route)
    body = {"json": row.body}
    if operation.takes_files:
        body = {"data": b"no zip", "content_type": "application/zip"}
    response = stage.world.client.open(
        operation.path.format(**row.parts),
        method=operation.method,
        headers={"Authorization": f"Bearer {stage.token(username)}"},
        **body,
    )
    assert response.status_code in IN | {404}, (row.route, response.status_code, response.get_json())
    if row.refusal is not None and response.status_code == 422:
        return [error["pointer"] for error in response.get_json()["errors"]] != [row.refusal]
    return response.status_code in IN


def test_every_route_is_in_the_table(stage):
    listed = {row.route for row in table(stage, OWN)}
    assert listed == {operation.name for operation in OPERATIONS if not operation.public}
    endpoints = {rule.endpoint for rule in stage.world.client.application.url_map.iter_rules()}
    public = {"healthz", "readyz", "view_document", "unknown"}
    ours = {name.removeprefix("sip_api.") for name in endpoints if name.startswith("sip_api.")}
    assert ours == listed | public


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("when", [BEFORE, WITHIN, AFTER])
def test_who_gets_in(play, unit, when):
    wrong = []
    stage = play(when)
    for role in Role:
        username = join(stage, UNITS[unit], role)
        wrong += [
            f"{row.route} {row.parts}: {role} at {unit}, {when}"
            for row in table(stage, UNITS[unit])
            if gets_in(stage, row, username) != row.who(unit, role, when)
        ]
    assert wrong == []


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("when", [BEFORE, WITHIN, AFTER])
def test_lists_show_what_each_may_see_alone(play, unit, when):
    stage = play(when)
    for role in Role:
        username = join(stage, UNITS[unit], role)
        cases = {item["id"]: item for item in stage.world.get("/cases", as_=username)["items"]}
        wanted = {stage.case} if part_of_case(unit, role, when) else set()
        wanted |= {stage.stay_case} if stay(unit, role, when) else set()
        assert set(cases) == wanted, (role, unit, when)
        for state in ("open", "completed", "cancelled"):
            for item in stage.world.get(f"/tasks?state={state}", as_=username)["items"]:
                assert (item["unit"], item["role"]) == (UNITS[unit], role)
                if item["process_id"] == "invitation":
                    assert when == WITHIN
        for case_id in (stage.case, stage.stay_case):
            shown = stage.world.get(f"/tasks?case={case_id}", as_=username)["items"]
            assert {item["case_id"] for item in shown} <= {case_id}

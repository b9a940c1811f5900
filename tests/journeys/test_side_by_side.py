"""Two at the same time: neither undoes what the other has done."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import sleep

import pytest

from sip_workflow.application import definitions
from sip_workflow.definitions import unpack
from tests.journeys.acts import until_consent
from tests.support.world import CASE_WORKER, World

DECISIONS = Path(__file__).resolve().parents[2] / "processes" / "decisions"
OWNER = "petra.ekbacka"


def changed(name: str, mark: str) -> dict[str, bytes]:
    """A decision table with a comment at its end."""
    return {f"processes/decisions/{name}": (DECISIONS / name).read_bytes() + f"<!-- {mark} -->\n".encode()}


def test_two_owners_who_publish_at_the_same_time_keep_each_others_changes(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = world.application.register.actor_of_user(username=OWNER)
    check = definitions.check_files
    rounds: list[int] = []

    def check_while_another_publishes(**given: object):  # type: ignore[no-untyped-def]
        rounds.append(1)
        if len(rounds) == 1:
            files = changed("escalation_levels.dmn", "the other")
            world.application.definitions.deploy(files=files, actor=owner, now=world.now())
        return check(**given)

    monkeypatch.setattr(definitions, "check_files", check_while_another_publishes)
    files = changed("deadlines.dmn", "the one")
    version = world.application.definitions.deploy(files=files, actor=owner, now=world.now())

    assert len(rounds) == 3, "checked, overtaken, checked anew"
    with world.application.store.read() as tx:
        content = unpack(content=tx.bundles.get(version["version"]).content)
    assert b"the one" in content["processes/decisions/deadlines.dmn"]
    assert b"the other" in content["processes/decisions/escalation_levels.dmn"]
    stored = world.application.definitions.list(actor=owner, now=world.now())
    assert [row["version"] for row in stored if row["in_force"]] == [version["version"]]


def test_a_shipped_version_never_takes_the_place_of_an_owners(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = world.application.register.actor_of_user(username=OWNER)
    with world.application.store.read() as tx:
        shipped = unpack(content=tx.bundles.find_one(in_force=True).content)  # type: ignore[union-attr]
    check = definitions.check_files

    def check_while_an_owner_publishes(**given: object):  # type: ignore[no-untyped-def]
        monkeypatch.setattr(definitions, "check_files", check)
        files = changed("deadlines.dmn", "the owner")
        world.application.definitions.deploy(files=files, actor=owner, now=world.now())
        return check(**given)  # type: ignore[arg-type]

    monkeypatch.setattr(definitions, "check_files", check_while_an_owner_publishes)
    assert world.application.definitions.publish_shipped(files=shipped, now=world.now()) is None
    stored = world.application.definitions.list(actor=owner, now=world.now())
    assert [row["origin"] for row in stored if row["in_force"]] == ["owner"]


def test_a_task_that_is_being_completed_cannot_be_taken_meanwhile(world: World) -> None:
    case_id = until_consent(world)
    task = world.open_tasks(case_id, "consent")[0]
    token = world.application.register.token_of_user(username=CASE_WORKER)

    def claim() -> int:
        client = World(world.application).client
        answer = client.post(f"/api/v1/tasks/{task.id}/claim", headers={"Authorization": f"Bearer {token}"})
        return answer.status_code

    with ThreadPoolExecutor(1) as pool:
        with world.application.store.write() as tx:
            tx.lock_case(case_id)
            tx.tasks.change(task.id, state="completed")
            status = pool.submit(claim)
            sleep(0.5)  # long enough for the other to have read the task, had it not to wait
        assert status.result() == 409
    with world.application.store.read() as tx:
        assert tx.tasks.get(task.id).assignee is None

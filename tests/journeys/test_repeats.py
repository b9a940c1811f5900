"""A repeated request gets its first answer, for a day, and only while its sender may see it."""

from __future__ import annotations

from datetime import timedelta

from tests.journeys.acts import until_consent, until_invited
from tests.support.world import CASE_WORKER, NOTICE, PERSON, SOCIAL_SERVICES, World

KEY = {"Idempotency-Key": "k-1"}


def first_answers(world: World) -> int:
    """How many first answers are kept."""
    with world.application.store.read() as tx:
        return tx.first_answers.count()


def test_a_repeat_shows_no_task_that_is_out_of_sight_now(world: World) -> None:
    case_id = until_consent(world)
    until_invited(world, case_id)
    task = world.open_tasks(case_id, "acknowledge")[0]
    receiver = world.who_may(task)
    first = world.post(f"/tasks/{task.id}/claim", as_=receiver, headers=KEY)
    assert world.post(f"/tasks/{task.id}/claim", as_=receiver, headers=KEY) == first
    withdrawn = {"name": "consent_withdrawn", "data": {}}
    world.post(f"/cases/{case_id}/messages", withdrawn, as_=CASE_WORKER)
    world.post(f"/tasks/{task.id}/claim", as_=receiver, headers=KEY, expect=404)


def test_a_repeat_shows_no_case_that_is_out_of_sight_now(world: World) -> None:
    body = {"person": PERSON, "initiating_unit": SOCIAL_SERVICES}
    case_id = world.post("/cases", body, as_=CASE_WORKER, headers=KEY, expect=201)["id"]
    world.post("/cases", body, as_=CASE_WORKER, headers=KEY, expect=201)
    with world.application.store.write() as tx:
        for part in tx.parts.find(case_id=case_id):
            tx.parts.change(part.id, until=world.now())
    world.post("/cases", body, as_=CASE_WORKER, headers=KEY, expect=404)


def test_a_hospital_gets_its_first_answer_again(world: World) -> None:
    token = world.hospital()
    first = world.post("/discharges", NOTICE, as_=token, headers=KEY, expect=201)
    assert world.post("/discharges", NOTICE, as_=token, headers=KEY, expect=201) == first


def test_first_answers_are_forgotten_after_a_day(world: World) -> None:
    body = {"person": PERSON, "initiating_unit": SOCIAL_SERVICES}
    first = world.post("/cases", body, as_=CASE_WORKER, headers=KEY, expect=201)
    world.later(hours=23)
    assert first_answers(world) == 1
    world.later(hours=2)
    assert first_answers(world) == 0
    again = world.post("/cases", body, as_=CASE_WORKER, headers=KEY, expect=201)
    assert again["id"] != first["id"]


def test_a_first_answer_that_is_old_is_not_shown_though_no_sweep_has_come_by(world: World) -> None:
    body = {"person": PERSON, "initiating_unit": SOCIAL_SERVICES}
    first = world.post("/cases", body, as_=CASE_WORKER, headers=KEY, expect=201)
    world.application.clock.advance(by=timedelta(hours=25))
    again = world.post("/cases", body, as_=CASE_WORKER, headers=KEY, expect=201)
    assert again["id"] != first["id"]
    assert first_answers(world) == 1

"""What a form accepts and the moment does not: 422 at the field that is wrong, and nothing is changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest

from tests.journeys.acts import having, units_answer, until_consent, until_invited
from tests.support.world import CASE_WORKER, OUTPATIENT, PERSON, SOCIAL_SERVICES, STOCKHOLM, Json, World

HEALTH_CARE, SUPPORT = "SE2120009901-1003", "SE2120009901-1002"
STRANGER, ELSEWHERE = "asa.lindesta", "SE2120009902-1001"
CHILD: Json = {**PERSON, "id": "201206059865", "name": "Lovisa Kraft"}
NEARLY_GROWN: Json = {**PERSON, "id": "200906059803", "name": "Lo Kraft"}
"""Turns 18 on 5 June 2027."""


@dataclass
class OpenForm:
    """An open task, with answers that it would accept."""

    world: World
    task_id: str
    username: str
    answers: Json

    def refuses(self, **changes: object) -> list[str]:
        """Send the answers changed, and demand 422; the pointers of the errors. The task is as before."""
        before = self.world.get(f"/tasks/{self.task_id}", as_=self.username)
        body = {"answers": {**self.answers, **changes}}
        path = f"/tasks/{self.task_id}/complete"
        problem = self.world.post(path, body, as_=self.username, expect=422)
        assert self.world.get(f"/tasks/{self.task_id}", as_=self.username) == before
        return [error["pointer"] for error in problem["errors"]]

    def accepts(self, **changes: object) -> None:
        """Send the answers changed, and demand that they are taken."""
        body = {"answers": {**self.answers, **changes}}
        self.world.post(f"/tasks/{self.task_id}/complete", body, as_=self.username)


def open_form(
    world: World,
    case_id: str,
    form_key: str,
    choose: Callable[[list[Json]], Json] = lambda examples: examples[0],
    *,
    unit: str | None = None,
) -> OpenForm:
    """The task that stands open there, with an example's answers."""
    task = next(task for task in world.open_tasks(case_id, form_key) if unit in (None, task.unit_id))
    username = world.who_may(task)
    examples = world.get(f"/tasks/{task.id}", as_=username)["form"]["schema"]["examples"]
    return OpenForm(world, task.id, username, choose(examples))


def day(world: World, days: int) -> str:
    """A local date, so many days from today."""
    return (world.now().astimezone(STOCKHOLM).date() + timedelta(days=days)).isoformat()


def child_asked(world: World, person: Json) -> str:
    """A case about a child that stands at consent."""
    case_id = world.start_sip(person=person)
    world.do(case_id, "need")
    return case_id


def test_consent_lasts_from_today_and_twelve_months_at_most(world: World) -> None:
    form = open_form(world, until_consent(world), "consent")
    for days in (-1, 366):
        assert form.refuses(valid_to=day(world, days)) == ["/valid_to"]
    form.accepts(valid_to=day(world, 365))


def test_joint_custody_takes_both_guardians(world: World) -> None:
    form = open_form(world, child_asked(world, CHILD), "consent", having(information_exchange="given"))
    one, other = form.answers["guardians"]
    assert one["custody"] == "joint"
    assert form.refuses(guardians=[one]) == ["/guardians"]
    form.accepts(guardians=[one, other])


def test_a_childs_consent_ends_with_childhood(world: World) -> None:
    younger = open_form(world, child_asked(world, CHILD), "consent", having(information_exchange="given"))
    form = open_form(world, child_asked(world, NEARLY_GROWN), "consent")
    form.answers = younger.answers
    assert form.refuses(valid_to="2027-06-06") == ["/valid_to"]
    form.accepts(valid_to="2027-06-05")


def test_a_unit_is_asked_once(world: World) -> None:
    case_id = until_consent(world)
    world.do(case_id, "consent")
    form = open_form(world, case_id, "preparation")
    first, second = form.answers["recipients"]
    assert form.refuses(recipients=[first, second, first]) == ["/recipients/2/unit"]


def test_a_receiver_of_the_plan_stands_once_and_the_consent_covers_who_is_responsible(world: World) -> None:
    case_id = until_consent(world)
    until_invited(world, case_id)
    units_answer(world, case_id)
    for element in ("replies_review", "practical_preparation", "meeting"):
        world.do(case_id, element)
    form = open_form(world, case_id, "plan")
    person, unit = ({"who": who, "copy": "whole"} for who in (PERSON["name"], HEALTH_CARE))
    assert form.refuses(distribution=[unit, person, unit]) == ["/distribution/2/who"]
    assert form.refuses(overall_unit=ELSEWHERE) == ["/overall_unit"]
    world.get(f"/cases/{case_id}", as_=STRANGER, expect=404)


def test_a_new_time_lies_ahead_wherever_one_is_asked_for(world: World) -> None:
    case_id = until_consent(world)
    world.do(case_id, "consent")

    def past(block: Json, key: str) -> Json:
        return {**block, key: (world.now() - timedelta(hours=1)).isoformat()}

    def refuses_the_past(form_key: str, field: str, key: str = "starts_at", **chosen: object) -> None:
        form = open_form(world, case_id, form_key, having(**chosen))
        assert form.refuses(**{field: past(form.answers[field], key)}) == [f"/{field}/{key}"]

    refuses_the_past("preparation", "meeting")
    for element in ("preparation", "invitation_review"):
        world.do(case_id, element)
    units_answer(world, case_id)
    refuses_the_past("replies_review", "new_time", go_ahead="rebook")
    for element in ("replies_review", "practical_preparation"):
        world.do(case_id, element)
    refuses_the_past("meeting", "new_time", held="no", next="rebook")
    world.do(case_id, "meeting")
    refuses_the_past("plan", "follow_up", "at")
    world.do(case_id, "plan")
    with world.application.store.read() as tx:
        due_at = tx.follow_ups.find(case_id=case_id, state="planned")[0].due_at
    world.at(due_at)
    refuses_the_past("follow_up_meeting", "new_time", held="no")
    refuses_the_past("follow_up_meeting", "follow_up", "at", outcome="continue")


def test_a_participant_has_the_role_at_the_unit(world: World) -> None:
    case_id = until_consent(world)
    until_invited(world, case_id)
    world.do(case_id, "acknowledge", unit=OUTPATIENT)
    form = open_form(world, case_id, "delegate", unit=OUTPATIENT)
    manager_without_the_role, of_another_unit = "tomas.sunnana", CASE_WORKER
    for username in (manager_without_the_role, of_another_unit):
        assert form.refuses(participant=username) == ["/participant"]
    form.accepts(participant="karin.sunnana")


@pytest.mark.parametrize("username", [STRANGER, "hassan.ekbacka"])
def test_a_late_task_is_given_to_somebody_who_can_do_it(world: World, username: str) -> None:
    case_id = until_consent(world)
    until_invited(world, case_id)
    world.do(case_id, "acknowledge", unit=OUTPATIENT)
    world.later(days=8)
    form = open_form(world, case_id, "escalation_handling", having(action="reassigned"), unit=HEALTH_CARE)
    assert form.refuses(reassign_to=username) == ["/reassign_to"]
    form.accepts(reassign_to="ingrid.ekbacka")
    late = next(task for task in world.open_tasks(case_id, "acknowledge") if task.unit_id == HEALTH_CARE)
    assert late.assignee == "ingrid.ekbacka"


def test_an_invitation_is_not_passed_on_to_a_unit_that_has_one(world: World) -> None:
    case_id = until_consent(world)
    world.do(case_id, "consent", scope_units=[SOCIAL_SERVICES, HEALTH_CARE, SUPPORT, OUTPATIENT])
    recipients = open_form(world, case_id, "preparation").answers["recipients"]
    both = [{**recipients[0], "unit": unit} for unit in (HEALTH_CARE, SUPPORT)]
    world.do(case_id, "preparation", recipients=both)
    world.do(case_id, "invitation_review")
    world.do(case_id, "acknowledge", unit=HEALTH_CARE)
    form = open_form(world, case_id, "delegate", having(route="passed_on"), unit=HEALTH_CARE)
    assert form.refuses(unit=SUPPORT) == ["/unit"]
    form.accepts(unit=SOCIAL_SERVICES)

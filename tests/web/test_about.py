"""What a task is about stands above its form, and never more than the visitor may see."""

from __future__ import annotations

from collections.abc import Callable

from tests.journeys.acts import having, until_consent, until_invited
from tests.support.pages import Visitor
from tests.support.world import World

Of = Callable[[str], Visitor]
ANNA = "anna.ekbacka"


def read_first(visitor: Visitor) -> str:
    card = visitor.page.find(class_="read-first")
    return " ".join(card.get_text(" ").split()) if card is not None else ""


def test_the_invitation_is_read_as_the_units_will_read_it(world: World, visitor: Of) -> None:
    case_id = until_consent(world)
    world.do(case_id, "consent")
    world.do(case_id, "preparation")
    task = world.open_tasks(case_id, "invitation_review")[0]
    anna = visitor(ANNA)
    anna.open(f"/tasks/{task.id}")
    said = read_first(anna)
    with world.application.store.read() as tx:
        answers = tx.form_answers.find_one(case_id=case_id, form_key="preparation").answers
    for text in (answers["purpose"], answers["long_term_goal"], *answers["questions"]):
        assert text in said
    for recipient in answers["recipients"]:
        for key in ("why", "expected_contribution", "question"):
            assert recipient[key] in said
    for text in ("kallas", "Tid", "minuter", "Samtycket gäller till"):
        assert text in said


def test_an_invited_unit_reads_time_and_place_first_and_the_rest_when_it_has_acknowledged(
    world: World, visitor: Of
) -> None:
    case_id = until_consent(world)
    until_invited(world, case_id)
    task = world.open_tasks(case_id, "acknowledge")[0]
    receiver = visitor(world.who_may(task))
    receiver.open(f"/tasks/{task.id}")
    with world.application.store.read() as tx:
        content = tx.invitations.find_one(case_id=case_id, unit_id=task.unit_id).content
    assert "minuter" in read_first(receiver)
    assert "Visas när ni har kvitterat" in read_first(receiver)
    assert content["why"] not in receiver.text
    assert content["purpose"] not in receiver.text
    world.do_task(task)
    for form_key in ("delegate", "reply", "unit_preparation"):
        task = next(one for one in world.open_tasks(case_id, form_key) if one.unit_id == task.unit_id)
        receiver = visitor(world.who_may(task))
        receiver.open(f"/tasks/{task.id}")
        for text in (content["why"], content["question"], content["purpose"], "minuter"):
            assert text in read_first(receiver), form_key
        world.do_task(task)


def test_each_units_reply_is_read_with_its_mandate_and_other_times(world: World, visitor: Of) -> None:
    case_id = until_consent(world)
    until_invited(world, case_id)
    world.do_all(case_id, "acknowledge")
    world.do_all(case_id, "delegate")
    first, *others = world.open_tasks(case_id, "reply")
    world.do_task(first, having(attendance="unable"))
    for task in others:
        world.do_task(
            task,
            having(attendance="attends"),
            mandate="to_be_obtained",
            mandate_by="2027-02-05",
            mandate_from="Enhetschefen",
        )
    for task in world.open_tasks(case_id, "unit_preparation"):
        world.do_task(task, contribution="Vi kan bidra med hemrehabilitering", mandate_settled=False)
    task = world.open_tasks(case_id, "replies_review")[0]
    anna = visitor(ANNA)
    for path in (f"/tasks/{task.id}", f"/cases/{case_id}"):
        anna.open(path)
        for text in (
            "Nej, jag kan inte",
            "Tider som passar",
            "Inte än, jag tar reda på det",
            "fredag 5 februari 2027",
            "Enhetschefen",
            "Vi kan bidra med hemrehabilitering",
        ):
            assert text in anna.text, (path, text)


def test_a_stay_is_told_where_the_unit_plans(world: World, visitor: Of) -> None:
    case_id = world.admit(world.hospital())["case_id"]
    for form_key in ("admission_acknowledge", "planning_basis"):
        task = world.open_tasks(case_id, form_key)[0]
        unit = visitor(world.who_may(task))
        unit.open(f"/tasks/{task.id}")
        assert "Beräknad utskrivning fredag 5 februari 2027 kl. 12.00" in read_first(unit)
        assert "Avdelning" in read_first(unit)
        world.do_task(task)


def test_what_is_late_is_named_to_who_must_act_and_tells_of_no_person(world: World, visitor: Of) -> None:
    case_id = world.admit(world.hospital())["case_id"]
    world.later(days=20)
    for form_key in ("escalation_handling", "deviation"):
        task = world.open_tasks(case_id, form_key)[0]
        manager = visitor(world.who_may(task))
        manager.open(f"/inbox?case={case_id}")
        assert "Försenat: " in manager.text
        manager.open(f"/tasks/{task.id}")
        assert manager.page.h1.get_text().startswith("Försenat: ")
        for text in ("Steg", "Enhet", "Skulle ha varit klart"):
            assert text in read_first(manager)
        assert "Almgren" not in read_first(manager)
        world.do_task(task, having(write_deviation=True) if form_key != "deviation" else having())


def test_the_law_s_own_clock_is_named_when_it_is_late(world: World, visitor: Of) -> None:
    token = world.hospital()
    case_id = world.admit(token)["case_id"]
    for form_key in ("admission_acknowledge", "planning_basis", "care_contact", "sip_offer"):
        world.do_all(case_id, form_key)
    world.event(token, "ready_for_discharge")
    world.later(days=20)
    seen = set()
    for task in world.open_tasks(case_id, "escalation_handling"):
        manager = visitor(world.who_may(task))
        manager.open(f"/tasks/{task.id}")
        seen.add(read_first(manager))
    assert any("torsdag 4 februari 2027" in text for text in seen), seen


def test_the_inbox_names_the_person_only_to_who_may_see_the_name(world: World, visitor: Of) -> None:
    case_id = until_consent(world)
    anna = visitor(ANNA)
    anna.open("/inbox")
    assert "Sten Almgren" in anna.text
    world.do(case_id, "consent")
    world.later(days=40)
    world.do(case_id, "escalation_handling", having(write_deviation=True))
    task = world.open_tasks(case_id, "deviation")[0]
    owner = visitor(world.who_may(task))
    owner.open("/inbox")
    assert case_id in owner.text
    assert "Almgren" not in owner.text

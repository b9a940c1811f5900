"""The task page: rows, errors, drafts, examples, and what happens when somebody else was first."""

from __future__ import annotations

from collections.abc import Callable

from sip_workflow.domain.rows import Task
from tests.journeys.acts import until_consent
from tests.support.pages import Visitor
from tests.support.world import World

Of = Callable[[str], Visitor]
ANNA, BASHIR = "anna.ekbacka", "bashir.ekbacka"
EVIL = "<script>alert('x')</script>\"'&"


def opened(world: World, form_key: str) -> Task:
    case_id = until_consent(world)
    if form_key == "preparation":
        world.do(case_id, "consent")
    return world.open_tasks(case_id, form_key)[0]


def test_the_inbox_leads_to_a_task_that_one_takes_and_gives_back(world: World, visitor: Of) -> None:
    task = opened(world, "consent")
    anna, bashir = visitor(ANNA), visitor(BASHIR)
    anna.open(f"/inbox?case={task.case_id}")
    assert task.name in anna.text
    anna.press_text("Ta")
    assert anna.address == f"/tasks/{task.id}"

    bashir.open("/inbox")
    assert "Anna Lindqvist har den" in bashir.text
    bashir.open(f"/tasks/{task.id}")
    assert "Anna Lindqvist har uppgiften" in bashir.text
    assert bashir.page.find("button", value="complete") is None

    anna.press_text("Lämna tillbaka")
    assert anna.address == "/inbox"
    bashir.open(f"/tasks/{task.id}")
    assert bashir.page.find("button", value="complete")


def test_the_page_says_what_to_do_and_why(world: World, visitor: Of) -> None:
    task = opened(world, "consent")
    anna = visitor(ANNA)
    anna.open(f"/tasks/{task.id}")
    assert "Samtycket har två delar" in anna.text
    assert "Sten Almgren" in anna.text
    assert "Gäller när ”Vill personen ha en SIP?” är ”Kan inte ta ställning”." in anna.text


def test_wrong_answers_come_back_with_the_text_and_a_summary(world: World, visitor: Of) -> None:
    task = opened(world, "consent")
    anna = visitor(ANNA)
    anna.open(f"/tasks/{task.id}")
    page = anna.press("complete", expect=422, plan="unable", unable_reason=EVIL, valid_to="imorgon")
    assert str(page.title.string).startswith("Fel:")
    assert page.find("textarea", attrs={"name": "unable_reason"}).get_text().strip() == EVIL
    assert page.find("input", attrs={"name": "plan", "value": "unable"}).get("checked") is not None
    links = page.select(".errors a")
    assert len(links) >= 3
    wrong = page.find(id="informed_about").find_parent("fieldset")
    assert wrong["aria-invalid"] == "true"
    assert page.find(id=wrong["aria-describedby"].split()[-1]).get_text()
    assert world.names(task.case_id) == ["consent"]


def test_rows_are_added_and_taken_away_by_buttons(world: World, visitor: Of) -> None:
    task = opened(world, "preparation")
    anna = visitor(ANNA)
    anna.open(f"/tasks/{task.id}")
    anna.press("add:recipients", recipients__0__why="Första")
    assert anna.page.find(attrs={"name": "recipients.1.why"})
    anna.press("add:recipients", recipients__1__why="Andra")
    anna.press("remove:recipients.0", recipients__2__why=EVIL)
    texts = [one.get_text().strip() for one in anna.page.select("textarea[name^='recipients'][name$='why']")]
    assert texts == ["Andra", EVIL]
    assert world.open_tasks(task.case_id)[0].draft is None, "adding rows saves nothing"


def test_a_draft_is_kept_as_it_is(world: World, visitor: Of) -> None:
    task = opened(world, "consent")
    anna = visitor(ANNA)
    anna.open(f"/tasks/{task.id}")
    anna.press("draft", plan="unable", unable_reason=EVIL)
    assert "Utkastet är sparat" in anna.text
    anna.open(f"/tasks/{task.id}")
    assert anna.page.find("textarea", attrs={"name": "unable_reason"}).get_text().strip() == EVIL


def test_an_example_is_filled_in_and_sent(world: World, visitor: Of) -> None:
    task = opened(world, "consent")
    anna = visitor(ANNA)
    anna.open(f"/tasks/{task.id}")
    anna.press("example")
    assert "Exemplet är ifyllt" in anna.text
    anna.press("complete")
    assert anna.address == "/inbox"
    assert f"Klart: {task.name}." in anna.text
    assert world.names(task.case_id) == ["preparation"]


def test_sending_twice_gives_a_friendly_page_with_the_text(world: World, visitor: Of) -> None:
    task = opened(world, "consent")
    anna = visitor(ANNA)
    anna.open(f"/tasks/{task.id}")
    anna.press("example")
    form, before = anna.page.find("button", value="complete").find_parent("form"), anna.page
    anna.press("complete")
    anna.page = before
    anna.submit(form, button=("do", "complete"), form_note=EVIL, expect=409)
    assert "Uppgiften är inte öppen längre" in anna.text
    assert EVIL in anna.page.find(class_="facts").get_text()
    anna.open(f"/tasks/{task.id}")
    assert "Uppgiften är klar" in anna.text


def test_a_colleagues_change_is_shown_beside_ones_own_text(world: World, visitor: Of) -> None:
    task = opened(world, "consent")
    anna, bashir = visitor(ANNA), visitor(BASHIR)
    anna.open(f"/tasks/{task.id}")
    bashir.open(f"/tasks/{task.id}")
    bashir.press("draft", plan="unable", unable_reason="Det som Bashir skrev")
    anna.press("draft", plan="unable", unable_reason="Det som Anna skrev", expect=409)
    assert "Det som Bashir skrev" in anna.page.find(class_="errors").get_text()
    area = anna.page.find("textarea", attrs={"name": "unable_reason"})
    assert area.get_text().strip() == "Det som Anna skrev"
    anna.press("draft")
    assert "Utkastet är sparat" in anna.text


def test_a_task_that_a_colleague_took_meanwhile(world: World, visitor: Of) -> None:
    task = opened(world, "consent")
    anna, bashir = visitor(ANNA), visitor(BASHIR)
    anna.open(f"/tasks/{task.id}")
    bashir.open(f"/tasks/{task.id}")
    bashir.press_text("Ta uppgiften")
    anna.press("complete", plan="unable", unable_reason="Det som Anna skrev", expect=409)
    assert "Någon annan har uppgiften" in anna.text
    assert "Det som Anna skrev" in anna.text


def test_nonsense_is_no_fault(world: World, visitor: Of) -> None:
    task = opened(world, "consent")
    anna = visitor(ANNA)
    anna.open(f"/tasks/{task.id}")
    for do in ("add:nothing", "remove:excluded.units.999", "remove:", "add:", "??", "add:excluded.units.0.x"):
        anna.page.find("button", value="complete")["value"] = do
        anna.press(do)
        anna.open(f"/tasks/{task.id}")
    anna.press("draft", version="x" * 50)
    anna.press("complete", version="99", expect=409)


def test_taking_the_task_keeps_what_was_typed(world: World, visitor: Of) -> None:
    task = opened(world, "consent")
    anna = visitor(ANNA)
    anna.open(f"/tasks/{task.id}")
    anna.press("claim", plan="unable", unable_reason=EVIL)
    assert "Uppgiften är din" in anna.text
    assert anna.page.find("textarea", attrs={"name": "unable_reason"}).get_text().strip() == EVIL
    with world.application.store.read() as tx:
        assert tx.tasks.get(task.id).assignee == ANNA
    anna.press("release", unable_reason="Skrivet före")
    anna.open(f"/tasks/{task.id}")
    assert "Skrivet före" in anna.page.find("textarea", attrs={"name": "unable_reason"}).get_text()
    assert "Ingen har tagit" in anna.text


def test_an_example_fills_in_only_what_is_empty(world: World, visitor: Of) -> None:
    task = opened(world, "preparation")
    anna = visitor(ANNA)
    anna.open(f"/tasks/{task.id}")
    anna.press("example", purpose=EVIL, questions__0="Min egen fråga")
    assert anna.page.find("textarea", attrs={"name": "purpose"}).get_text().strip() == EVIL
    assert anna.page.find(attrs={"name": "questions.0"})["value"] == "Min egen fråga"
    assert anna.page.find("textarea", attrs={"name": "important_to_me"}).get_text().strip()
    anna.press("complete")
    with world.application.store.read() as tx:
        answers = tx.form_answers.find_one(case_id=task.case_id, form_key="preparation").answers
    assert answers["purpose"] == EVIL
    assert answers["questions"] == ["Min egen fråga"]


def test_an_example_leads_on_from_every_task_of_the_whole_way(world: World, visitor: Of) -> None:
    """Also where an earlier step has filled in a part of the form."""
    case_id, done = world.start_sip(), []
    for _ in range(40):
        if not (tasks := world.open_tasks(case_id)):
            if world.case(case_id)["state"] == "closed":
                break
            world.later(days=120)
            continue
        person = visitor(world.who_may(tasks[0]))
        person.open(f"/tasks/{tasks[0].id}")
        person.press("example")
        person.press("complete")
        assert person.address == "/inbox", tasks[0].form_key
        done.append(tasks[0].form_key)
    assert {"need", "plan", "unit_preparation", "follow_up_meeting", "closing_record"} <= set(done)


def test_who_was_logged_out_meanwhile_gets_the_text_back_under_its_labels(world: World, visitor: Of) -> None:
    task = opened(world, "consent")
    anna = visitor(ANNA)
    anna.open(f"/tasks/{task.id}")
    form = anna.page.find("button", value="complete").find_parent("form")
    form.find("input", attrs={"name": "form", "value": "oral"})["checked"] = ""
    anna.press_text("Logga ut")
    page = anna.submit(
        form,
        button=("do", "complete"),
        plan="unable",
        unable_reason=EVIL,
        valid_to="2027-06-01",
        expect=403,
    )
    assert page.h1.get_text() == "Du är inte inloggad längre"
    assert "Logga in igen, så kommer du tillbaka till uppgiften. Det du skrev står här." in anna.text
    said = {dt.get_text(): dt.find_next("dd").get_text() for dt in page.find_all("dt")}
    assert EVIL in said.values()
    assert said["Vill personen ha en SIP?"] == "Kan inte ta ställning"
    assert "oral" not in said.values()
    assert "tisdag 1 juni 2027" in said.values()
    assert not [label for label in said if "_" in label or "." in label], said
    anna.open(str(page.find("a", class_="primary")["href"]))
    anna.press(ANNA, name="username")
    assert anna.address == f"/tasks/{task.id}"
    with world.application.store.read() as tx:
        assert tx.tasks.get(task.id).state == "open"


def test_forms_of_nobody_do_nothing_and_tell_nothing(world: World, visitor: Of, stranger: Visitor) -> None:
    task = opened(world, "consent")
    for path in (f"/tasks/{task.id}", f"/tasks/{task.id}/claim", "/tasks/none", "/training/clock"):
        data = {"_form": "no_such_form", "note": "Skrivet", "do": "complete"}
        page = stranger.client.post(path, data=data)
        assert page.status_code == 403
        assert "Skrivet" in page.get_data(as_text=True)
        assert "Almgren" not in page.get_data(as_text=True)


def test_the_summary_says_which_row_and_puts_no_colon_after_a_question(world: World, visitor: Of) -> None:
    task = opened(world, "preparation")
    anna = visitor(ANNA)
    anna.open(f"/tasks/{task.id}")
    anna.press("add:recipients")
    assert anna.page.find(id="row-recipients-1")["tabindex"] == "-1"
    anna.press("complete", recipients__1__why="Bara det", expect=422)
    told = " ".join(anna.page.find(class_="errors").get_text(" ").split())
    assert "recipients" not in told.lower()
    assert "Enhet 1, fråga till er: fyll i" in told
    assert "?:" not in told


def test_staff_fields_name_the_units_own_people_with_titles_in_order(world: World, visitor: Of) -> None:
    case_id = until_consent(world)
    for form_key in ("consent", "preparation", "invitation_review"):
        world.do(case_id, form_key)
    world.do_all(case_id, "acknowledge")
    task = world.open_tasks(case_id, "delegate")[0]
    receiver = visitor(world.who_may(task))
    receiver.open(f"/tasks/{task.id}")
    field = receiver.page.find("select", attrs={"name": "participant"})
    assert len(field.find_all("optgroup")) == 1
    names = [one.get_text() for one in field.find_all("option")][1:]
    assert names == sorted(names)
    assert all(", " in name for name in names)

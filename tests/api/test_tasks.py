"""Tasks over HTTP: the inbox, drafts, who has a task, and what is refused, with nothing changed."""

from __future__ import annotations

from tests.api.conftest import ANNA, INVITED

BASHIR = "bashir.ekbacka"
INGRID = "ingrid.ekbacka"


def answers_of(stage, task_id, who):
    return stage.world.get(f"/tasks/{task_id}", as_=who)["form"]["schema"]["examples"][0]


def test_the_inbox_lists_what_i_may_do(stage):
    items = stage.world.get(f"/tasks?case={stage.case}&state=open", as_=INGRID)["items"]
    assert [item["id"] for item in items] == [stage.ids["acknowledge"]]
    assert items[0]["unit"] == INVITED
    assert items[0]["due_at"].endswith("+01:00")
    assert stage.world.get(f"/tasks?case={stage.stay_case}", as_=INGRID)["items"] == []
    assert stage.world.get("/tasks?case=SIP-0000-0000", as_=INGRID) == {"items": [], "next": None}
    done = stage.world.get("/tasks?case=&state=completed", as_=ANNA)["items"]
    assert {"need", "consent", "preparation", "invitation_review"} == {item["element_id"] for item in done}


def test_a_long_list_comes_in_pages(stage):
    seen, path = [], "/tasks?limit=1&state=completed"
    while path is not None:
        page = stage.world.get(path, as_=ANNA)
        assert len(page["items"]) == 1
        seen += page["items"]
        path = page["next"] and page["next"].removeprefix("/api/v1")
    assert seen == stage.world.get("/tasks?limit=200&state=completed", as_=ANNA)["items"]
    history, path = [], f"/cases/{stage.case}/history?limit=3"
    while path is not None:
        page = stage.world.get(path, as_=ANNA)
        history += page["items"]
        path = page["next"] and page["next"].removeprefix("/api/v1")
    assert history == stage.world.get(f"/cases/{stage.case}/history?limit=200", as_=ANNA)["items"]
    assert [item["type"] for item in history][:2] == ["message_sent", "instance_started"]


def test_a_query_that_cannot_be_is_refused(stage):
    for query in ("limit=0", "limit=201", "limit=x", "limit=٣", "state=new", "sate=open", "case=a&case=b"):
        stage.problem("GET", f"/tasks?{query}", status=400)
    for query in ("after=x", "after=e30", "after=%00", "after=åäö", "case=%00", "case=" + "x" * 400):
        stage.problem("GET", f"/tasks?{query}", status=400)


def test_a_draft_is_kept_as_it_is_and_shown_again(before_consent):
    stage, task = before_consent, before_consent.ids["consent"]
    draft = {"half": ["done", None, 1.5], "åäö": {"x": "😀"}}
    seen = stage.world.get(f"/tasks/{task}", as_=ANNA)
    body = {"answers": draft, "version": seen["version"]}
    saved = stage.world.call("PUT", f"/tasks/{task}/draft", as_=ANNA, json=body)
    assert saved["answers"] == draft
    assert saved["version"] == seen["version"] + 1
    assert stage.world.get(f"/tasks/{task}", as_=BASHIR)["answers"] == draft
    stage.problem("PUT", f"/tasks/{task}/draft", status=409, json=body)
    stage.problem("PUT", f"/tasks/{task}/draft", status=422, json={"answers": []})


def test_one_person_has_a_task_at_a_time(before_consent):
    stage, path = before_consent, f"/tasks/{before_consent.ids['consent']}"
    assert stage.world.post(f"{path}/claim", as_=ANNA)["assignee"] == ANNA
    answers = answers_of(stage, before_consent.ids["consent"], BASHIR)
    for act, body in [
        ("claim", None),
        ("release", None),
        ("complete", {"answers": answers}),
    ]:
        given = stage.problem("POST", f"{path}/{act}", as_=BASHIR, status=409, json=body or {})
        assert given["type"].endswith("task_taken")
    assert stage.world.post(f"{path}/assign", {"username": BASHIR}, as_=ANNA)["assignee"] == BASHIR
    stage.problem("POST", f"{path}/complete", as_=ANNA, status=409, json={"answers": answers})
    assert stage.world.post(f"{path}/release", as_=BASHIR)["assignee"] is None
    assert stage.world.post(f"{path}/complete", {"answers": answers}, as_=ANNA)["state"] == "completed"


def test_a_task_is_given_to_those_who_may_do_it_only(before_consent):
    path = f"/tasks/{before_consent.ids['consent']}/assign"
    for username in ("nobody", "karin.sunnana", "carl.ekbacka"):
        before_consent.problem("POST", path, status=422, json={"username": username})


def test_a_bodyless_claim_needs_no_content_type(before_consent):
    headers = {"Authorization": f"Bearer {before_consent.token(ANNA)}"}
    path = f"/api/v1/tasks/{before_consent.ids['consent']}/claim"
    assert before_consent.world.client.post(path, headers=headers).status_code == 200


def test_a_task_is_completed_once(before_consent):
    stage, path = before_consent, f"/tasks/{before_consent.ids['consent']}/complete"
    body = {"answers": answers_of(stage, stage.ids["consent"], ANNA)}
    before = stage.dump()
    stage.world.post(path, body, as_=ANNA)
    assert stage.dump() != before
    for who in (ANNA, BASHIR):
        assert stage.problem("POST", path, as_=who, status=409, json=body)["type"].endswith("task_not_open")
    for act in ("claim", "release"):
        stage.problem("POST", f"/tasks/{stage.ids['consent']}/{act}", status=409, json={})
    stage.problem("PUT", f"/tasks/{stage.ids['consent']}/draft", status=409, json={"answers": {}})


def test_the_wrong_person_does_not_find_the_task(stage):
    path = f"/tasks/{stage.ids['acknowledge']}"
    for who in (ANNA, "maria.ekbacka", "sara.sunnana", "gunilla.ekbacka", "petra.ekbacka", "olga.sunnana"):
        stage.problem("GET", path, as_=who, status=404)
        stage.problem("POST", f"{path}/complete", as_=who, status=404, json={"answers": {}})
    answers = answers_of(stage, stage.ids["acknowledge"], INGRID)
    assert stage.world.post(f"{path}/complete", {"answers": answers}, as_=INGRID)["state"] == "completed"


def test_a_task_falls_away_with_its_case(before_consent):
    stage, messages = before_consent, f"/cases/{before_consent.case}/messages"
    answers = answers_of(stage, stage.ids["consent"], ANNA)
    stage.world.post(messages, {"name": "person_deceased"}, as_=ANNA)
    path = f"/tasks/{stage.ids['consent']}/complete"
    given = stage.problem("POST", path, status=409, json={"answers": answers})
    assert given["type"].endswith("task_not_open")
    given = stage.problem("POST", messages, status=409, json={"name": "person_deceased"})
    assert given["type"].endswith("nobody_waits")


def test_an_invited_units_task_is_gone_with_the_consent(stage):
    answers = answers_of(stage, stage.ids["acknowledge"], INGRID)
    stage.world.post(f"/cases/{stage.case}/messages", {"name": "consent_withdrawn"}, as_=ANNA)
    path = f"/tasks/{stage.ids['acknowledge']}/complete"
    stage.problem("POST", path, as_=INGRID, status=404, json={"answers": answers})


def test_wrong_answers_are_pointed_at(before_consent):
    stage, task = before_consent, before_consent.ids["consent"]
    answers = answers_of(stage, task, ANNA)
    path = f"/tasks/{task}/complete"
    for wrong, pointer in [
        ({**answers, "surprise": 1}, "/surprise"),
        ({key: value for key, value in answers.items() if key != "plan"}, "/plan"),
        ({**answers, "plan": "perhaps"}, "/plan"),
        ({**answers, "valid_to": "2027-02-30"}, "/valid_to"),
        ({**answers, "scope_areas": "x" * 5000}, "/scope_areas"),
        ({**answers, "scope_areas": "noll\x00"}, "/scope_areas"),
    ]:
        given = stage.problem("POST", path, status=422, json={"answers": wrong})
        assert pointer in [error["pointer"] for error in given["errors"]]
    stage.problem("POST", path, status=409, json={"answers": answers, "version": 99})

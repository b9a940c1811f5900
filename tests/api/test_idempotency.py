"""Idempotency-Key: a repeat gets the first answer and does nothing; the key lands with the effect."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from sip_workflow.api import calls
from tests.api.conftest import ANNA, NOTICE, OWN, PERSON

START = {"person": PERSON, "initiating_unit": OWN}
BASHIR = "bashir.ekbacka"


def sent(stage, path, body, *, key, as_=ANNA):
    headers = {"Authorization": f"Bearer {stage.token(as_)}", "Idempotency-Key": key}
    return stage.world.client.post(f"/api/v1{path}", json=body, headers=headers)


def test_a_repeat_gets_the_first_answer(ready):
    first = sent(ready, "/cases", START, key="k1")
    assert first.status_code == 201
    after = ready.dump()
    repeat = sent(ready, "/cases", dict(reversed(START.items())), key="k1")
    assert (repeat.status_code, repeat.data) == (201, first.data)
    assert repeat.headers["Location"] == first.headers["Location"] == f"/api/v1/cases/{first.json['id']}"
    assert ready.dump() == after
    other = sent(ready, "/cases", START, key="k2")
    assert other.json["id"] != first.json["id"]


def test_a_completed_task_answers_again_as_it_did(before_consent):
    stage, path = before_consent, f"/tasks/{before_consent.ids['consent']}"
    answers = stage.world.get(path, as_=ANNA)["form"]["schema"]["examples"][0]
    first = sent(stage, f"{path}/complete", {"answers": answers}, key="done")
    assert first.status_code == 200
    repeat = sent(stage, f"{path}/complete", {"answers": answers}, key="done")
    assert (repeat.status_code, repeat.data) == (200, first.data)
    assert sent(stage, f"{path}/complete", {"answers": answers}, key="again").status_code == 409


def test_the_same_key_for_something_else_is_refused(before_consent):
    stage, path = before_consent, f"/tasks/{before_consent.ids['consent']}"
    assert sent(stage, "/cases", START, key="k1").status_code == 201
    headers = {"Idempotency-Key": "k1"}
    other_body = {**START, "person": {**PERSON, "name": "Någon Annan"}}
    for to, body in (("/cases", other_body), (f"{path}/claim", {}), (f"{path}/assign", {"username": BASHIR})):
        given = stage.problem("POST", to, status=422, json=body, headers=headers)
        assert given["type"].endswith("idempotency_key_reused")


def test_another_persons_key_is_another_key(ready):
    first, second = sent(ready, "/cases", START, key="k1"), sent(ready, "/cases", START, key="k1", as_=BASHIR)
    assert first.status_code == second.status_code == 201
    assert first.json["id"] != second.json["id"]


def test_a_refusal_is_judged_anew(before_consent):
    stage, path = before_consent, f"/tasks/{before_consent.ids['consent']}"
    stage.problem(
        "POST", f"{path}/complete", status=422, json={"answers": {}}, headers={"Idempotency-Key": "k"}
    )
    answers = stage.world.get(path, as_=ANNA)["form"]["schema"]["examples"][0]
    assert sent(stage, f"{path}/complete", {"answers": answers}, key="k").status_code == 200


@pytest.mark.parametrize("key", ["", "x" * 201, "å", "\x7f"])
def test_a_key_that_cannot_be_kept_is_refused(ready, key):
    headers = {"Idempotency-Key": key.encode().decode("latin-1")}
    given = ready.problem("POST", "/cases", status=400, json=START, headers=headers)
    assert given["type"].endswith("bad_idempotency_key")


def test_what_fails_before_it_is_kept_has_not_happened(ready, monkeypatch):
    def fails(_body):
        raise RuntimeError("the power went")

    monkeypatch.setattr(calls, "_text", fails)
    ready.problem("POST", "/cases", status=500, json=START, headers={"Idempotency-Key": "k1"})


def test_the_same_notice_many_times_at_once_is_one_stay(ready):
    token = ready.world.application.register.add_client(
        name="journal", unit_id=NOTICE["hospital_unit"], scopes=["discharges"], now=ready.world.now()
    )

    def send(number):
        client = ready.world.client.application.test_client()
        headers = {"Authorization": f"Bearer {token}"}
        if number % 2:
            headers["Idempotency-Key"] = "the-same"
        return client.post("/api/v1/discharges", json=NOTICE, headers=headers)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, range(40)))
    assert {answer.status_code for answer in answers} <= {200, 201}
    assert len({answer.json["case_id"] for answer in answers}) == 1
    with ready.world.application.store.read() as tx:
        assert (tx.cases.count(), tx.discharges.count(), tx.first_answers.count()) == (1, 1, 1)

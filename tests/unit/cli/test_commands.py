"""What the commands print and how they end."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from sip_workflow.bootstrap import build
from sip_workflow.settings import read_settings
from tests.unit.cli.conftest import as_json

PRODUCTION = {
    "SIP_MODE": "production",
    "SIP_SECRET_KEY": "k9fJ2_mQ7xVb4ZtR8wLpN3sYc6HdGe1A",
    "SIP_SMTP_URL": "smtp://mail.example.org",
}


def test_init_and_load_training_can_be_repeated(ready) -> None:
    ready("init")
    assert "(0 poster" in ready("load-training").stderr


def test_users_has_a_row_for_each_unit_of_a_user(ready) -> None:
    rows = as_json(ready("users", "--json"))
    assert all(set(row) == {"username", "name", "unit", "roles"} for row in rows)
    assert all(set(row["unit"]) == {"id", "name", "principal", "municipality"} for row in rows)
    assert len([row for row in rows if row["username"] == "maria.ekbacka"]) == 2
    assert "anna.ekbacka" in ready("users").stdout


def test_a_token_is_printed_alone(ready) -> None:
    lines = ready("token", "anna.ekbacka").stdout.splitlines()
    assert len(lines) == 1
    assert len(lines[0]) > 20


def test_a_token_for_nobody_is_refused(ready) -> None:
    assert "ingen användare 'nobody'" in ready("token", "nobody", code=1).stderr


def test_a_client_gets_a_token_and_it_is_not_kept(ready, tmp_path: Path) -> None:
    words = ("clients", "add", "Journalen", "--unit", "SE2321009900-2001", "--scope", "discharges")
    token = ready(*words).stdout.strip()
    kept = b"".join(path.read_bytes() for path in tmp_path.glob("sip.db*"))
    assert len(token) > 40
    assert b"Journalen" in kept
    assert token.encode() not in kept
    assert "Det finns redan" in ready(*words, code=1).stderr


def test_a_revoked_key_no_longer_works(ready, tmp_path: Path) -> None:
    made = ready("clients", "add", "Journalen", "--unit", "SE2321009900-2001", "--scope", "discharges")
    ready("clients", "revoke", "Journalen")
    settings = read_settings({"SIP_MODE": "training", "SIP_DATABASE_URL": f"sqlite:///{tmp_path}/sip.db"})
    application = build(settings)
    assert application.register.actor_of_token(token=made.stdout.strip()) is None
    application.store.close()
    assert "inget system" in ready("clients", "revoke", "Journalen", code=1).stderr


@pytest.mark.parametrize(
    ("unit", "scope", "said"),
    [("SE0", "discharges", "Okänd enhet"), ("SE2321009900-2001", "everything", "Okänd behörighet")],
)
def test_a_client_of_nowhere_or_for_anything_is_refused(ready, unit: str, scope: str, said: str) -> None:
    assert said in ready("clients", "add", "X", "--unit", unit, "--scope", scope, code=1).stderr


def test_the_clock_moves_for_all_and_ticks_on(ready) -> None:
    shown = datetime.fromisoformat(ready("clock", "show").stdout.strip())
    ready("clock", "advance", "P3D")
    later = datetime.fromisoformat(ready("clock", "show").stdout.strip())
    assert timedelta(days=3) <= later - shown < timedelta(days=3, minutes=5)
    ready("clock", "advance", "-PT24H")
    assert datetime.fromisoformat(ready("clock", "show").stdout.strip()) < later - timedelta(hours=23)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("2027-03-01T08:00", "2027-03-01T08:00"),
        ("2027-07-01T08:00:00+00:00", "2027-07-01T10:00"),
        ("2027-07-01T08:00:00Z", "2027-07-01T10:00"),
    ],
)
def test_the_clock_is_set_to_a_time(ready, given: str, shown: str) -> None:
    assert ready("clock", "set", given).stdout.startswith(shown)
    assert ready("clock", "show").stdout.startswith(shown)


@pytest.mark.parametrize(
    "words", [("set", "tomorrow"), ("advance", "P1M"), ("advance", "3"), ("advance", "PT")]
)
def test_a_time_that_means_nothing_is_refused(ready, words: tuple[str, str]) -> None:
    assert "är ingen" in ready("clock", *words, code=2).stderr


def test_run_due_prints_the_counts(ready) -> None:
    assert as_json(ready("run-due", "--json")) == {"timers": 0, "messages": 0, "outbox": 0}
    assert ready("run-due").stdout == "timers: 0  messages: 0  outbox: 0\n"


@pytest.mark.parametrize(
    "words", [("clock", "show"), ("clock", "advance", "P1D"), ("token", "x"), ("load-training",)]
)
def test_what_belongs_to_training_is_refused_in_production(sip, words: tuple[str, ...]) -> None:
    assert "bara i övningsläge" in sip(*words, code=1, **PRODUCTION).stderr


def test_production_says_what_is_missing(sip) -> None:
    said = sip("init", code=2, SIP_MODE="").stderr
    assert "SIP_SECRET_KEY saknas" in said
    assert "SIP_SMTP_URL saknas" in said


@pytest.mark.parametrize("words", [("run-due",), ("deploy",), ("serve", "--port", "0"), ("worker",)])
def test_a_database_that_is_not_there_is_said(sip, words: tuple[str, ...]) -> None:
    assert "Kör: sip init" in sip(*words, code=2).stderr


def test_what_is_set_aside_is_listed_and_taken_up_again(ready, tmp_path: Path) -> None:
    assert ready("incidents", "list", "--json").stdout.strip() == "[]"
    settings = read_settings({"SIP_MODE": "training", "SIP_DATABASE_URL": f"sqlite:///{tmp_path}/sip.db"})
    application = build(settings)
    case = application.cases.start(
        person={"id_type": "unknown", "name": "Okänd man", "municipality": "Ekbacka"},
        initiating_unit="SE2120009901-1001",
        need=None,
        guideline=None,
        actor=application.register.actor_of_user(username="anna.ekbacka"),
        now=application.clock.now(),
    )
    instance_id = case["instances"][0]["id"]
    with application.store.write() as tx:
        tx.instances.change(instance_id, status="incident", incident="need.record: KeyError")
    application.store.close()

    assert "need.record: KeyError" in ready("incidents", "list").stdout
    ready("incidents", "retry", instance_id)
    assert ready("incidents", "list", "--json").stdout.strip() == "[]"
    assert "ingen pausad process" in ready("incidents", "retry", instance_id, code=1).stderr

"""Training starts with nothing set; production says all that is missing or weak."""

from pathlib import Path

import pytest

from sip_workflow.settings import Settings, SettingsError, is_address, read_settings

KEY = "k9fJ2_mQ7xVb4ZtR8wLpN3sYc6HdGe1A"
PRODUCTION = {
    "SIP_SECRET_KEY": KEY,
    "SIP_SMTP_URL": "smtp://mail.example.org:25",
    "SIP_BASE_URL": "https://sip.example.org/",
}


def problems(**environment: str) -> str:
    with pytest.raises(SettingsError) as refused:
        read_settings(environment)
    return str(refused.value)


def test_training_needs_nothing() -> None:
    settings = read_settings({"SIP_MODE": "training"})
    assert settings.training
    assert settings.database_url == "sqlite:///var/sip.db"
    assert settings.broker_url is None
    assert settings.smtp_url is None
    assert settings.definitions is None
    assert settings.timezone.key == "Europe/Stockholm"
    assert settings.remarks == []


def test_production_is_the_default_and_says_everything_at_once() -> None:
    said = problems()
    assert "startar inte" in said
    assert "SIP_SECRET_KEY saknas" in said
    assert "SIP_SMTP_URL saknas" in said


def test_production_starts_when_all_is_there() -> None:
    settings = read_settings(PRODUCTION)
    assert not settings.training
    assert settings.base_url == "https://sip.example.org"
    assert settings.mail_from == "sip@sip.example.org"
    assert settings.remarks == []


@pytest.mark.parametrize(
    "key", ["short", "a" * 64, "0123456789" * 3, "training-mode-only-not-a-secret-training-mode-only"]
)
def test_a_weak_key_is_refused_and_not_shown(key: str) -> None:
    said = problems(**{**PRODUCTION, "SIP_SECRET_KEY": key})
    assert "SIP_SECRET_KEY är för svag" in said
    assert key not in said


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SIP_MODE", "prod"),
        ("SIP_DATABASE_URL", "mysql://user:hemligt@host/db"),
        ("SIP_BROKER_URL", "http://user:hemligt@host"),
        ("SIP_BROKER_URL", "redis://[hemligt"),
        ("SIP_SMTP_URL", "mail.example.org:25"),
        ("SIP_SMTP_URL", "smtp://host:99999999"),
        ("SIP_BASE_URL", "sip.example.org"),
        ("SIP_DEFINITIONS", "/finns/inte"),
        ("SIP_TIMEZONE", "Europe/Stokholm"),
        ("SIP_TIMEZONE", "../../etc/passwd"),
        ("SIP_MAIL_FROM", "nobody"),
        ("SIP_MAIL_FROM", "sip@a@b.se"),
        ("SIP_MAIL_FROM", "<sip@x.se>"),
        ("SIP_MAIL_FROM", "SIP <sip@x.se>"),
        ("SIP_MAIL_FROM", "sip@x_y.se"),
        ("SIP_MAIL_FROM", "sip@a..se"),
        ("SIP_MAIL_FROM", "sipå@x.se"),
        ("SIP_BASE_URL", "http://sip_web:8000"),
        ("SIP_BASE_URL", "http://[::1]:8000"),
        ("SIP_BASE_URL", "https://a..b"),
        ("SIP_BASE_URL", "https://user:hemligt@sip.example.org"),
        ("SIP_BASE_URL", "https://sip.example.org/?a=b"),
        ("SIP_BASE_URL", "https://sip.example.org/#a"),
        ("SIP_BASE_URL", "https://sip.example.org/å"),
        ("SIP_BASE_URL", "https://sip.example.org/a b"),
        ("SIP_DATABASE_URL", "postgresql://u:p@hemligt:word@h/db"),
        ("SIP_DATABASE_URL", "postgresql://u:p@h:hemligt/db"),
        ("SIP_DATABASE_URL", "postgresql://u:p@h:65536/db"),
        ("SIP_DATABASE_URL", "postgresql://u:p@h:0/db"),
        ("SIP_DATABASE_URL", "postgresql+psycopg://u:hemligt@h:54x2/db"),
        ("SIP_DATABASE_URL", "sqlite:///"),
        ("SIP_DATABASE_URL", "sqlite:///?timeout=5"),
        ("SIP_DATABASE_URL", "sqlite:///:memory:"),
        ("SIP_DATABASE_URL", "sqlite:////"),
    ],
)
def test_a_value_that_cannot_be_used_is_named_in_both_modes(name: str, value: str) -> None:
    for base in ({"SIP_MODE": "training"}, PRODUCTION):
        with pytest.raises(SettingsError) as refused:
            read_settings({**base, name: value})
        assert sum(problem.startswith(name) for problem in refused.value.problems) == 1
        assert "hemligt" not in str(refused.value)
        assert refused.value.__context__ is None


def test_an_empty_value_is_none() -> None:
    assert read_settings({"SIP_MODE": "training", "SIP_BROKER_URL": " "}).broker_url is None


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_postgresql_has_one_driver(scheme: str) -> None:
    settings = read_settings({"SIP_MODE": "training", "SIP_DATABASE_URL": f"{scheme}://u:p@h/db"})
    assert settings.database_url == "postgresql+psycopg://u:p@h/db"


@pytest.mark.parametrize(
    "rest",
    [
        "h/db",
        "u@h:5432/db",
        "u:p%40ss/w#rd?@h:5432/db?sslmode=require",
        "u:p@[::1]:5432/db",
        "/db?host=/run/pg",
    ],
)
def test_a_database_is_named_in_many_ways(rest: str) -> None:
    settings = read_settings({"SIP_MODE": "training", "SIP_DATABASE_URL": f"postgresql://{rest}"})
    assert settings.database_url == f"postgresql+psycopg://{rest}"


def test_what_is_not_ascii_is_written_as_mail_systems_write_it() -> None:
    settings = read_settings({**PRODUCTION, "SIP_BASE_URL": "https://sip.Västerås.se:8443/sip/"})
    assert settings.base_url == "https://sip.xn--vsters-buam.se:8443/sip"
    assert settings.mail_from == "sip@sip.xn--vsters-buam.se"
    settings = read_settings({**PRODUCTION, "SIP_MAIL_FROM": "sip.samordning@västerås.se"})
    assert settings.mail_from == "sip.samordning@xn--vsters-buam.se"


@pytest.mark.parametrize(
    "base_url", ["http://localhost:8000", "http://127.0.0.1:8000/", "https://sip-1.example.org"]
)
def test_every_address_that_is_taken_makes_a_sender(base_url: str) -> None:
    settings = read_settings({**PRODUCTION, "SIP_BASE_URL": base_url})
    assert settings.base_url == base_url.rstrip("/")
    assert is_address(settings.mail_from)


def test_passwords_are_kept_out_of_the_representation() -> None:
    said = repr(read_settings({**PRODUCTION, "SIP_DATABASE_URL": "postgresql://u:hemligt@h/db"}))
    assert "hemligt" not in said
    assert KEY not in said


def test_a_folder_of_ones_own(tmp_path: Path) -> None:
    settings = read_settings({"SIP_MODE": "training", "SIP_DEFINITIONS": str(tmp_path)})
    assert settings.definitions == tmp_path


@pytest.mark.parametrize(
    ("base_url", "said"), [("", "SIP_BASE_URL saknas"), ("http://sip.example.org", "Använd https")]
)
def test_an_address_without_protection_is_remarked_upon(base_url: str, said: str) -> None:
    settings: Settings = read_settings({**PRODUCTION, "SIP_BASE_URL": base_url})
    assert [said in remark for remark in settings.remarks] == [True]

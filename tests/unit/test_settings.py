"""Training starts with nothing set; production says all that is missing or weak."""

from pathlib import Path

import pytest

from sip_workflow.settings import Settings, SettingsError, read_settings

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
    ],
)
def test_a_value_that_cannot_be_used_is_named_in_both_modes(name: str, value: str) -> None:
    for base in ({"SIP_MODE": "training"}, PRODUCTION):
        said = problems(**{**base, name: value})
        assert said.count(name) == 1
        assert "hemligt" not in said


def test_an_empty_value_is_none() -> None:
    assert read_settings({"SIP_MODE": "training", "SIP_BROKER_URL": " "}).broker_url is None


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_postgresql_has_one_driver(scheme: str) -> None:
    settings = read_settings({"SIP_MODE": "training", "SIP_DATABASE_URL": f"{scheme}://u:p@h/db"})
    assert settings.database_url == "postgresql+psycopg://u:p@h/db"


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

"""The settings and mails that these tests send."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sip_workflow.domain.mail import CANCEL, REQUEST, CalendarEvent, Mail, compose, to_payload
from sip_workflow.settings import Settings, read_settings

AT = datetime(2026, 10, 5, 8, tzinfo=UTC)
CASE = "SIP-2345-6789"
LINK = "https://sip.example.org/tasks/h6Tq"


def settings(smtp_url: str | None) -> Settings:
    environment = {
        "SIP_MODE": "training",
        "SIP_BASE_URL": "https://sip.example.org",
        "SIP_MAIL_FROM": "sip@region.example.org",
    }
    return replace(read_settings(environment), smtp_url=smtp_url)


def event(**columns: Any) -> CalendarEvent:
    usual = {
        "uid": "invitation-7fq",
        "method": REQUEST,
        "sequence": 0,
        "case_number": CASE,
        "starts_at": datetime(2027, 3, 30, 8, tzinfo=UTC),
        "minutes": 90,
    }
    return CalendarEvent(**{**usual, **columns})


def cancelled(**columns: Any) -> CalendarEvent:
    return event(method=CANCEL, sequence=1, **columns)


def mail(kind: str = "task_opened", **columns: Any) -> Mail:
    usual = {
        "key": "task_opened.7fq",
        "to": ["hemtjansten@kommun.example.org"],
        "case_number": CASE,
        "link": LINK,
        "at": AT,
    }
    return compose(kind=kind, **{**usual, **columns})


def payload(kind: str = "task_opened", **columns: Any) -> dict[str, Any]:
    return to_payload(mail(kind, **columns))

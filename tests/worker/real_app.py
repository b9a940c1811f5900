"""A real application on SQLite with one stay in it, whose notices and timers the workers take care of."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from sip_workflow.bootstrap import Application, build, prepare
from sip_workflow.settings import read_settings
from sip_workflow.training import load

PERSONAL_NUMBER = "19470612-9803"
NAME = "Majken Testsson"


def environment(
    *, folder: Path, smtp_url: str | None = None, broker_url: str | None = None
) -> dict[str, str]:
    """The settings of all processes that share the database in ``folder``."""
    return {
        "SIP_MODE": "training",
        "SIP_DATABASE_URL": f"sqlite:///{folder / 'sip.db'}",
        "SIP_BASE_URL": "https://sip.example.org",
        "SIP_MAIL_FROM": "sip@region.example.org",
        "SIP_SMTP_URL": smtp_url or "",
        "SIP_BROKER_URL": broker_url or "",
    }


def real_app(settings: dict[str, str]) -> Application:
    """The application with the training material, its database made anew or taken up again."""
    app = build(read_settings(settings))
    prepare(app)
    load(store=app.store)
    return app


def admit(app: Application, *, external_id: str = "stay-1") -> str:
    """Take in an admission notice; the case number."""
    now = app.clock.now()
    notice = {
        "external_id": external_id,
        "hospital_unit": "SE2321009900-2001",
        "person": {
            "id_type": "personnummer",
            "id": PERSONAL_NUMBER,
            "name": NAME,
            "municipality": "Ekbacka",
            "protected": "no",
        },
        "admitted_at": (now - timedelta(hours=2)).isoformat(),
        "planned_discharge_at": (now + timedelta(days=60)).isoformat(),
        "needs": ["municipal_social_services", "regional_care"],
        "planning_form": "sip",
    }
    actor = app.register.actor_of_user(username="elsa.sunnana")
    view, created = app.discharges.admit(notice=notice, actor=actor, now=now)
    assert created
    return str(view["case_id"])


def sent_keys(app: Application, *, case_id: str) -> list[str]:
    """The keys of the mails that history says were sent, in order."""
    with app.store.read() as tx:
        items = tx.history.find(case_id=case_id, type="notification_sent", order_by="id")
    return [item.data["key"] for item in items]


def told(app: Application, *, case_id: str) -> list[tuple[str, str, str]]:
    """The escalation levels that were told: (kind, level, instance)."""
    with app.store.read() as tx:
        rows = tx.escalations.find(case_id=case_id, order_by="raised_at")
    return [(row.kind, row.level, row.instance_id) for row in rows]

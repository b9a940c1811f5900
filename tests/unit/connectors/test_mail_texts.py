"""What may stand in a mail, and what may not."""

from __future__ import annotations

import json

import pytest

from sip_workflow.domain.mail import (
    CANCEL,
    KINDS,
    UnknownMail,
    compose,
    from_payload,
    names_a_person,
    to_payload,
)
from tests.unit.connectors.letters import AT, CASE, LINK, event, mail


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_has_the_case_number_something_to_do_and_the_link(kind):
    written = mail(kind)
    assert CASE in written.subject
    assert CASE in written.text
    assert LINK in written.text
    assert "{" not in written.subject + written.text
    assert len(written.subject) <= 70


def test_the_kinds_are_those_that_the_application_sends():
    sent = {
        "task_opened",
        "reminder",
        "manager",
        "process_owner",
        "invitation",
        "invitation_changed",
        "invitation_cancelled",
        "plan_copy",
        "notice",
    }
    assert sent == KINDS


def test_the_name_of_a_task_is_shown_on_one_line():
    assert "Att göra: Kvittera kallelsen\n" in mail(task="Kvittera\r\n kallelsen").text
    assert "Att göra" not in mail(task="  ").text


@pytest.mark.parametrize(
    "number",
    [
        "19420317-9801",
        "194203179801",
        "420317-9801",
        "4203179801",
        "121212+1212",
        "121212 1212",
        "19121272-1212",  # samordningsnummer: the day is 60 higher
        "19121212-K212",  # a reserve number
        "191212‑1212",
    ],
)
def test_a_personal_number_in_the_name_of_a_task_is_left_out(number):
    written = mail(task=f"Ring {number} i dag")
    assert number not in written.text
    assert "Att göra" not in written.text


@pytest.mark.parametrize(
    "harmless",
    [CASE, "SIP-9876-5432", "2026-10-05 kl. 10.00", "070-123 45 67", "rum 1234567", "1299121212345", ""],
)
def test_what_is_no_personal_number(harmless):
    assert not names_a_person(harmless)


def test_an_unknown_kind():
    with pytest.raises(UnknownMail):
        compose(kind="advertisement", key="k", to=["a@b.se"], case_number=CASE, link=LINK, at=AT)


@pytest.mark.parametrize("calendar", [None, event(), event(method=CANCEL, sequence=2)])
def test_a_mail_survives_the_way_through_json(calendar):
    written = mail(calendar=calendar)
    read = from_payload(json.loads(json.dumps(to_payload(written))), key=written.key)
    assert read == written

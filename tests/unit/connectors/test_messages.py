"""The message as it goes on the wire."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTP
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sip_workflow.connectors.messages import InvalidMail, build_mail, message_id
from tests.support.mail_sink import text_of
from tests.unit.connectors.letters import AT, CASE, LINK, cancelled, event, mail

BASE_URL = "https://sip.example.org"
NUMBER = "19420317-9801"


def build(letter, sender="sip@region.example.org"):
    return build_mail(letter, sender=sender, zone=ZoneInfo("Europe/Stockholm"), base_url=BASE_URL)


def over_the_wire(message):
    read = BytesParser(policy=SMTP).parsebytes(message.as_bytes())
    assert isinstance(read, EmailMessage)
    return read


def test_a_plain_message():
    message = over_the_wire(build(mail(task="Kvittera kallelsen åt enheten")))
    assert message.get_content_type() == "text/plain"
    assert text_of(message).splitlines() == [
        f"Det finns en ny uppgift att göra i ärende {CASE}.",
        "",
        "Att göra: Kvittera kallelsen åt enheten",
        "",
        f"Logga in: {LINK}",
    ]
    assert message["Subject"] == f"Ny uppgift i ärende {CASE}"
    assert message["From"] == "sip@region.example.org"
    assert message["To"] == "hemtjansten@kommun.example.org"
    assert message["Auto-Submitted"] == "auto-generated"
    assert parsedate_to_datetime(message["Date"]) == AT
    assert not message.defects


def test_everything_on_the_wire_is_ascii_and_short_lines():
    wire = build(mail("invitation", calendar=event(), task="Ö" * 300)).as_bytes()
    assert wire.isascii()
    assert max(len(line) for line in wire.split(b"\r\n")) <= 998
    assert b"\n" not in wire.replace(b"\r\n", b"")


def test_the_message_id_is_made_of_the_key_alone():
    first = build(mail(key="task_opened.aB-_9"))
    again = build(mail("reminder", key="task_opened.aB-_9", task="Något annat"))
    assert first["Message-ID"] == again["Message-ID"] == "<task_opened.aB-_9@sip.example.org>"
    assert first["Message-ID"] != build(mail(key="task_opened.aB-_8"))["Message-ID"]


@given(first=st.text(min_size=1, max_size=60), second=st.text(min_size=1, max_size=60))
def test_message_ids_are_different_for_different_keys(first, second):
    ids = [message_id(key=key, base_url=BASE_URL) for key in (first, second)]
    assert (ids[0] == ids[1]) == (first == second)
    assert all(each.isascii() and each.isprintable() and " " not in each for each in ids)


@pytest.mark.parametrize("key", ["k" * 200, "a:b/c d", "ÅÄÖ", "a\r\nBcc: x@y.se"])
def test_a_key_of_any_kind_arrives_whole(key):
    message = over_the_wire(build(mail(key=key)))
    assert message["Message-ID"] == message_id(key=key, base_url=BASE_URL)
    assert message["Bcc"] is None


def test_an_invitation_has_its_calendar_file():
    message = over_the_wire(build(mail("invitation", calendar=event())))
    text, calendar = message.iter_parts()
    assert text.get_content_type() == "text/plain"
    assert calendar.get_content_type() == "text/calendar"
    assert calendar.get_param("method") == "REQUEST"
    assert calendar.get_param("charset") == "utf-8"
    assert calendar.get_filename() == "sip-mote.ics"
    assert over_the_wire(build(mail(calendar=cancelled()))).get_payload(1).get_param("method") == "CANCEL"


@pytest.mark.parametrize(
    "address",
    [
        "",
        "nobody",
        "a@",
        "@b.se",
        "a b@c.se",
        "a@b.se, c@d.se",
        "a@b.se;c@d.se",
        "A <a@b.se>",
        '"a\\"b"@c.se',
        "a@b.se\r\nBcc: x@y.se",
        "a@b.se\n",
        "a@b.se\x00",
        "å@b.se",
        "a@bö.se",
        ".a@b.se",
        "a..b@c.se",
        "a@b..se",
        "a@[127.0.0.1]",
        "a" * 65 + "@b.se",
    ],
)
def test_an_address_that_is_none(address):
    with pytest.raises(InvalidMail, match="address"):
        build(mail(to=["fine@kommun.example.org", address]))
    with pytest.raises(InvalidMail, match="address"):
        build(mail(), sender=address)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("to", ()),
        ("to", ("a@b.se",) * 51),
        ("subject", "Hej\r\nBcc: x@y.se"),
        ("subject", "Hej\nX-Evil: 1"),
        ("subject", "Hej\x85X-Evil: 1"),
        ("subject", "Hej\u2028X-Evil: 1"),
        ("subject", "x" * 201),
        ("key", ""),
        ("key", "x" * 201),
        ("link", "https://evil.example.com/"),
        ("link", "https://sip.example.org.evil.example.com/"),
        ("link", "https://sip.example.org/a\r\nb"),
        ("link", "https://sip.example.org/a b"),
        ("at", datetime(2026, 10, 5, 8)),
        ("subject", f"Om {NUMBER}"),
        ("text", f"Gäller {NUMBER}"),
        ("calendar", event(case_number=NUMBER)),
        ("calendar", event(case_number="SIP\r\nATTENDEE:mailto:x@y.se")),
        ("calendar", event(uid="a\nATTENDEE:mailto:x@y.se")),
        ("calendar", event(method="PUBLISH")),
        ("calendar", event(starts_at=datetime(2026, 10, 5, 8))),
    ],
)
def test_what_is_refused_is_not_quoted(column, value):
    with pytest.raises(InvalidMail) as refused:
        build(replace(mail(), **{column: value}))
    assert NUMBER not in str(refused.value)
    assert "evil" not in str(refused.value).lower()


@given(text=st.text(max_size=80))
def test_no_subject_makes_a_header(text):
    try:
        message = build(replace(mail(), subject=text))
    except InvalidMail:
        return
    read = over_the_wire(message)
    assert set(read.keys()) == set(build(mail()).keys())

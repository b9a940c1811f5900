"""Sending to a real SMTP server: what it gets, and what its answers become."""

from __future__ import annotations

import socket
import ssl
from dataclasses import replace
from pathlib import Path

import pytest

from sip_workflow.connectors import Permanent, TryAgain
from sip_workflow.connectors.mail import send
from tests.support.mail_sink import mail_sink, text_of
from tests.unit.connectors.letters import CASE, LINK, cancelled, event, payload, settings

UNIT = "hemtjansten@kommun.example.org"
OTHER = "skolan@kommun.example.org"
CERTIFICATE = Path(__file__).parent / "localhost.pem"


@pytest.fixture
def sink():
    with mail_sink() as running:
        yield running


def server_tls() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    return context


def test_one_mail_arrives_as_it_was_written(sink):
    answer = send(payload=payload(task="Kvittera"), key="task.1", settings=settings(sink.url))
    assert answer == {"message_id": "<task.1@sip.example.org>", "sent": True, "refused": 0}
    (message,) = sink.messages
    assert message["To"] == UNIT
    assert CASE in text_of(message)
    assert LINK in text_of(message)
    assert sink.keys == ["<task.1@sip.example.org>"]


def test_a_repeat_is_recognised_by_its_message_id(sink):
    for _ in range(2):
        send(payload=payload(), key="task.1", settings=settings(sink.url))
    send(payload=payload(), key="task.2", settings=settings(sink.url))
    assert sink.keys == [f"<{key}@sip.example.org>" for key in ("task.1", "task.1", "task.2")]
    assert sink.raw[0] == sink.raw[1]


def test_the_invitation_and_its_cancellation_are_about_the_same_entry(sink):
    for key, kind, calendar in (
        ("a", "invitation", event()),
        ("b", "invitation_cancelled", cancelled()),
    ):
        send(payload=payload(kind, calendar=calendar), key=key, settings=settings(sink.url))
    asked, taken_back = (calendar.walk("VEVENT")[0] for calendar in sink.calendars())
    assert [str(calendar["METHOD"]) for calendar in sink.calendars()] == ["REQUEST", "CANCEL"]
    assert asked["UID"] == taken_back["UID"]


def test_without_a_server_nothing_is_sent_but_the_mail_is_checked():
    answer = send(payload=payload(), key="task.1", settings=settings(None))
    assert answer == {"message_id": "<task.1@sip.example.org>", "sent": False, "refused": 0}
    with pytest.raises(Permanent):
        send(payload=payload(to=["nobody"]), key="task.1", settings=settings(None))


@pytest.mark.parametrize("sender", ["sip@a@b.se", "<sip@x.se>", "sip@::1", ""])
def test_a_sender_that_is_none_is_the_operators_to_put_right(sender):
    wrong = replace(settings(None), mail_from=sender)
    with pytest.raises(TryAgain, match="sender"):
        send(payload=payload(), key="task.1", settings=wrong)


def test_a_host_that_cannot_be_asked_for():
    with pytest.raises(TryAgain, match="no connection"):
        send(payload=payload(), key="k", settings=settings("smtp://mail..example.org:25"))


def test_nobody_listens():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"smtp://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(TryAgain, match="ConnectionRefusedError"):
            send(payload=payload(), key="k", settings=settings(url))


def test_a_host_that_does_not_exist():
    with pytest.raises(TryAgain, match="gaierror"):
        send(payload=payload(), key="k", settings=settings("smtp://mail.invalid:25"))


def test_a_server_that_says_nothing(monkeypatch):
    monkeypatch.setattr("sip_workflow.connectors.mail.CONNECT_SECONDS", 0.2)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        url = f"smtp://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(TryAgain):
            send(payload=payload(), key="k", settings=settings(url))


@pytest.mark.parametrize(
    ("answers", "error"),
    [
        ({"data_answer": "451 try later"}, TryAgain),
        ({"data_answer": "552 too big"}, Permanent),
        ({"data_answer": "421 going down"}, TryAgain),
        ({"mail_answer": "450 not now"}, TryAgain),
        ({"mail_answer": "550 not you"}, Permanent),
        ({"rcpt_answers": {UNIT: "450 greylisted"}}, TryAgain),
        ({"rcpt_answers": {UNIT: f"550 no such user {UNIT}"}}, Permanent),
    ],
)
def test_what_the_server_says_of_the_mail(sink, answers, error):
    for name, answer in answers.items():
        setattr(sink, name, answer)
    with pytest.raises(error) as refused:
        send(payload=payload(), key="k", settings=settings(sink.url))
    assert str(refused.value) == f"smtp {refused.value.args[0].split()[-1]}"
    assert UNIT not in str(refused.value)
    assert refused.value.__suppress_context__
    assert sink.messages == []


def test_one_of_two_receivers_is_refused_for_good(sink):
    sink.rcpt_answers[OTHER] = "550 no such user"
    answer = send(payload=payload(to=[UNIT, OTHER]), key="k", settings=settings(sink.url))
    assert answer["refused"] == 1
    assert len(sink.messages) == 1


def test_one_of_two_receivers_may_be_reached_later(sink):
    sink.rcpt_answers[OTHER] = "450 greylisted"
    with pytest.raises(TryAgain):
        send(payload=payload(to=[UNIT, OTHER]), key="k", settings=settings(sink.url))
    sink.rcpt_answers.clear()
    send(payload=payload(to=[UNIT, OTHER]), key="k", settings=settings(sink.url))
    assert len(set(sink.keys)) == 1


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"to": "a@b.se"},
        {**payload(), "at": "yesterday"},
        {**payload(), "at": 7},
        {**payload(), "to": [7]},
        {**payload(), "surprise": True},
        {**payload(), "text": None},
        {**payload(), "calendar": {"uid": "19420317-9801"}},
        {**payload(), "calendar": "19420317-9801"},
        {**payload(), "text": "19420317-9801"},
        {**payload(), "subject": "Hej\r\nBcc: x@y.se"},
    ],
)
def test_a_payload_that_makes_no_sense_is_permanent_and_not_quoted(sink, broken):
    with pytest.raises(Permanent) as refused:
        send(payload=broken, key="k", settings=settings(sink.url))
    assert "1212" not in str(refused.value)
    assert sink.messages == []


def test_a_planted_personal_number_never_appears(sink):
    planted = "19420317-9801"
    send(payload=payload(task=f"Ring {planted}"), key="k", settings=settings(sink.url))
    (message,) = sink.messages
    everything = "".join(part.get_content() for part in message.walk() if not part.is_multipart())
    assert planted not in everything + str(message)


def test_a_password_is_used_on_this_machine_and_never_sent_in_the_clear_elsewhere(monkeypatch):
    with mail_sink(login_without_tls=True) as sink:
        url = sink.url.replace("smtp://", "smtp://sip:p%40ss@")
        send(payload=payload(), key="k", settings=settings(url))
        assert sink.logins == [(b"sip", b"p@ss")]
        monkeypatch.setattr("sip_workflow.connectors.mail._THIS_MACHINE", ())
        with pytest.raises(TryAgain, match="no TLS"):
            send(payload=payload(), key="k", settings=settings(url))
        assert len(sink.logins) == len(sink.messages) == 1


def test_tls_is_used_when_offered_and_the_certificate_is_checked(monkeypatch):
    with mail_sink(tls=server_tls()) as sink:
        with pytest.raises(TryAgain, match="SSLCertVerificationError"):
            send(payload=payload(), key="k", settings=settings(sink.url))
        assert sink.messages == []
        monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
        by_name = replace(settings(sink.url), smtp_url=sink.url.replace("127.0.0.1", "localhost"))
        send(payload=payload(), key="k", settings=by_name)
        assert sink.over_tls == [True]

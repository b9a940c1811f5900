"""A real SMTP server for tests: takes mail, keeps it, and answers as it is told.

with mail_sink() as sink:
    ... SIP_SMTP_URL=sink.url ...
    assert [mail["Subject"] for mail in sink.messages] == [...]
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTP as SMTP_POLICY
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from icalendar import Calendar


@dataclass
class MailSink:
    """What was received. ``answers`` to MAIL, RCPT (by address) and DATA replace the usual 250."""

    url: str = ""
    messages: list[EmailMessage] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    over_tls: list[bool] = field(default_factory=list)
    logins: list[tuple[bytes, bytes]] = field(default_factory=list)
    mail_answer: str = "250 OK"
    rcpt_answers: dict[str, str] = field(default_factory=dict)
    data_answer: str = "250 OK"

    @property
    def keys(self) -> list[str]:
        """The Message-IDs in the order they came."""
        return [str(message["Message-ID"]) for message in self.messages]

    def calendars(self) -> list[Calendar]:
        """The calendar files, parsed."""
        return [calendar_of(message) for message in self.messages]

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        return self.mail_answer

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.rcpt_answers.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.data_answer.startswith("250"):
            content = envelope.content
            assert isinstance(content, bytes)
            message = BytesParser(policy=SMTP_POLICY).parsebytes(content)
            assert isinstance(message, EmailMessage)
            self.raw.append(content)
            self.messages.append(message)
            self.over_tls.append(session.ssl is not None)
        return self.data_answer

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, kind: str, data: Any
    ) -> AuthResult:
        self.logins.append((data.login, data.password))
        return AuthResult(success=True)


class _AnyPort(Controller):
    """Listens on a port that is free."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


def calendar_of(message: EmailMessage) -> Calendar:
    """The one calendar file of a mail, parsed."""
    (part,) = [part for part in message.walk() if part.get_content_type() == "text/calendar"]
    return Calendar.from_ical(part.get_content())


def text_of(message: EmailMessage) -> str:
    """The text that people read."""
    body = message.get_body(preferencelist=("plain",))
    assert body is not None
    return str(body.get_content())


@contextmanager
def mail_sink(*, tls: ssl.SSLContext | None = None, login_without_tls: bool = False) -> Iterator[MailSink]:
    """A server on a free port of this machine, for as long as the block lasts.

    With ``tls`` it offers STARTTLS.
    """
    sink = MailSink()
    controller = _AnyPort(
        sink,
        hostname="127.0.0.1",
        port=0,
        ready_timeout=30,
        tls_context=tls,
        authenticator=sink.authenticate,
        auth_require_tls=not login_without_tls,
    )
    controller.start()
    sink.url = f"smtp://127.0.0.1:{controller.port}"
    try:
        yield sink
    finally:
        controller.stop()

"""Sends mail by SMTP.

``smtp://host:25`` uses TLS when the server offers it, ``smtps://host:465`` always; a server's
certificate is checked in both. With a user name and password in the address TLS is required,
but for a server on the same machine. Without an address nothing is sent: in training mode mail
is read in the training mailbox.

What is wrong with the sender, the connection or the login is tried again: it concerns every mail, and is
put right by somebody who operates the server. What the server says of this mail decides by its
first digit: 4 is tried again, 5 is permanent.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Mapping
from contextlib import suppress
from email.message import EmailMessage
from typing import Any
from urllib.parse import unquote, urlsplit

from sip_workflow.connectors.contract import Permanent, TryAgain
from sip_workflow.connectors.messages import InvalidMail, build_mail
from sip_workflow.domain.mail import from_payload
from sip_workflow.settings import Settings, is_address

CONNECT_SECONDS = 10
"""How long to wait for a connection, and for each answer of the server."""

_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")
_PERMANENT = 500


def send(*, payload: Mapping[str, Any], key: str, settings: Settings) -> Mapping[str, Any]:
    """Send the mail in the payload (``domain.mail.to_payload``); the effect ``mail``.

    Answers with the Message-ID, whether it was sent, and how many receivers were refused while others
    got it. Raises ``TryAgain`` and ``Permanent``.
    """
    if not is_address(settings.mail_from):
        raise TryAgain("the sender is not an e-mail address")
    try:
        mail = from_payload(payload, key=key)
        message = build_mail(
            mail, sender=settings.mail_from, zone=settings.timezone, base_url=settings.base_url
        )
    except InvalidMail as error:
        raise Permanent(f"invalid mail: {error}") from error
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        # The text of such an error may quote the payload.
        raise Permanent(f"invalid payload: {type(error).__name__}") from None
    answer = {"message_id": str(message["Message-ID"]), "sent": False, "refused": 0}
    if settings.smtp_url is None:
        return answer
    connection = _connect(settings.smtp_url)
    try:
        refused = _transmit(connection, message)
    finally:
        # The mail is accepted, or it is not: a farewell that fails changes nothing.
        with suppress(smtplib.SMTPException, OSError):
            connection.quit()
        connection.close()
    return {**answer, "sent": True, "refused": refused}


def _connect(url: str) -> smtplib.SMTP:
    """A connection that is ready for mail."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    context = ssl.create_default_context()
    connection: smtplib.SMTP | None = None
    try:
        if parts.scheme == "smtps":
            port = parts.port or smtplib.SMTP_SSL_PORT
            connection = smtplib.SMTP_SSL(host, port, timeout=CONNECT_SECONDS, context=context)
        else:
            connection = smtplib.SMTP(host, parts.port or smtplib.SMTP_PORT, timeout=CONNECT_SECONDS)
            connection.ehlo_or_helo_if_needed()
            if connection.has_extn("starttls"):
                connection.starttls(context=context)
            elif parts.username and host not in _THIS_MACHINE:
                raise TryAgain("the server offers no TLS, so the password is not sent")
        if parts.username:
            connection.login(unquote(parts.username), unquote(parts.password or ""))
    # ValueError: a host, user name or password with signs that can't be sent.
    except (smtplib.SMTPException, OSError, ValueError, TryAgain) as error:
        if connection is not None:
            connection.close()
        if isinstance(error, TryAgain):
            raise
        raise TryAgain(f"no connection: {type(error).__name__}") from None
    return connection


def _transmit(connection: smtplib.SMTP, message: EmailMessage) -> int:
    """Hand over the message; how many receivers were refused for good. Never quotes the server."""
    try:
        refused = connection.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        raise _refusal(*(code for code, _ in error.recipients.values())) from None
    except smtplib.SMTPResponseException as error:
        raise _refusal(error.smtp_code) from None
    except (smtplib.SMTPException, OSError) as error:
        raise TryAgain(f"broken connection: {type(error).__name__}") from None
    codes = [code for code, _ in refused.values()]
    if any(code < _PERMANENT for code in codes):
        raise _refusal(*codes)
    return len(codes)


def _refusal(*codes: int) -> TryAgain | Permanent:
    """One receiver that may be reached later makes the whole mail worth another try."""
    code = min(codes)
    return Permanent(f"smtp {code}") if code >= _PERMANENT else TryAgain(f"smtp {code}")

"""Mail as it goes on the wire, apart from sending it.

The Message-ID is made from the outbox key alone: a mail that is sent twice, because the answer
to the first was lost, is recognised by it, by mail systems and by people who look.
"""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo

from sip_workflow.connectors.calendar import InvalidEvent, build_invite
from sip_workflow.domain.mail import Mail, names_a_person
from sip_workflow.settings import is_address

_MOST_RECEIVERS = 50
_LONGEST = 200


class InvalidMail(ValueError):
    """The mail can't be written as it is. The text says which part, never what stands there."""


def build_mail(mail: Mail, *, sender: str, zone: ZoneInfo, base_url: str) -> EmailMessage:
    """The mail as a message, ready to send.

    ``sender`` is the address it comes from, ``base_url`` the product's own address, whose host makes the
    Message-ID unique. Raises ``InvalidMail`` for addresses that are none, line breaks in headers,
    links to elsewhere and anything that looks like a personal number.
    """
    _check(mail, sender=sender, base_url=base_url)
    domain = urlsplit(base_url).hostname or "localhost"
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = ", ".join(mail.to)
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.at.astimezone(zone))
    message["Message-ID"] = message_id(key=mail.key, base_url=base_url)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text, cte="quoted-printable")
    if mail.calendar is not None:
        try:
            invite = build_invite(
                mail.calendar,
                organizer=sender,
                attendees=mail.to,
                link=mail.link,
                at=mail.at,
                zone=zone,
                domain=domain,
            )
        except InvalidEvent as error:
            raise InvalidMail(str(error)) from error
        message.add_attachment(
            invite.decode(),
            subtype="calendar",
            cte="base64",
            filename="sip-mote.ics",
            params={"method": mail.calendar.method},
        )
    return message


def message_id(*, key: str, base_url: str) -> str:
    """The Message-ID of the mail with that outbox key: the key, signs that may not stand there escaped."""
    domain = urlsplit(base_url).hostname or "localhost"
    return f"<{quote(key, safe='')}@{domain}>"


def _check(mail: Mail, *, sender: str, base_url: str) -> None:
    if not 1 <= len(mail.to) <= _MOST_RECEIVERS:
        raise InvalidMail("there are no receivers, or too many")
    if not all(is_address(each) for each in (sender, *mail.to)):
        raise InvalidMail("an address is not an e-mail address")
    if not mail.subject.isprintable() or len(mail.subject) > _LONGEST:
        raise InvalidMail("the subject holds a line break or is too long")
    if not mail.key or len(mail.key) > _LONGEST:
        raise InvalidMail("the key is missing or too long")
    if mail.at.utcoffset() is None:
        raise InvalidMail("the time has no time zone")
    if not mail.link.startswith(f"{base_url}/") or not mail.link.isprintable() or " " in mail.link:
        raise InvalidMail("the link leads elsewhere")
    # Ids in the link are random and may look like anything.
    if names_a_person(mail.subject) or names_a_person(mail.text.replace(mail.link, "")):
        raise InvalidMail("it seems to hold a personal number")

"""Calendar invitations: iTIP requests and cancellations (RFC 5545, RFC 5546).

Nobody is named in one, and no place: the summary is the case number, the description says what to do,
and where the meeting is, is read after logging in.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, vCalAddress, vText, vUri

from sip_workflow.domain.mail import CANCEL, REQUEST, CalendarEvent, names_a_person
from sip_workflow.settings import is_address

_ORGANIZER_NAME = "SIP-samordning"
_DESCRIPTIONS = {
    REQUEST: "Kvittera och svara i SIP Workflow. Där står också var mötet är: {link}",
    CANCEL: "Mötet är inställt för er del. Ta bort det ur kalendern. Läs mer i SIP Workflow: {link}",
}


class InvalidEvent(ValueError):
    """The event can't be written. The text says which part, never what stands there."""


def build_invite(
    event: CalendarEvent,
    *,
    organizer: str,
    attendees: Sequence[str],
    link: str,
    at: datetime,
    zone: ZoneInfo,
    domain: str,
) -> bytes:
    """The text/calendar file for an event.

    ``organizer`` and ``attendees`` are e-mail addresses, ``at`` (aware) when it was decided; ``domain``
    makes the UID worldwide unique. Raises ``InvalidEvent``.
    """
    _check(event, addresses=(organizer, *attendees), link=link)
    calendar = Calendar()
    calendar.add("prodid", "-//SIP Workflow//SV")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", event.method)

    starts_at = event.starts_at.astimezone(zone)
    entry = Event()
    entry.add("uid", f"{event.uid}@{domain}")
    entry.add("sequence", event.sequence)
    entry.add("dtstamp", at.astimezone(UTC))
    entry.add("dtstart", starts_at)
    # Elapsed minutes: across the change of clocks, adding to a local time would count wall-clock ones.
    entry.add("dtend", (starts_at.astimezone(UTC) + timedelta(minutes=event.minutes)).astimezone(zone))
    entry.add("summary", f"SIP-möte, ärende {event.case_number}")
    entry.add("class", "PRIVATE")
    entry.add("status", "CANCELLED" if event.method == CANCEL else "CONFIRMED")
    entry.add("description", _DESCRIPTIONS[event.method].format(link=link))
    entry.add("url", vUri(link))
    entry.add("organizer", _organizer(organizer), encode=False)
    for attendee in attendees:
        entry.add("attendee", _attendee(attendee, method=event.method), encode=False)

    calendar.add_component(
        Timezone.from_tzinfo(
            zone,
            first_date=date(starts_at.year, 1, 1),
            last_date=date(starts_at.year + 2, 1, 1),
        )
    )
    calendar.add_component(entry)
    return bytes(calendar.to_ical())


def _check(event: CalendarEvent, *, addresses: Sequence[str], link: str) -> None:
    if event.method not in _DESCRIPTIONS:
        raise InvalidEvent("unknown method")
    if event.starts_at.utcoffset() is None:
        raise InvalidEvent("starts_at has no time zone")
    if not all(is_address(each) for each in addresses):
        raise InvalidEvent("an address is not an e-mail address")
    if not all(text.isprintable() for text in (event.uid, event.case_number, link)):
        raise InvalidEvent("a text holds a line break or another control character")
    if names_a_person(event.case_number):
        raise InvalidEvent("it seems to hold a personal number")


def _organizer(address: str) -> vCalAddress:
    organizer = vCalAddress(f"mailto:{address}")
    organizer.params["CN"] = vText(_ORGANIZER_NAME)
    return organizer


def _attendee(address: str, *, method: str) -> vCalAddress:
    attendee = vCalAddress(f"mailto:{address}")
    attendee.params["ROLE"] = vText("REQ-PARTICIPANT")
    if method == REQUEST:
        attendee.params["PARTSTAT"] = vText("NEEDS-ACTION")
        attendee.params["RSVP"] = vText("TRUE")
    return attendee

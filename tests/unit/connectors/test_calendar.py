"""The calendar file, read back by a parser and as text."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from sip_workflow.connectors.calendar import InvalidEvent, build_invite
from tests.unit.connectors.letters import AT, CASE, LINK, cancelled, event

STOCKHOLM = ZoneInfo("Europe/Stockholm")
UNIT = "hemtjansten@kommun.example.org"


def build(an_event, attendees=(UNIT,), **columns):
    usual = {
        "organizer": "sip@region.example.org",
        "attendees": attendees,
        "link": LINK,
        "at": AT,
        "zone": STOCKHOLM,
        "domain": "sip.example.org",
    }
    return build_invite(an_event, **{**usual, **columns})


def entry(ics):
    (found,) = Calendar.from_ical(ics).walk("VEVENT")
    return found


def test_a_request():
    ics = build(event())
    calendar = Calendar.from_ical(ics)
    assert calendar["METHOD"] == "REQUEST"
    assert calendar["VERSION"] == "2.0"
    found = entry(ics)
    assert found["UID"] == "invitation-7fq@sip.example.org"
    assert found["SEQUENCE"] == 0
    assert found["SUMMARY"] == f"SIP-möte, ärende {CASE}"
    assert found["ORGANIZER"] == "mailto:sip@region.example.org"
    assert found["ATTENDEE"] == f"mailto:{UNIT}"
    assert found["ATTENDEE"].params["RSVP"] == "TRUE"
    assert found["ATTENDEE"].params["PARTSTAT"] == "NEEDS-ACTION"
    assert found["STATUS"] == "CONFIRMED"
    assert found["URL"] == LINK
    assert found["DTSTAMP"].dt == AT
    assert found["DESCRIPTION"] == f"Kvittera och svara i SIP Workflow. Där står också var mötet är: {LINK}"


def test_the_time_is_local_and_the_zone_is_described():
    ics = build(event())
    assert b"DTSTART;TZID=Europe/Stockholm:20270330T100000\r\n" in ics
    assert b"DTEND;TZID=Europe/Stockholm:20270330T113000\r\n" in ics
    (zone,) = Calendar.from_ical(ics).walk("VTIMEZONE")
    assert zone["TZID"] == "Europe/Stockholm"
    described = zone.to_tz()
    for day in (datetime(2027, 1, 15, 12), datetime(2027, 3, 30, 10), datetime(2027, 11, 2, 10)):
        assert day.replace(tzinfo=described).utcoffset() == day.replace(tzinfo=STOCKHOLM).utcoffset()


@pytest.mark.parametrize("day", [datetime(2027, 3, 28, 0, 30), datetime(2027, 10, 31, 0, 30)])
def test_the_minutes_are_elapsed_where_the_clocks_change(day):
    found = entry(build(event(starts_at=day.replace(tzinfo=UTC), minutes=90)))
    length = found["DTEND"].dt.astimezone(UTC) - found["DTSTART"].dt.astimezone(UTC)
    assert length == timedelta(minutes=90)


def test_a_cancellation_takes_back_the_same_entry():
    asked, taken_back = entry(build(event())), entry(build(cancelled()))
    assert Calendar.from_ical(build(cancelled()))["METHOD"] == "CANCEL"
    assert taken_back["UID"] == asked["UID"]
    assert taken_back["SEQUENCE"] > asked["SEQUENCE"]
    assert taken_back["ATTENDEE"] == asked["ATTENDEE"]
    assert taken_back["ORGANIZER"] == asked["ORGANIZER"]
    assert taken_back["STATUS"] == "CANCELLED"
    assert "inställt" in taken_back["DESCRIPTION"]
    assert LINK in taken_back["DESCRIPTION"]


@pytest.mark.parametrize("an_event", [event(), cancelled()])
def test_there_is_nothing_in_it_that_somebody_wrote(an_event):
    """Above all no place: it may be a home, a ward or a protected person's."""
    assert set(entry(build(an_event))) == {
        "UID",
        "SEQUENCE",
        "DTSTAMP",
        "DTSTART",
        "DTEND",
        "SUMMARY",
        "DESCRIPTION",
        "CLASS",
        "STATUS",
        "URL",
        "ORGANIZER",
        "ATTENDEE",
    }
    with pytest.raises(TypeError):
        event(location="Avdelning 57")


def test_several_receivers_each_answer_for_themselves():
    found = entry(build(event(), attendees=(UNIT, "skolan@kommun.example.org")))
    assert [str(each) for each in found["ATTENDEE"]] == [
        f"mailto:{UNIT}",
        "mailto:skolan@kommun.example.org",
    ]


def test_the_same_request_is_the_same_bytes():
    assert build(event()) == build(event())


@pytest.mark.parametrize(
    ("columns", "changed"),
    [
        ({"uid": "a\r\nATTENDEE:mailto:x@y.se"}, {}),
        ({"case_number": "SIP\r\nATTENDEE:mailto:x@y.se"}, {}),
        ({}, {"attendees": ("a@b.se\r\nX-EVIL:1",)}),
        ({}, {"organizer": "a@b.se\r\nX-EVIL:1"}),
        ({}, {"link": "https://sip.example.org/\r\nX-EVIL:1"}),
    ],
)
def test_nothing_smuggles_a_line_into_it(columns, changed):
    with pytest.raises(InvalidEvent):
        build(event(**columns), **changed)

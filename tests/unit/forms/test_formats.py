"""Dates, times, numbers of persons and stand-ins."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sip_workflow.domain.calendar import is_working_day
from sip_workflow.forms import NoStandIn, StandIns, validate
from sip_workflow.forms.formats import is_date, is_date_time, is_personnummer, is_samordningsnummer
from tests.unit.forms.shipped import STAND_INS, STOCKHOLM, anyone, form, valid_examples


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("2027-02-28", True),
        ("2028-02-29", True),
        ("2027-02-30", False),
        ("20270228", False),
        ("2027-W08-7", False),
        ("27-02-28", False),
        ("0000-01-01", False),
        ("9999-12-31", False),
        ("\uff12027-02-28", False),
        ("2027-02-28\n", False),
        ("", False),
    ],
)
def test_dates(text: str, good: bool) -> None:
    assert is_date(text) is good


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("2027-03-15T10:00:00+01:00", True),
        ("2027-03-15T10:00+01:00", True),
        ("2027-03-15T10:00:00.123Z", True),
        ("2027-03-15T10:00:00.1Z", True),
        ("2027-03-15t10:00:00Z", False),
        ("2027-03-15T10:00:00z", False),
        ("2027-03-15t10:00:00.123z", False),
        ("2027-03-15T10:00:00Z\n", False),
        ("2027-03-15T10:00:00", False),
        ("2027-03-15 10:00:00+01:00", False),
        ("2027-02-30T10:00:00Z", False),
        ("2027-03-15T24:30:00Z", False),
        ("2027-03-15T10:00:00+99:00", False),
        ("2027-03-15", False),
        ("0001-01-01T00:00:00+14:00", False),
    ],
)
def test_date_times(text: str, good: bool) -> None:
    assert is_date_time(text) is good


WRITTEN_TIMES = (
    r"2027-0[0-9]-[0-3][0-9][Tt ][0-2][0-9]:[0-6][0-9]"
    r"(:[0-6][0-9](\.[0-9]{1,7})?)?([Zz]|[+-][0-2][0-9]:[0-9][0-9])?"
)


@given(st.from_regex(WRITTEN_TIMES, fullmatch=True))
def test_what_is_accepted_is_read_as_it_stands(text: str) -> None:
    if is_date_time(text):
        assert datetime.fromisoformat(text).utcoffset() is not None


@pytest.mark.parametrize(
    ("text", "personnummer", "samordningsnummer"),
    [
        ("19420317-9801", True, False),
        ("194203179801", True, False),
        ("19420317-9802", False, False),
        ("420317-9801", False, False),
        ("19420230-9801", False, False),
        ("19900171-9823", False, True),
        ("19900171-9824", False, False),
        ("19420317-9801\n", False, False),
        ("", False, False),
    ],
)
def test_numbers_of_persons(text: str, *, personnummer: bool, samordningsnummer: bool) -> None:
    assert is_personnummer(text) is personnummer
    assert is_samordningsnummer(text) is samordningsnummer


@given(st.text())
def test_any_text_is_judged(text: str) -> None:
    assert not (is_date(text) and is_date_time(text))
    assert not (is_personnummer(text) and is_samordningsnummer(text))


@pytest.mark.parametrize(
    ("person", "wrong"),
    [
        ({"id_type": "personnummer", "id": "19420317-9802"}, ["/person/id"]),
        ({"id_type": "personnummer", "id": "19900171-9823"}, ["/person/id"]),
        ({"id_type": "samordningsnummer", "id": "19900171-9823"}, []),
        ({"id_type": "reservnummer", "id": "R-12", "birth_date": "1990-01-11"}, []),
        ({"id_type": "reservnummer", "id": "R-12"}, ["/person/birth_date"]),
        ({"id_type": "unknown", "birth_date": "1990-01-11"}, []),
        ({"id_type": "unknown", "id": "1", "birth_date": "1990-01-11"}, ["/person/id"]),
        ({"id_type": "personnummer"}, ["/person/id"]),
    ],
)
def test_the_number_follows_its_type(person: dict[str, str], wrong: list[str]) -> None:
    answers = valid_examples("admission_notice", {})[0]
    answers["person"] = {"name": "A", "municipality": "Ekbacka", "protected": "no", **person}

    found = validate(form=form("admission_notice"), answers=answers, facts={}, refers=anyone)
    assert [error.pointer for error in found] == wrong


def test_stand_ins() -> None:
    asked = {
        "@me": "ronja.ovning",
        "@other_unit": "SE2321009900-1001",
        "@now+P14D": "2027-03-15T10:30:15+01:00",
        "@now+PT90M": "2027-03-01T12:00:15+01:00",
        "@today+P90D": "2027-05-30",
        "@working_day+P10D": "2027-03-11",
        "@working_day+P4DT10H": "2027-03-05T10:00:00+01:00",
        "@working_day+P5DT13H30M": "2027-03-08T13:30:00+01:00",
        "@nobody": "@nobody",
        "@now-P1D": "@now-P1D",
        "me": "me",
    }

    assert {text: STAND_INS.resolve(text) for text in asked} == asked
    assert STAND_INS.resolve([{"a": "@unit"}, 7]) == [{"a": "SE2120009901-1001"}, 7]


@given(st.datetimes(datetime(2025, 1, 1), datetime(2035, 1, 1)), st.integers(0, 400))
def test_a_working_day_is_one(now: datetime, days: int) -> None:
    stand_ins = StandIns(now=now.replace(tzinfo=UTC), zone=STOCKHOLM)

    at = datetime.fromisoformat(stand_ins.resolve(f"@working_day+P{days}DT10H"))
    assert is_working_day(at.date())
    assert at.hour == 10
    assert at.date() >= stand_ins.now.astimezone(STOCKHOLM).date()


def test_nobody_to_stand_in() -> None:
    with pytest.raises(NoStandIn):
        StandIns(now=datetime(2027, 3, 1, tzinfo=UTC), zone=STOCKHOLM).resolve("@sister_unit")


def test_a_naive_now_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        StandIns(now=datetime(2027, 3, 1), zone=STOCKHOLM)

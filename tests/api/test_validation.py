"""Requests are checked by the very schemas that the document shows."""

from __future__ import annotations

import pytest
from jsonschema import Draft202012Validator

from sip_workflow.api import OPERATIONS, openapi
from sip_workflow.api.schemas.discharges import EVENTS
from sip_workflow.api.validation import Schemas
from sip_workflow.domain.refusals import InvalidInput

DOCUMENT = openapi.document(OPERATIONS)
NOTICE = "AdmissionNotice"
EVENT = "DischargeEvent"
AT = "2027-03-01T09:00:00+01:00"


@pytest.fixture(scope="module")
def schemas():
    return Schemas(DOCUMENT)


def notice(**changes):
    person = {"id_type": "personnummer", "id": "19420317-9801", "name": "Kim Ek", "municipality": "Ale"}
    return {
        "external_id": "VG-2027-1",
        "hospital_unit": "SE1-2",
        "person": {**person, **changes.pop("person", {})},
        "admitted_at": AT,
        "planned_discharge_at": "2027-03-05T12:00:00Z",
        "needs": ["regional_care"],
    } | changes


def refused(schemas, value, name):
    with pytest.raises(InvalidInput) as refusal:
        schemas.check(value, name=name)
    return {error.pointer: error.message for error in refusal.value.errors}


def test_every_schema_is_one():
    for name, schema in DOCUMENT["components"]["schemas"].items():
        Draft202012Validator.check_schema(schema)
        assert name[0].isupper()


def test_a_plain_notice_is_well_formed(schemas):
    schemas.check(notice(), name=NOTICE)
    schemas.check(notice(person={"id_type": "unknown", "id": None, "address": "Gatan 1"}), name=NOTICE)
    without = notice()
    del without["person"]["id"]
    schemas.check(without | {"person": without["person"] | {"id_type": "unknown"}}, name=NOTICE)


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"needs": []}, "/needs"),
        ({"needs": ["school", "school"]}, "/needs"),
        ({"needs": ["dentist"]}, "/needs/0"),
        ({"needs": "school"}, "/needs"),
        ({"planning_form": "other"}, "/planning_form"),
        ({"admitted_at": "2027-02-30T09:00:00+01:00"}, "/admitted_at"),
        ({"admitted_at": "2027-02-28T24:30:00+01:00"}, "/admitted_at"),
        ({"admitted_at": "2027-02-28T09:00:00"}, "/admitted_at"),
        ({"admitted_at": "2027-02-28"}, "/admitted_at"),
        ({"admitted_at": "20270228T090000Z"}, "/admitted_at"),
        ({"admitted_at": "0001-01-01T00:00:00+14:00"}, "/admitted_at"),
        ({"admitted_at": "9999-12-31T23:59:59Z"}, "/admitted_at"),
        ({"admitted_at": "2027-02-28T09:00:00+25:00"}, "/admitted_at"),
        ({"admitted_at": "\uff12\uff1027-02-28T09:00:00Z"}, "/admitted_at"),
        ({"admitted_at": 20270228}, "/admitted_at"),
        ({"admitted_at": None}, "/admitted_at"),
        ({"external_id": ""}, "/external_id"),
        ({"external_id": "a/b"}, "/external_id"),
        ({"external_id": "a\n"}, "/external_id"),
        ({"external_id": "x" * 101}, "/external_id"),
        ({"hospital_unit": "a\x00b"}, "/hospital_unit"),
        ({"guideline": "skane"}, "/guideline"),
        ({"surprise": 1}, "/surprise"),
        ({"person": {"surprise": 1}}, "/person/surprise"),
        ({"person": {"id_type": "passport"}}, "/person/id_type"),
        ({"person": {"protected": True}}, "/person/protected"),
        ({"person": {"id": None}}, "/person/id"),
        ({"person": {"id": "19420317-9802"}}, "/person/id"),
        ({"person": {"id": "420317-9801"}}, "/person/id"),
        ({"person": {"id": "19420230-9801"}}, "/person/id"),
        ({"person": {"id_type": "samordningsnummer"}}, "/person/id"),
        ({"person": {"birth_date": "1942-02-30"}}, "/person/birth_date"),
        ({"person": {"name": "Rad\nbrytning"}}, "/person/name"),
        ({"person": {"name": "x" * 121}}, "/person/name"),
    ],
)
def test_each_slip_is_pointed_at(schemas, changes, pointer):
    assert list(refused(schemas, notice(**changes), NOTICE)) == [pointer]


def test_missing_fields_are_named_where_they_belong(schemas):
    given = notice()
    del given["needs"], given["person"]["name"], given["person"]["id"]
    errors = refused(schemas, given, NOTICE)
    assert errors == dict.fromkeys(["/needs", "/person/id", "/person/name"], "Fältet saknas.")


@pytest.mark.parametrize("value", [None, [], "text", 7, True])
def test_a_body_is_an_object(schemas, value):
    for name in (NOTICE, EVENT, "Completion"):
        assert refused(schemas, value, name) == {"": "Ska vara ett objekt."}


def test_an_event_is_checked_as_what_it_says_it_is(schemas):
    assert refused(schemas, {"at": AT}, EVENT) == {"/type": "Fältet saknas."}
    assert list(refused(schemas, {"at": AT, "type": ["deceased"]}, EVENT)) == ["/type"]
    assert list(refused(schemas, {"at": AT, "type": "born"}, EVENT)) == ["/type"]
    assert list(refused(schemas, {"at": AT, "type": "transferred"}, EVENT)) == ["/hospital_unit"]
    assert list(refused(schemas, {"at": AT, "type": "deceased", "reason": "x"}, EVENT)) == ["/reason"]
    schemas.check({"at": AT, "type": "ready_for_discharge"}, name=EVENT)


def test_all_events_of_the_contract_are_known():
    assert set(EVENTS) == {
        "planned_discharge_changed",
        "needs_changed",
        "ready_for_discharge",
        "ready_withdrawn",
        "transferred",
        "deceased",
        "discharged",
        "discharge_cancelled",
    }


def test_nothing_that_was_sent_is_repeated(schemas):
    secret = "19420317-9801"
    given = notice(
        external_id=secret * 20, needs=[secret], planning_form=secret, person={secret: secret, "id": 7}
    )
    errors = refused(schemas, given, NOTICE)
    assert len(errors) == 5
    assert secret not in str(errors)


def test_the_list_of_errors_ends(schemas):
    assert len(refused(schemas, notice(needs=[str(n) for n in range(500)]), NOTICE)) <= 50

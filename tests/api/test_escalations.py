"""Escalations over HTTP: seen by those they are addressed to, and by those who see the whole case."""

from __future__ import annotations

from tests.api.conftest import ANNA, INVITED, PERSON, Stage

RECEIVER, MANAGER = "ingrid.ekbacka", "johan.ekbacka"


def escalations(stage: Stage, query: str, who: str) -> list[tuple[str, str]]:
    items = stage.world.get(f"/escalations?{query}", as_=who)["items"]
    return [(item["kind"], item["level"]) for item in items]


def late(stage: Stage) -> str:
    """Nobody acknowledges, for two weeks."""
    stage.world.later(days=14)
    return f"case={stage.case}&kind=unacknowledged_invitation"


def test_the_addressed_see_their_own_level(stage):
    query = late(stage)
    assert escalations(stage, query, RECEIVER) == [("unacknowledged_invitation", "reminder")]
    assert ("unacknowledged_invitation", "manager") in escalations(stage, query, MANAGER)
    assert ("unacknowledged_invitation", "manager") in escalations(stage, "", MANAGER)
    for stranger in ("asa.lindesta", "daniel.lindesta", "olga.sunnana"):
        assert escalations(stage, query, stranger) == []
        assert escalations(stage, "", stranger) == []


def test_those_who_see_the_case_see_all_of_it(stage):
    levels = escalations(stage, late(stage), ANNA)
    assert {level for _, level in levels} == {"reminder", "manager", "process_owner"}


def test_no_person_is_in_them(stage):
    late(stage)
    items = stage.world.get(f"/escalations?case={stage.case}", as_=ANNA)["items"]
    assert items
    assert PERSON["name"] not in str(items)
    assert {item["addressed_to"]["unit"] for item in items} >= {INVITED}


def test_an_unknown_case_or_kind_is_an_empty_list(stage):
    assert escalations(stage, "case=SIP-0000-0000", ANNA) == []
    assert escalations(stage, "kind=nothing", ANNA) == []


def test_they_come_in_pages(stage):
    late(stage)
    seen, path = [], f"/escalations?case={stage.case}&limit=1"
    while path is not None:
        page = stage.world.get(path, as_=ANNA)
        assert len(page["items"]) == 1
        seen += page["items"]
        path = page["next"] and page["next"].removeprefix("/api/v1")
    assert seen == stage.world.get(f"/escalations?case={stage.case}&limit=200", as_=ANNA)["items"]

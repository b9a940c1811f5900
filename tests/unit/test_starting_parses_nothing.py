"""Definitions are read once: starting instances and completing tasks parses no diagram, table or form."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from sip_workflow.definitions import bundles
from sip_workflow.definitions.sources import definition_files
from sip_workflow.engine import Engine, decisions, parsing
from sip_workflow.forms import compiled
from tests.bench.house import MEET_AND_PLAN, UNITS_ANSWER, UNTIL_INVITED, House, copied_house, new_house

READS = [
    *[(etree, name) for name in ("fromstring", "XML", "parse", "iterparse", "XMLParser", "fromstringlist")],
    (parsing, "parse"),
    (decisions, "parse"),
    (bundles, "build_bundle"),
    (bundles, "parse_json"),
]
"""Everything that reads XML or the JSON of a definition, where it is called."""

Calls = Counter[str]


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Calls:
    """How often each of them is called from now on, and ``compile`` for forms made ready."""
    counted: Calls = Counter()

    def count(owner: Any, name: str, *, as_: str) -> None:
        called: Callable[..., Any] = getattr(owner, name)

        def counting(*arguments: Any, **options: Any) -> Any:
            counted[as_] += 1
            return called(*arguments, **options)

        monkeypatch.setattr(owner, name, counting)

    for owner, name in READS:
        count(owner, name, as_=f"{owner.__name__}.{name}")
    count(compiled, "_compile", as_="compile")
    return counted


@pytest.fixture(scope="module")
def prepared_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of an application that was prepared by another process."""
    path = tmp_path_factory.mktemp("prepared") / "sip.db"
    with new_house(path):
        pass
    return path


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """An application that has just been prepared in this process."""
    with new_house(tmp_path / "sip.db") as found:
        yield found


def go_the_way(house: House) -> None:
    """Start a case, and complete every task of it until it has a plan."""
    house.do_all(house.begin(), *UNTIL_INVITED, *UNITS_ANSWER, *MEET_AND_PLAN)


def test_nothing_is_read_once_the_application_is_prepared(house: House, calls: Calls) -> None:
    go_the_way(house)
    del calls["compile"]
    assert calls == Counter()


def test_a_form_is_made_ready_once_for_the_same_facts(house: House, calls: Calls) -> None:
    go_the_way(house)
    calls.clear()
    go_the_way(house)
    assert calls == Counter()


def test_a_process_that_finds_everything_prepared_reads_each_file_once(
    prepared_file: Path, tmp_path: Path, calls: Calls
) -> None:
    with copied_house(prepared_file, to=tmp_path / "sip.db") as house:
        house.begin()
        first = Counter(calls)
        go_the_way(house)
        del calls["compile"]
        assert calls == first
    files = definition_files(overlay=None)
    wanted = {
        "sip_workflow.definitions.bundles.build_bundle": 1,
        "sip_workflow.definitions.bundles.parse_json": sum(name.endswith(".json") for name in files),
        "sip_workflow.engine.parsing.parse": sum(name.endswith(".bpmn") for name in files),
        "sip_workflow.engine.decisions.parse": sum(name.endswith(".dmn") for name in files),
        "lxml.etree.fromstring": sum(name.endswith((".bpmn", ".dmn")) for name in files),
    }
    assert wanted.items() <= first.items()


def test_an_engine_reads_a_diagram_once(house: House, calls: Calls) -> None:
    with house.application.store.read() as tx:
        bundle = house.application.core.bundle_in_force(tx)
    engine = Engine()
    for _ in range(2):
        engine.load(bundle)
    assert calls["sip_workflow.engine.parsing.parse"] == len(bundle.processes)
    assert calls["sip_workflow.engine.decisions.parse"] == len(bundle.decisions)

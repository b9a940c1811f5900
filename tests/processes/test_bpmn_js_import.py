"""Every diagram opens in bpmn-js without a warning, and is saved again with nothing lost.

bpmn-js is what process owners draw with (Camunda Modeler, SpiffArena, the studio of this
product), and a real browser runs it here: the copy in ``bpmn_js/``, no network, no Node.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from lxml import etree

from tests.support.browser import chromium

if TYPE_CHECKING:
    from playwright.sync_api import Page

HERE = Path(__file__).parent
DIAGRAMS = sorted((HERE.parents[1] / "processes").glob("*/*.bpmn"))
SPIFFWORKFLOW = json.loads((HERE / "bpmn_js" / "spiffworkflow.json").read_text(encoding="utf-8"))
"""What our extension elements look like, as bpmn-js wants to know it."""

NS = {
    "bpmn": "http://www.omg.org/spec/BPMN/20100524/MODEL",
    "bpmndi": "http://www.omg.org/spec/BPMN/20100524/DI",
}

pytestmark = pytest.mark.browser
each_diagram = pytest.mark.parametrize("diagram", DIAGRAMS, ids=lambda path: path.stem)


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with chromium() as browser:
        context = browser.new_context(offline=True)
        page = context.new_page()
        page.goto((HERE / "bpmn_js" / "page.html").as_uri())
        yield page
        context.close()


def opened(page: Page, xml: str) -> dict[str, Any]:
    """What bpmn-js says of a diagram: its warnings, what it drew, and the XML that it saves."""
    result: dict[str, Any] = page.evaluate(
        "([xml, spiffworkflow]) => openDiagram(xml, spiffworkflow)", [xml, SPIFFWORKFLOW]
    )
    return result


def ids(root: etree._Element, path: str) -> set[str]:
    return {str(value) for value in root.xpath(path, namespaces=NS)}


def lanes(root: etree._Element) -> dict[str, list[str]]:
    return {
        lane.get("name", ""): sorted(ref.text for ref in lane.findall("bpmn:flowNodeRef", NS))
        for lane in root.iterfind(".//bpmn:lane", NS)
    }


def boundary_events(root: etree._Element) -> set[tuple[str, str, str]]:
    return {
        (event.get("id", ""), event.get("attachedToRef", ""), event.get("cancelActivity", "true"))
        for event in root.iterfind(".//bpmn:boundaryEvent", NS)
    }


def extensions(root: etree._Element) -> dict[str, list[Any]]:
    """The extension elements of every element that has some, whatever the prefixes and white space."""
    return {
        holder.getparent().get("id", ""): [content(child) for child in holder]
        for holder in root.iterfind(".//bpmn:extensionElements", NS)
    }


def content(element: etree._Element) -> tuple[str, list[tuple[str, str]], str, list[Any]]:
    attributes = sorted((str(name), str(value)) for name, value in element.attrib.items())
    return str(element.tag), attributes, (element.text or "").strip(), [content(child) for child in element]


@each_diagram
def test_it_opens_without_a_warning_and_all_of_it_is_drawn(page: Page, diagram: Path) -> None:
    root = etree.fromstring(diagram.read_bytes())
    shown = ids(
        root,
        "//bpmn:participant/@id | //bpmn:lane/@id | //bpmn:messageFlow/@id | //bpmn:textAnnotation/@id"
        " | //bpmn:process/*[@id and not(self::bpmn:laneSet)]/@id",
    )

    result = opened(page, diagram.read_text(encoding="utf-8"))

    assert result["warnings"] == []
    assert shown <= set(result["drawn"])
    assert len(shown) > 5


@each_diagram
def test_saving_it_again_loses_nothing(page: Page, diagram: Path) -> None:
    before = etree.fromstring(diagram.read_bytes())

    after = etree.fromstring(opened(page, diagram.read_text(encoding="utf-8"))["xml"].encode())

    assert lanes(after) == lanes(before)
    assert boundary_events(after) == boundary_events(before)
    assert extensions(after) == extensions(before)
    assert ids(after, "//*/@id") == ids(before, "//*/@id")
    assert extensions(before), "a diagram without operations, forms and deadlines would prove nothing"


def test_a_shape_of_nothing_is_warned_of(page: Page) -> None:
    root = etree.fromstring(DIAGRAMS[0].read_bytes())
    root.find(".//bpmndi:BPMNShape", NS).set("bpmnElement", "nobody")

    result = opened(page, etree.tostring(root, encoding="unicode"))

    assert result["warnings"]


def test_an_extension_element_that_nobody_described_is_warned_of(page: Page) -> None:
    root = etree.fromstring(DIAGRAMS[0].read_bytes())
    holder = root.find(".//bpmn:extensionElements", NS)
    etree.SubElement(holder, f"{{{SPIFFWORKFLOW['uri']}}}unheardOf")

    result = opened(page, etree.tostring(root, encoding="unicode"))

    assert result["warnings"]

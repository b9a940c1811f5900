"""The renderer: every diagram that is shipped is drawn whole, as safe and well-formed SVG."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from sip_workflow.web.diagram import picture
from sip_workflow.web.drawing import read_drawing

SOURCES = sorted(Path(__file__).parents[2].glob("processes/*/*.bpmn"))
SVG = "{http://www.w3.org/2000/svg}"


def drawn(source: bytes, *, current: tuple[str, ...] = (), whole: bool = True) -> etree._Element:
    text = picture(
        read_drawing(source), title="Bild", description="Nu", current=current, whole=whole, key="p"
    )
    return etree.fromstring(str(text).encode())


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_everything_in_the_file_is_in_the_picture(path: Path) -> None:
    source = path.read_bytes()
    drawing = read_drawing(source)
    svg = drawn(source)
    nodes = [shape for shape in drawing.shapes if shape.element.kind not in ("participant", "lane")]
    assert len(svg.findall(f"{SVG}g")) == len(nodes) > 3
    assert len(svg.findall(f"{SVG}path")) == len(drawing.edges) > 3
    said = " ".join("".join(text.itertext()) for text in svg.iter(f"{SVG}text"))
    for shape in nodes:
        if shape.element.kind.endswith("Task"):
            assert shape.element.name.split()[0] in said
    assert not [node for node in svg.iter() if "style" in node.attrib]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_the_part_around_a_step_holds_it_marked(path: Path) -> None:
    source = path.read_bytes()
    for shape in read_drawing(source).shapes:
        if not shape.element.kind.endswith("Task"):
            continue
        svg = drawn(source, current=(shape.element.id,), whole=False)
        x, y, width, height = (float(number) for number in svg.get("viewBox", "").split())
        assert x <= shape.box.x
        assert y <= shape.box.y
        assert shape.box.right <= x + width
        assert shape.box.bottom <= y + height
        assert len(svg.findall(f".//{SVG}g[@class='node {shape.element.kind} now']")) == 1


def test_names_are_escaped() -> None:
    source = (
        SOURCES[0].read_bytes().replace(b'name="Dokumentera', b'name="&lt;script&gt;alert(1)&lt;/script&gt;')
    )
    svg = drawn(source)
    assert not svg.findall(f".//{SVG}script")


def test_a_doctype_is_not_followed() -> None:
    source = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a xmlns:b="b" id="a">&x;</a>'
    assert read_drawing(source).shapes == ()

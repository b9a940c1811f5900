"""Reads what a BPMN file draws: its elements, their places and lines (BPMN DI). Makes no picture itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from lxml import etree

_BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
_DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
_DC = "{http://www.omg.org/spec/DD/20100524/DC}"
_LINE = "{http://www.omg.org/spec/DD/20100524/DI}"
_NOT_DRAWN = frozenset({"process", "collaboration", "laneSet", "message", "escalation"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle in the diagram's units, which are pixels at full size."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.y + self.height

    @property
    def middle(self) -> tuple[float, float]:
        """The point in the middle."""
        return self.x + self.width / 2, self.y + self.height / 2

    def meets(self, other: Box) -> bool:
        """Whether the two have anything in common."""
        return (
            self.x < other.right and other.x < self.right and self.y < other.bottom and other.y < self.bottom
        )

    def grown(self, by: float) -> Box:
        """The rectangle with a margin."""
        return Box(x=self.x - by, y=self.y - by, width=self.width + 2 * by, height=self.height + 2 * by)


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """An element: its BPMN tag as ``kind``, and what decides how it looks.

    ``event`` is timer, message, escalation, terminate or nothing. ``interrupting`` is for boundary events,
    ``source`` and ``target`` (ids) for flows.
    """

    id: str
    kind: str
    name: str
    event: str = ""
    interrupting: bool = True
    source: str = ""
    target: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Where an element stands."""

    element: Element
    box: Box
    label: Box | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """A flow: its points, first to last."""

    element: Element
    points: tuple[tuple[float, float], ...]
    label: Box | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A diagram as it is drawn, in the file's order."""

    elements: Mapping[str, Element]
    shapes: tuple[Shape, ...]
    edges: tuple[Edge, ...]

    def name(self, element_id: str) -> str:
        """The element's name, or its id when it has none."""
        element = self.elements.get(element_id)
        return element.name or element_id if element is not None else element_id

    def choice_before(self, element_id: str) -> str | None:
        """The event gateway that the element is one way out of, or None."""
        for flow in self.elements.values():
            before = self.elements.get(flow.source) if flow.target == element_id else None
            if before is not None and before.kind == "eventBasedGateway":
                return before.id
        return None

    @property
    def box(self) -> Box:
        """The rectangle that holds everything."""
        return around([shape.box for shape in self.shapes])


def around(boxes: list[Box]) -> Box:
    """The smallest rectangle that holds them all; an empty one for none."""
    if not boxes:
        return Box(x=0, y=0, width=1, height=1)
    x, y = min(box.x for box in boxes), min(box.y for box in boxes)
    return Box(
        x=x, y=y, width=max(box.right for box in boxes) - x, height=max(box.bottom for box in boxes) - y
    )


@lru_cache(maxsize=64)
def read_drawing(source: bytes) -> Drawing:
    """What the file draws; kept, for a definition never changes."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
    root = etree.fromstring(source, parser=parser)
    elements = {element.id: element for element in _elements(root)}
    shapes, edges = [], []
    for drawn in root.iter(f"{_DI}BPMNShape"):
        element = elements.get(drawn.get("bpmnElement", ""))
        if element is not None:
            shapes.append(Shape(element=element, box=_box(drawn), label=_label(drawn)))
    for drawn in root.iter(f"{_DI}BPMNEdge"):
        element = elements.get(drawn.get("bpmnElement", ""))
        points = tuple(
            (float(point.get("x", "0")), float(point.get("y", "0")))
            for point in drawn.iter(f"{_LINE}waypoint")
        )
        if element is not None and len(points) > 1:
            edges.append(Edge(element=element, points=points, label=_label(drawn)))
    return Drawing(elements=elements, shapes=tuple(shapes), edges=tuple(edges))


def _elements(root: etree._Element) -> Iterator[Element]:
    for node in root.iter(f"{_BPMN}*"):
        kind = str(node.tag).removeprefix(_BPMN)
        element_id = node.get("id")
        if element_id is None or kind in _NOT_DRAWN:
            continue
        event = next(
            (
                str(child.tag).removeprefix(_BPMN).removesuffix("EventDefinition")
                for child in node
                if str(child.tag).endswith("EventDefinition")
            ),
            "",
        )
        yield Element(
            id=element_id,
            kind=kind,
            name=" ".join((node.get("name") or "").split()),
            event=event,
            interrupting=node.get("cancelActivity", "true") == "true",
            source=node.get("sourceRef", ""),
            target=node.get("targetRef", ""),
        )


def _box(drawn: etree._Element) -> Box:
    bounds = drawn.find(f"{_DC}Bounds")
    if bounds is None:
        return Box(x=0, y=0, width=1, height=1)
    return Box(
        x=float(bounds.get("x", "0")),
        y=float(bounds.get("y", "0")),
        width=float(bounds.get("width", "1")),
        height=float(bounds.get("height", "1")),
    )


def _label(drawn: etree._Element) -> Box | None:
    label = drawn.find(f"{_DI}BPMNLabel")
    return None if label is None or label.find(f"{_DC}Bounds") is None else _box(label)

"""Every diagram can be read: all is drawn, inside its pool, and nothing lies on anything else.

The pictures are what people meet first, so they are tested like code. Lengths are the
diagram's own units; a rectangle is (left, top, right, bottom).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations, pairwise
from pathlib import Path

import pytest
from lxml import etree

DIAGRAMS = sorted((Path(__file__).parents[2] / "processes").glob("*/*.bpmn"))
NS = {
    "bpmn": "http://www.omg.org/spec/BPMN/20100524/MODEL",
    "bpmndi": "http://www.omg.org/spec/BPMN/20100524/DI",
    "dc": "http://www.omg.org/spec/DD/20100524/DC",
    "di": "http://www.omg.org/spec/DD/20100524/DI",
}
UNAVOIDABLE = {
    # The graph of `sip` cannot be drawn in the plane at all: consent, preparation, follow-up and closing
    # lead to one another in too many ways. These two cross at right angles, far from any shape.
    frozenset({"flow_consent_is_given_start_closing", "flow_all_agree_preparation"}),
    frozenset({"flow_follow_up_outcome_consent", "flow_all_agree_call_follow_up"}),
}
CLEAR = 2.0
"""How near to a shape a line that has nothing to do with it may pass."""

Point = tuple[float, float]
Rectangle = tuple[float, float, float, float]
Segment = tuple[Point, Point]

each_diagram = pytest.mark.parametrize("diagram", DIAGRAMS, ids=lambda path: path.stem)


@dataclass(frozen=True)
class Picture:
    """A diagram's elements and where they are drawn, by id. ``lines`` are sequence and message flows."""

    root: etree._Element
    nodes: dict[str, etree._Element]
    flows: dict[str, etree._Element]
    lines: dict[str, etree._Element]
    shapes: dict[str, Rectangle]
    edges: dict[str, list[Point]]
    labels: dict[str, Rectangle]

    def find(self, path: str) -> list[etree._Element]:
        return self.root.xpath(path, namespaces=NS)


@cache
def drawn(path: Path) -> Picture:
    root = etree.parse(path).getroot()

    def by_id(path: str) -> dict[str, etree._Element]:
        return {element.get("id"): element for element in root.xpath(path, namespaces=NS)}

    shapes, edges, labels = {}, {}, {}
    for shape in root.iterfind(".//bpmndi:BPMNShape", NS):
        shapes[shape.get("bpmnElement", "")] = rectangle(shape.find("dc:Bounds", NS))
    for edge in root.iterfind(".//bpmndi:BPMNEdge", NS):
        edges[edge.get("bpmnElement", "")] = [
            point(waypoint) for waypoint in edge.iterfind("di:waypoint", NS)
        ]
    for label in root.iterfind(".//bpmndi:BPMNLabel/dc:Bounds", NS):
        labels[label.getparent().getparent().get("bpmnElement")] = rectangle(label)
    return Picture(
        root=root,
        nodes={
            name: element
            for name, element in by_id("//bpmn:process/*").items()
            if kind(element).endswith(("Event", "Gateway", "Task", "task", "subProcess", "callActivity"))
        },
        flows=by_id("//bpmn:sequenceFlow"),
        lines=by_id("//bpmn:sequenceFlow | //bpmn:messageFlow"),
        shapes=shapes,
        edges=edges,
        labels=labels,
    )


def kind(element: etree._Element) -> str:
    return etree.QName(element).localname


def point(waypoint: etree._Element) -> Point:
    return float(waypoint.get("x", "nan")), float(waypoint.get("y", "nan"))


def rectangle(bounds: etree._Element | None) -> Rectangle:
    assert bounds is not None
    x, y, width, height = (float(bounds.get(key, "nan")) for key in ("x", "y", "width", "height"))
    return x, y, x + width, y + height


def grown(box: Rectangle, by: float) -> Rectangle:
    return box[0] - by, box[1] - by, box[2] + by, box[3] + by


def meet(a: Rectangle, b: Rectangle) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def inside(inner: Rectangle, outer: Rectangle) -> bool:
    return outer[0] <= inner[0] and outer[1] <= inner[1] and inner[2] <= outer[2] and inner[3] <= outer[3]


def body(picture: Picture, node_id: str) -> Rectangle:
    """What a shape fills; of a diamond the square within it, for its corners are empty."""
    box = picture.shapes[node_id]
    if kind(picture.nodes[node_id]).endswith("Gateway"):
        return grown(box, -(box[2] - box[0]) / 5)
    return box


def segments(points: Sequence[Point]) -> list[Segment]:
    return list(pairwise(points))


def crosses(segment: Segment, box: Rectangle) -> bool:
    """Whether an upright or level line goes through a rectangle."""
    (x0, y0), (x1, y1) = segment
    return min(x0, x1) < box[2] and max(x0, x1) > box[0] and min(y0, y1) < box[3] and max(y0, y1) > box[1]


def span(segment: Segment, axis: int) -> tuple[float, float]:
    low, high = sorted((segment[0][axis], segment[1][axis]))
    return low, high


def touch(a: Segment, b: Segment) -> bool:
    """Whether two upright or level lines share a point."""
    return all(
        max(span(a, axis)[0], span(b, axis)[0]) <= min(span(a, axis)[1], span(b, axis)[1]) for axis in (0, 1)
    )


def cross_within(a: Segment, b: Segment) -> bool:
    """Whether two lines cross with all four ends sticking out."""
    if (a[0][0] == a[1][0]) == (b[0][0] == b[1][0]):
        return False
    upright, level = (a, b) if a[0][0] == a[1][0] else (b, a)
    x, y = upright[0][0], level[0][1]
    return span(level, 0)[0] < x < span(level, 0)[1] and span(upright, 1)[0] < y < span(upright, 1)[1]


@each_diagram
def test_ids_are_unique(diagram: Path) -> None:
    picture = drawn(diagram)
    # A parameter or an operation of the dialect is named, not identified, by its `id`.
    counts = Counter(
        picture.find("//*[namespace-uri()!='http://spiffworkflow.org/bpmn/schema/1.0/core']/@id")
    )
    assert [name for name, times in counts.items() if times > 1] == []


@each_diagram
def test_everything_is_drawn(diagram: Path) -> None:
    picture = drawn(diagram)
    wanted = {e.get("id") for e in picture.find("//bpmn:participant | //bpmn:lane")} | set(picture.nodes)
    assert wanted
    assert wanted - set(picture.shapes) == set()
    assert set(picture.lines) - {line for line, points in picture.edges.items() if len(points) >= 2} == set()


@each_diagram
def test_every_name_beside_its_shape_has_a_place(diagram: Path) -> None:
    picture = drawn(diagram)
    outside = [e for e in picture.nodes.values() if kind(e).endswith(("Event", "Gateway"))]
    named = {e.get("id") for e in [*outside, *picture.lines.values()] if e.get("name")}
    assert named - set(picture.labels) == set()


@each_diagram
def test_shapes_are_inside_their_pool_and_lane(diagram: Path) -> None:
    picture = drawn(diagram)
    pools = {e.get("processRef"): e.get("id") for e in picture.find("//bpmn:participant[@processRef]")}
    owner = {ref.text: ref.getparent().get("id") for ref in picture.find("//bpmn:lane/bpmn:flowNodeRef")}
    for node_id, node in picture.nodes.items():
        pool = pools[node.getparent().get("id")]
        assert inside(picture.shapes[node_id], picture.shapes[pool]), node_id
        if picture.find("//bpmn:lane"):
            assert inside(picture.shapes[node_id], picture.shapes[owner[node_id]]), node_id
    for lane in picture.find("//bpmn:lane"):
        pool = pools[lane.getparent().getparent().get("id")]
        assert inside(picture.shapes[lane.get("id")], picture.shapes[pool]), lane.get("id")


@each_diagram
def test_no_two_shapes_overlap(diagram: Path) -> None:
    picture = drawn(diagram)
    boxes = [e.get("id") for e in picture.find("//bpmn:participant")]
    assert [(a, b) for a, b in combinations(boxes, 2) if meet(picture.shapes[a], picture.shapes[b])] == []
    lanes = [e.get("id") for e in picture.find("//bpmn:lane")]
    assert [(a, b) for a, b in combinations(lanes, 2) if meet(picture.shapes[a], picture.shapes[b])] == []
    overlaps = [
        (a, b)
        for a, b in combinations(picture.nodes, 2)
        if meet(picture.shapes[a], picture.shapes[b])
        and picture.nodes[a].get("attachedToRef") != b
        and picture.nodes[b].get("attachedToRef") != a
    ]
    assert overlaps == []


@each_diagram
def test_lines_are_level_or_upright_and_end_at_what_they_join(diagram: Path) -> None:
    picture = drawn(diagram)
    for line, flow in picture.lines.items():
        points = picture.edges[line]
        assert all((a[0] == b[0]) != (a[1] == b[1]) for a, b in segments(points)), line
        for end, key in ((points[0], "sourceRef"), (points[-1], "targetRef")):
            box = picture.shapes[flow.get(key, "")]
            assert inside((*end, *end), grown(box, CLEAR)), (line, key)
            assert not inside((*end, *end), grown(box, -(box[2] - box[0]) / 4)), (line, key)


@each_diagram
def test_no_line_goes_through_a_shape_that_it_does_not_join(diagram: Path) -> None:
    picture = drawn(diagram)
    through = [
        (line, node_id)
        for line, flow in picture.lines.items()
        for node_id in picture.nodes
        if node_id not in (flow.get("sourceRef"), flow.get("targetRef"))
        and any(crosses(s, grown(body(picture, node_id), CLEAR)) for s in segments(picture.edges[line]))
    ]
    assert through == []


def crossings(picture: Picture) -> Iterator[frozenset[str]]:
    """The pairs of sequence flows that cross, or lie on each other without a common end."""
    for (a, one), (b, other) in combinations(picture.flows.items(), 2):
        # Two flows that part from one corner, or arrive at one, may share the first or the last stretch.
        akin = any(one.get(end) == other.get(end) for end in ("sourceRef", "targetRef"))
        forbidden = cross_within if akin else touch
        if any(forbidden(s, t) for s in segments(picture.edges[a]) for t in segments(picture.edges[b])):
            yield frozenset({a, b})


@each_diagram
def test_no_two_sequence_flows_cross(diagram: Path) -> None:
    assert set(crossings(drawn(diagram))) - UNAVOIDABLE == set()


def test_what_is_called_unavoidable_is_still_there() -> None:
    assert {pair for diagram in DIAGRAMS for pair in crossings(drawn(diagram))} == UNAVOIDABLE


@each_diagram
def test_no_label_lies_on_a_shape_a_line_or_another_label(diagram: Path) -> None:
    picture = drawn(diagram)
    tight = {name: grown(box, -1) for name, box in picture.labels.items()}
    found = [(a, b) for a, b in combinations(tight, 2) if meet(tight[a], tight[b])]
    found += [(name, n) for name, box in tight.items() for n in picture.nodes if meet(box, body(picture, n))]
    found += [
        (name, line)
        for name, box in tight.items()
        for line in picture.lines
        if any(crosses(s, box) for s in segments(picture.edges[line]))
    ]
    assert found == []


@each_diagram
def test_exclusive_gateways_ask_a_question_and_every_way_out_answers_it(diagram: Path) -> None:
    picture = drawn(diagram)
    for gateway in picture.find("//bpmn:exclusiveGateway"):
        name = gateway.get("id")
        out = [flow for flow in picture.flows.values() if flow.get("sourceRef") == name]
        assert gateway.get("name", "").endswith("?"), name
        assert len(out) > 1, name
        assert all(flow.get("name") for flow in out), name
        assert len({flow.get("name") for flow in out}) == len(out), name
        unconditional = [f.get("id") for f in out if f.find("bpmn:conditionExpression", NS) is None]
        assert unconditional == [gateway.get("default")], name

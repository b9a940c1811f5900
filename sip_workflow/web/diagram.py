"""Draws a BPMN diagram as SVG on the server, with what stands open marked.

Pools, lanes, tasks, events, gateways and flows of the house's dialect. No style attribute and no script:
every look is a class of the style sheet, so the picture follows it and the content security policy.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from math import hypot

from markupsafe import Markup, escape

from sip_workflow.web.drawing import Box, Drawing, Edge, Element, Shape, around, read_drawing

__all__ = ["Drawing", "picture", "read_drawing"]

_MARGIN = 12.0
_CUT_WIDTH, _CUT_HEIGHT = 1060.0, 420.0
_LINE_HEIGHT = 14.0
_SIGN_WIDTH = 5.9
_FLAT_POOL = 64.0

_TWO_RINGS = Markup(
    '<circle class="icon" cx="{0}" cy="{1}" r="{2}"/><circle class="icon" cx="{0}" cy="{1}" r="{3}"/>'
)
_PERSON = Markup(
    '<circle class="icon" cx="{0}" cy="{1}" r="3"/><path class="icon" d="M{2} {3}a6 6 0 0 1 12 0"/>'
)
_CIRCLE = Markup('<circle class="{}" cx="{}" cy="{}" r="{}"/>')
_CLOCK = Markup('<circle class="icon" cx="{0}" cy="{1}" r="9"/><path class="icon" d="M{0} {2}V{1}L{3} {4}"/>')


def picture(
    drawing: Drawing, *, title: str, description: str, current: Collection[str], whole: bool, key: str
) -> Markup:
    """The diagram, or the part of it around what is current.

    ``title`` and ``description`` say in words what the picture shows; ``key`` makes its ids unique on a page.
    """
    all_of_it = drawing.box.grown(_MARGIN)
    whole = whole or all_of_it.width <= _CUT_WIDTH
    view = all_of_it if whole else _cut(drawing, current)
    parts = [
        Markup(
            '<svg class="diagram{7}" role="img" aria-labelledby="{0}-title {0}-text" '
            'preserveAspectRatio="xMidYMid slice" '
            'viewBox="{1} {2} {3} {4}" width="{3}" height="{4}" xmlns="http://www.w3.org/2000/svg">'
            '<title id="{0}-title">{5}</title><desc id="{0}-text">{6}</desc>'
        ).format(
            key,
            _n(view.x),
            _n(view.y),
            _n(view.width),
            _n(view.height),
            title,
            description,
            "" if whole else " cut",
        )
    ]
    marked = [shape.element.id for shape in drawing.shapes if shape.element.id in current]
    shapes = [shape for shape in drawing.shapes if shape.box.grown(30).meets(view)]
    pools = [shape for shape in shapes if shape.element.kind in ("participant", "lane")]
    parts += [_pool(shape) for shape in pools]
    for edge in drawing.edges:
        if _extent(edge).grown(30).meets(view):
            parts.append(_edge(edge))
    for shape in shapes:
        if shape.element.kind not in ("participant", "lane"):
            first = shape.element.id in marked[:1]
            parts.append(
                _node(shape, is_current=shape.element.id in current, anchor=f"{key}-now" if first else None)
            )
    parts.append(Markup("</svg>"))
    return Markup("").join(parts)


def _cut(drawing: Drawing, current: Collection[str]) -> Box:
    """The part around the current elements, with them in the middle: a narrow page shows only that."""
    whole = drawing.box.grown(_MARGIN)
    near = around([shape.box for shape in drawing.shapes if shape.element.id in current] or [whole])
    width = min(max(near.width + 360, _CUT_WIDTH), 1.3 * _CUT_WIDTH)
    height = min(max(near.height + 220, _CUT_HEIGHT), whole.height, 1.5 * _CUT_HEIGHT)
    y = min(max(near.middle[1] - height / 2, whole.y), whole.bottom - height)
    return Box(x=near.middle[0] - width / 2, y=y, width=width, height=height)


def _extent(edge: Edge) -> Box:
    boxes = [Box(x=x, y=y, width=0.1, height=0.1) for x, y in edge.points]
    return around(boxes if edge.label is None else [*boxes, edge.label])


# -- pools and lanes ---------------------------------------------------------------------------------


def _pool(shape: Shape) -> Markup:
    box, name = shape.box, shape.element.name
    drawn = _rect(box, css=shape.element.kind, radius=0)
    if shape.element.kind == "participant" and box.height <= _FLAT_POOL:
        return drawn + _text([name], x=box.middle[0], y=box.middle[1] + 4, css="pool-name")
    x, y = box.x + 19, box.middle[1]
    turned = Markup('<text class="pool-name" x="{0}" y="{1}" transform="rotate(-90 {0} {1})">{2}</text>')
    return drawn + turned.format(_n(x), _n(y), name)


# -- flows -------------------------------------------------------------------------------------------


def _edge(edge: Edge) -> Markup:
    message = edge.element.kind == "messageFlow"
    css = "flow message" if message else "flow"
    path = " L".join(f"{_n(x)} {_n(y)}" for x, y in edge.points)
    drawn = Markup('<path class="{}" d="M{}"/>').format(css, path)
    if message:
        x, y = edge.points[0]
        drawn += Markup('<circle class="flow-start" cx="{}" cy="{}" r="4"/>').format(_n(x), _n(y))
    drawn += _arrow(edge.points[-2], edge.points[-1], css="arrow open" if message else "arrow")
    return drawn + _label(edge.element, edge.label)


def _arrow(before: tuple[float, float], tip: tuple[float, float], *, css: str) -> Markup:
    dx, dy = tip[0] - before[0], tip[1] - before[1]
    length = hypot(dx, dy) or 1.0
    ux, uy = dx / length, dy / length
    back = (tip[0] - 9 * ux, tip[1] - 9 * uy)
    corners = [tip, (back[0] - 4.5 * uy, back[1] + 4.5 * ux), (back[0] + 4.5 * uy, back[1] - 4.5 * ux)]
    points = " ".join(f"{_n(x)},{_n(y)}" for x, y in corners)
    return Markup('<polygon class="{}" points="{}"/>').format(css, points)


# -- tasks, events, gateways -------------------------------------------------------------------------


def _node(shape: Shape, *, is_current: bool, anchor: str | None) -> Markup:
    kind = shape.element.kind
    if kind.endswith("Task") or kind == "task":
        drawn = _task(shape)
    elif kind.endswith("Gateway"):
        drawn = _gateway(shape)
    elif kind.endswith("Event"):
        drawn = _event(shape)
    else:
        drawn = _rect(shape.box, css="task", radius=0) + _label(shape.element, shape.label)
    badge = _badge(shape.box) if is_current else Markup("")
    css = f"node {kind}" + (" now" if is_current else "")
    known_as = Markup(' id="{}"').format(anchor) if anchor is not None else Markup("")
    return Markup('<g class="{}"{}>{}{}</g>').format(css, known_as, drawn, badge)


def _badge(box: Box) -> Markup:
    """The word above what is current, so that colour is not alone in saying it."""
    x, y = box.middle[0], box.y - 13
    plate = _rect(Box(x=x - 17, y=y - 12, width=34, height=18), css="badge", radius=9)
    return plate + _text(["Nu"], x=x, y=y + 1.5, css="badge-text")


def _task(shape: Shape) -> Markup:
    box = shape.box
    lines = _wrapped(shape.element.name, width=box.width - 32)
    first = box.middle[1] - (len(lines) - 1) * 7.5 + 4
    text = _text(lines, x=box.middle[0], y=first + 3, css="task-name", line_height=15)
    return _rect(box, css="task", radius=8) + _icon(shape.element, box) + text


def _icon(element: Element, box: Box) -> Markup:
    x, y = box.x + 13, box.y + 13
    if element.kind == "userTask":
        return _PERSON.format(_n(x), _n(y - 3), _n(x - 6), _n(y + 7))
    if element.kind in ("receiveTask", "sendTask"):
        return _envelope(x, y, 6)
    if element.kind == "serviceTask":
        return _TWO_RINGS.format(_n(x), _n(y), 5, 2)
    return Markup("")


def _gateway(shape: Shape) -> Markup:
    x, y = shape.box.middle
    half = shape.box.width / 2
    corners = f"{_n(x)},{_n(y - half)} {_n(x + half)},{_n(y)} {_n(x)},{_n(y + half)} {_n(x - half)},{_n(y)}"
    mark = {
        "exclusiveGateway": "M{0} {2}L{1} {3}M{1} {2}L{0} {3}",
        "parallelGateway": "M{4} {2}L{4} {3}M{0} {5}L{1} {5}",
    }.get(shape.element.kind)
    drawn = Markup('<polygon class="gateway" points="{}"/>').format(corners)
    if mark is not None:
        path = mark.format(_n(x - 7), _n(x + 7), _n(y - 7), _n(y + 7), _n(x), _n(y))
        drawn += Markup('<path class="mark" d="{}"/>').format(path)
    else:
        drawn += _TWO_RINGS.format(_n(x), _n(y), 11, 8)
    return drawn + _label(shape.element, shape.label)


def _event(shape: Shape) -> Markup:
    (x, y), radius, element = shape.box.middle, shape.box.width / 2, shape.element
    css = "event" + ("" if element.interrupting else " beside")
    drawn = _CIRCLE.format(css, _n(x), _n(y), _n(radius))
    if element.kind in ("intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"):
        drawn += _CIRCLE.format(css, _n(x), _n(y), _n(radius - 3))
    sign = _SIGNS.get(element.event)
    if sign is not None:
        drawn += sign(x, y)
    return drawn + _label(element, shape.label)


def _envelope(x: float, y: float, half: float = 8) -> Markup:
    box = Box(x=x - half, y=y - half * 0.7, width=2 * half, height=half * 1.4)
    flap = f"M{_n(box.x)} {_n(box.y)}L{_n(x)} {_n(y + half * 0.2)}L{_n(box.right)} {_n(box.y)}"
    return _rect(box, css="icon", radius=0) + Markup('<path class="icon" d="{}"/>').format(flap)


def _clock(x: float, y: float) -> Markup:
    return _CLOCK.format(_n(x), _n(y), _n(y - 6), _n(x + 4), _n(y + 3))


def _raised(x: float, y: float) -> Markup:
    return Markup('<path class="solid" d="M{} {}l6 14l-6 -6l-6 6z"/>').format(_n(x), _n(y - 9))


def _all_ends(x: float, y: float) -> Markup:
    return Markup('<circle class="solid" cx="{}" cy="{}" r="10"/>').format(_n(x), _n(y))


_SIGNS: Mapping[str, Callable[[float, float], Markup]] = {
    "message": _envelope,
    "timer": _clock,
    "escalation": _raised,
    "terminate": _all_ends,
}


# -- text and numbers --------------------------------------------------------------------------------


def _label(element: Element, box: Box | None) -> Markup:
    if box is None or not element.name:
        return Markup("")
    # The file's own height says how many lines there is room for.
    width, room = max(box.width, 40), max(1, round(box.height / _LINE_HEIGHT))
    while len(lines := _wrapped(element.name, width=width)) > room:
        width += _SIGN_WIDTH
    return _text(lines, x=box.middle[0], y=box.y + 11, css="label")


def _wrapped(text: str, *, width: float) -> list[str]:
    return list(_lines(text, most=max(6, int(width / _SIGN_WIDTH) + 1)))


def _lines(text: str, *, most: int) -> Iterator[str]:
    line = ""
    for word in text.split():
        if line and len(line) + 1 + len(word) > most:
            yield line
            line = word
        else:
            line = f"{line} {word}".strip()
    if line:
        yield line


def _text(lines: list[str], *, x: float, y: float, css: str, line_height: float = _LINE_HEIGHT) -> Markup:
    spans = Markup("").join(
        Markup('<tspan x="{}" y="{}">{}</tspan>').format(_n(x), _n(y + number * line_height), line)
        for number, line in enumerate(lines)
    )
    return Markup('<text class="{}">{}</text>').format(css, spans)


def _rect(box: Box, *, css: str, radius: float) -> Markup:
    return Markup('<rect class="{}" x="{}" y="{}" width="{}" height="{}" rx="{}"/>').format(
        css, _n(box.x), _n(box.y), _n(box.width), _n(box.height), _n(radius)
    )


def _n(number: float) -> Markup:
    """A number without needless digits."""
    return escape(f"{number:.1f}".removesuffix(".0"))

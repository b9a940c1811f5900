"""The figures of a picture: tasks, events, gateways, labels and rectangles, as SVG by class."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from markupsafe import Markup, escape

from sip_workflow.web.drawing import Box, Element, Shape

_LINE_HEIGHT = 14.0
_SIGN_WIDTH = 5.9

_TWO_RINGS = Markup(
    '<circle class="icon" cx="{0}" cy="{1}" r="{2}"/><circle class="icon" cx="{0}" cy="{1}" r="{3}"/>'
)
_PERSON = Markup(
    '<circle class="icon" cx="{0}" cy="{1}" r="3"/><path class="icon" d="M{2} {3}a6 6 0 0 1 12 0"/>'
)
_CIRCLE = Markup('<circle class="{}" cx="{}" cy="{}" r="{}"/>')
_CLOCK = Markup('<circle class="icon" cx="{0}" cy="{1}" r="9"/><path class="icon" d="M{0} {2}V{1}L{3} {4}"/>')


# -- tasks, events, gateways -------------------------------------------------------------------------


def node(shape: Shape, *, is_current: bool, anchor: str | None) -> Markup:
    """A task, event or gateway, marked when it is current."""
    kind = shape.element.kind
    if kind.endswith("Task") or kind == "task":
        drawn = _task(shape)
    elif kind.endswith("Gateway"):
        drawn = _gateway(shape)
    elif kind.endswith("Event"):
        drawn = _event(shape)
    else:
        drawn = rect(shape.box, css="task", radius=0) + label(shape.element, shape.label)
    badge = _badge(shape.box) if is_current else Markup("")
    css = f"node {kind}" + (" now" if is_current else "")
    known_as = Markup(' id="{}"').format(anchor) if anchor is not None else Markup("")
    return Markup('<g class="{}"{}>{}{}</g>').format(css, known_as, drawn, badge)


def _badge(box: Box) -> Markup:
    """The word above what is current, so that colour is not alone in saying it."""
    x, y = box.middle[0], box.y - 13
    plate = rect(Box(x=x - 17, y=y - 12, width=34, height=18), css="badge", radius=9)
    return plate + text(["Nu"], x=x, y=y + 1.5, css="badge-text")


def _task(shape: Shape) -> Markup:
    box = shape.box
    lines = _wrapped(shape.element.name, width=box.width - 32)
    first = box.middle[1] - (len(lines) - 1) * 7.5 + 4
    name = text(lines, x=box.middle[0], y=first + 3, css="task-name", line_height=15)
    return rect(box, css="task", radius=8) + _icon(shape.element, box) + name


def _icon(element: Element, box: Box) -> Markup:
    x, y = box.x + 13, box.y + 13
    if element.kind == "userTask":
        return _PERSON.format(number(x), number(y - 3), number(x - 6), number(y + 7))
    if element.kind in ("receiveTask", "sendTask"):
        return _envelope(x, y, 6)
    if element.kind == "serviceTask":
        return _TWO_RINGS.format(number(x), number(y), 5, 2)
    return Markup("")


def _gateway(shape: Shape) -> Markup:
    x, y = shape.box.middle
    half = shape.box.width / 2
    corners = " ".join(
        f"{number(cx)},{number(cy)}"
        for cx, cy in ((x, y - half), (x + half, y), (x, y + half), (x - half, y))
    )
    mark = {
        "exclusiveGateway": "M{0} {2}L{1} {3}M{1} {2}L{0} {3}",
        "parallelGateway": "M{4} {2}L{4} {3}M{0} {5}L{1} {5}",
    }.get(shape.element.kind)
    drawn = Markup('<polygon class="gateway" points="{}"/>').format(corners)
    if mark is not None:
        path = mark.format(number(x - 7), number(x + 7), number(y - 7), number(y + 7), number(x), number(y))
        drawn += Markup('<path class="mark" d="{}"/>').format(path)
    else:
        drawn += _TWO_RINGS.format(number(x), number(y), 11, 8)
    return drawn + label(shape.element, shape.label)


def _event(shape: Shape) -> Markup:
    (x, y), radius, element = shape.box.middle, shape.box.width / 2, shape.element
    css = "event" + ("" if element.interrupting else " beside")
    drawn = _CIRCLE.format(css, number(x), number(y), number(radius))
    if element.kind in ("intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"):
        drawn += _CIRCLE.format(css, number(x), number(y), number(radius - 3))
    sign = _SIGNS.get(element.event)
    if sign is not None:
        drawn += sign(x, y)
    return drawn + label(element, shape.label)


def _envelope(x: float, y: float, half: float = 8) -> Markup:
    box = Box(x=x - half, y=y - half * 0.7, width=2 * half, height=half * 1.4)
    points = ((box.x, box.y), (x, y + half * 0.2), (box.right, box.y))
    flap = "M" + "L".join(f"{number(px)} {number(py)}" for px, py in points)
    return rect(box, css="icon", radius=0) + Markup('<path class="icon" d="{}"/>').format(flap)


def _clock(x: float, y: float) -> Markup:
    return _CLOCK.format(number(x), number(y), number(y - 6), number(x + 4), number(y + 3))


def _raised(x: float, y: float) -> Markup:
    return Markup('<path class="solid" d="M{} {}l6 14l-6 -6l-6 6z"/>').format(number(x), number(y - 9))


def _all_ends(x: float, y: float) -> Markup:
    return Markup('<circle class="solid" cx="{}" cy="{}" r="10"/>').format(number(x), number(y))


_SIGNS: Mapping[str, Callable[[float, float], Markup]] = {
    "message": _envelope,
    "timer": _clock,
    "escalation": _raised,
    "terminate": _all_ends,
}


# -- text and numbers --------------------------------------------------------------------------------


def label(element: Element, box: Box | None) -> Markup:
    """An element's name in the place that the file gives it."""
    if box is None or not element.name:
        return Markup("")
    # The file's own height says how many lines there is room for.
    width, room = max(box.width, 40), max(1, round(box.height / _LINE_HEIGHT))
    while len(lines := _wrapped(element.name, width=width)) > room:
        width += _SIGN_WIDTH
    return text(lines, x=box.middle[0], y=box.y + 11, css="label")


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


def text(lines: list[str], *, x: float, y: float, css: str, line_height: float = _LINE_HEIGHT) -> Markup:
    """Lines of text, one below the other."""
    spans = Markup("").join(
        Markup('<tspan x="{}" y="{}">{}</tspan>').format(number(x), number(y + place * line_height), line)
        for place, line in enumerate(lines)
    )
    return Markup('<text class="{}">{}</text>').format(css, spans)


def rect(box: Box, *, css: str, radius: float) -> Markup:
    """A rectangle."""
    return Markup('<rect class="{}" x="{}" y="{}" width="{}" height="{}" rx="{}"/>').format(
        css, number(box.x), number(box.y), number(box.width), number(box.height), number(radius)
    )


def number(value: float) -> Markup:
    """A number without needless digits."""
    return escape(f"{value:.1f}".removesuffix(".0"))

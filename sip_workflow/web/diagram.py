"""Draws a BPMN diagram as SVG on the server, with what stands open marked.

Pools, lanes, tasks, events, gateways and flows of the house's dialect. No style attribute and no script:
every look is a class of the style sheet, so the picture follows it and the content security policy.
"""

from __future__ import annotations

from collections.abc import Collection
from math import hypot

from markupsafe import Markup

from sip_workflow.web.drawing import Box, Drawing, Edge, Shape, around, read_drawing
from sip_workflow.web.figures import label, node, number, rect, text

__all__ = ["Drawing", "picture", "read_drawing"]

_MARGIN = 12.0
_CUT_WIDTH, _CUT_HEIGHT = 1060.0, 420.0
_FLAT_POOL = 64.0


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
            number(view.x),
            number(view.y),
            number(view.width),
            number(view.height),
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
                node(shape, is_current=shape.element.id in current, anchor=f"{key}-now" if first else None)
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
    drawn = rect(box, css=shape.element.kind, radius=0)
    if shape.element.kind == "participant" and box.height <= _FLAT_POOL:
        return drawn + text([name], x=box.middle[0], y=box.middle[1] + 4, css="pool-name")
    x, y = box.x + 19, box.middle[1]
    turned = Markup('<text class="pool-name" x="{0}" y="{1}" transform="rotate(-90 {0} {1})">{2}</text>')
    return drawn + turned.format(number(x), number(y), name)


# -- flows -------------------------------------------------------------------------------------------


def _edge(edge: Edge) -> Markup:
    message = edge.element.kind == "messageFlow"
    css = "flow message" if message else "flow"
    path = " L".join(f"{number(x)} {number(y)}" for x, y in edge.points)
    drawn = Markup('<path class="{}" d="M{}"/>').format(css, path)
    if message:
        x, y = edge.points[0]
        drawn += Markup('<circle class="flow-start" cx="{}" cy="{}" r="4"/>').format(number(x), number(y))
    drawn += _arrow(edge.points[-2], edge.points[-1], css="arrow open" if message else "arrow")
    return drawn + label(edge.element, edge.label)


def _arrow(before: tuple[float, float], tip: tuple[float, float], *, css: str) -> Markup:
    dx, dy = tip[0] - before[0], tip[1] - before[1]
    length = hypot(dx, dy) or 1.0
    ux, uy = dx / length, dy / length
    back = (tip[0] - 9 * ux, tip[1] - 9 * uy)
    corners = [tip, (back[0] - 4.5 * uy, back[1] + 4.5 * ux), (back[0] + 4.5 * uy, back[1] - 4.5 * ux)]
    points = " ".join(f"{number(x)},{number(y)}" for x, y in corners)
    return Markup('<polygon class="{}" points="{}"/>').format(css, points)

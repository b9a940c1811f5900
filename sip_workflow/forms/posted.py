"""What a page posted, turned back into answers: names like ``goals.0.goal`` become a tree with types.

Nothing is judged here. What can't be read as the type of its field stays text, so that the check finds it
and the page can show it again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from itertools import islice
from typing import Any

from sip_workflow.domain.definitions import Form
from sip_workflow.forms.compiled import compiled
from sip_workflow.forms.effective import Facts
from sip_workflow.forms.fields import STOCKHOLM
from sip_workflow.forms.kinds import alternatives, kind_of
from sip_workflow.forms.layout import LAYOUT, Layout

_WHOLE_NUMBER = re.compile(r"[+-]?\d{1,9}", re.ASCII)
_LOCAL_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2})?", re.ASCII)
_NUMBER = re.compile(r"[+-]?\d{1,9}([.,]\d{1,9})?", re.ASCII)
_ROW = re.compile(r"\d{1,4}", re.ASCII)
_DEEPEST = 8
# One row more than any list may have: enough to be told so.
_MOST_ROWS = 31
_NOTHING: Any = None


def answers_from_fields(
    *, form: Form, facts: Facts, flat: Mapping[str, Sequence[str]], zone: tzinfo = STOCKHOLM
) -> dict[str, Any]:
    """The answers of a posted page: ``flat`` is every posted name with its values.

    Empty fields and rows are left out, and so is every field that the other answers hide. A required group
    is there though nothing in it is filled in, so that errors point at its fields. Local times get the
    offset of ``zone``. Names that are no field's are passed over. Raises ``FormError``.
    """
    root = compiled(form, facts).root
    answers = _Reader(zone=zone).object(root[LAYOUT], form.ui, _tree(flat))
    # A hidden field may have been what showed another: until nothing changes.
    while _drop_hidden(root[LAYOUT], answers):
        pass
    return answers


@dataclass(slots=True)
class _Posted:
    """What was posted under a name, and under the names below it."""

    values: Sequence[str] = ()
    below: dict[str, _Posted] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The first value that is not blank, without the space around it and with plain line breaks."""
        clean = (one.replace("\r\n", "\n").replace("\r", "\n").strip() for one in self.values)
        return next((one for one in clean if one), "")


_NOT_POSTED = _Posted()


def _tree(flat: Mapping[str, Sequence[str]]) -> _Posted:
    root = _Posted()
    for name, values in flat.items():
        steps = name.split(".", _DEEPEST)
        if len(steps) > _DEEPEST:
            continue
        node = root
        for one in steps:
            node = node.below.setdefault(one, _Posted())
        node.values = values
    return root


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reader:
    zone: tzinfo

    def object(self, layout: Layout, ui: Mapping[str, Any], posted: _Posted) -> dict[str, Any]:
        answers: dict[str, Any] = {}
        for name, declared in layout.fields.items():
            value = self.value(declared.schema, ui.get(name, {}), posted.below.get(name, _NOT_POSTED))
            if value is not _NOTHING:
                answers[name] = value
            elif LAYOUT in declared.schema and layout.always_required(name):
                answers[name] = {}
        return answers

    def value(self, schema: Mapping[str, Any], ui: Mapping[str, Any], posted: _Posted) -> Any:
        """The value that was posted, or nothing."""
        match kind_of(schema, ui):
            case "group":
                return self.object(schema[LAYOUT], ui, posted) or _NOTHING
            case "list":
                item, item_ui = schema["items"], ui.get("items", {})
                rows = (self.value(item, item_ui, posted.below[number]) for number in _numbers(posted))
                return list(islice((one for one in rows if one is not _NOTHING), _MOST_ROWS)) or _NOTHING
            case "checkboxes":
                return [one for one in posted.values if one.strip()][:_MOST_ROWS] or _NOTHING
            case "staff_or_contact":
                return posted.text or self.value(alternatives(schema)[1], {}, posted)
            case _:
                return self._leaf(schema, posted.text)

    def _leaf(self, schema: Mapping[str, Any], text: str) -> Any:
        if not text:
            return _NOTHING
        match schema.get("type"), schema.get("format"):
            case "boolean", _:
                return {"true": True, "on": True, "false": False}.get(text, text)
            case "integer", _:
                return int(text) if _WHOLE_NUMBER.fullmatch(text) else text
            case "number", _:
                return float(text.replace(",", ".")) if _NUMBER.fullmatch(text) else text
            case _, "date-time":
                return self._instant(text)
        return text

    def _instant(self, text: str) -> str:
        if not _LOCAL_TIME.fullmatch(text):
            return text
        try:
            at = datetime.fromisoformat(text).replace(tzinfo=self.zone)
            # Through UTC: an hour that summer time skips becomes the one that clocks show.
            return at.astimezone(UTC).astimezone(self.zone).isoformat()
        except (ValueError, OverflowError):
            return text


def _numbers(posted: _Posted) -> list[str]:
    """The rows that were posted, in order; numbers may be missing where rows were taken away."""
    return sorted((one for one in posted.below if _ROW.fullmatch(one)), key=int)


def _drop_hidden(layout: Layout, answers: dict[str, Any]) -> bool:
    """Take away what does not apply, inside groups and rows too; whether anything was."""
    shown = layout.shown(answers)
    hidden = [name for name in answers if name not in shown]
    for name in hidden:
        del answers[name]
    changed = bool(hidden)
    for name, value in answers.items():
        schema = layout.fields[name].schema
        inside = value if isinstance(value, list) else [value]
        below = schema.get("items", schema).get(LAYOUT)
        if below is None and "oneOf" in schema:
            below = next((one[LAYOUT] for one in schema["oneOf"] if LAYOUT in one), None)
        for one in inside:
            if below is not None and isinstance(one, dict):
                changed = _drop_hidden(below, one) or changed
    return changed

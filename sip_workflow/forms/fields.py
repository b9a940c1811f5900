"""A form as a page shows it: nested fields with labels, choices, values and errors, for any renderer.

Every field is there, also those that the answers hide: a page without JavaScript shows them all with the
text of ``shown_when``, and ``answers_from_fields`` drops what does not apply.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sip_workflow.domain.definitions import Form
from sip_workflow.forms.answers import AnswerError
from sip_workflow.forms.compiled import compiled
from sip_workflow.forms.effective import Facts
from sip_workflow.forms.formats import is_date_time
from sip_workflow.forms.kinds import Kind, alternatives, kind_of, looks_like_a_unit
from sip_workflow.forms.layout import LAYOUT, Condition, Layout, posted
from sip_workflow.forms.pointers import step

STOCKHOLM = ZoneInfo("Europe/Stockholm")

FieldKind = Literal[
    "text", "textarea", "radio", "checkboxes", "select", "date", "datetime", "number", "bool", "unit",
    "staff", "group", "list",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A choice: the value that is posted and the text that is read."""

    value: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field, group or list of a page.

    ``name`` is the name to post under (``goals.0.goal``), ``id`` is unique on the page, ``pointer`` is where
    errors point. ``value`` is the text to show, or for ``checkboxes`` the chosen values in ``values``.
    ``datetime`` has a local time without zone (YYYY-MM-DDTHH:MM), ``bool`` is one box that posts "true".
    ``children`` are a group's fields, or a list's rows (each a field named by its number; at least one).
    ``required`` holds where the field is shown. ``shown`` says whether it applies to the present answers.
    ``minimum``, ``maximum``, ``max_length``, ``least`` and ``most`` (rows) are limits, or None.
    """

    name: str
    id: str
    pointer: str
    kind: FieldKind
    label: str
    help: str = ""
    required: bool = False
    shown: bool = True
    shown_when: Condition | None = None
    choices: tuple[Choice, ...] = ()
    value: str = ""
    values: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    children: tuple[Field, ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    max_length: int | None = None
    least: int | None = None
    most: int | None = None


def fields(
    *,
    form: Form,
    facts: Facts,
    answers: Mapping[str, Any] | None = None,
    errors: Iterable[AnswerError] = (),
    rows: Mapping[str, int] | None = None,
    zone: tzinfo = STOCKHOLM,
) -> list[Field]:
    """The form's fields in the order of its uiSchema, with values and errors.

    ``answers`` may be a draft of any shape: what does not fit a field is not shown. ``rows`` says how many
    rows a list should show at least, by its name, for "add a row" without JavaScript. Errors whose pointer
    is no field's are for the page's summary. Raises ``FormError``.
    """
    messages: dict[str, tuple[str, ...]] = {}
    for error in errors:
        messages[error.pointer] = (*messages.get(error.pointer, ()), error.message)
    view = _View(messages=messages, rows=rows or {}, zone=zone)
    root = compiled(form, facts).root
    given = dict(answers) if isinstance(answers, Mapping) else {}
    return list(view.object_fields(root[LAYOUT], form.ui, given, prefix="", where=""))


def walk(shown: Iterable[Field]) -> Iterator[Field]:
    """Every field, those inside groups and lists included."""
    for one in shown:
        yield one
        yield from walk(one.children)


@dataclass(frozen=True, slots=True, kw_only=True)
class _View:
    messages: Mapping[str, tuple[str, ...]]
    rows: Mapping[str, int]
    zone: tzinfo
    _empty: Mapping[str, Any] = field(default_factory=dict)

    def object_fields(
        self, layout: Layout, ui: Mapping[str, Any], answers: Mapping[str, Any], *, prefix: str, where: str
    ) -> Iterator[Field]:
        """The fields of an object in the uiSchema's order."""
        shown = layout.shown(answers)
        order = [name for name in ui.get("ui:order", ()) if name in layout.fields]
        for name in [*order, *(name for name in layout.fields if name not in order)]:
            declared = layout.fields[name]
            condition = layout.condition(name)
            if condition and prefix:
                condition = replace(
                    condition,
                    any_of=tuple({prefix + key: v for key, v in way.items()} for way in condition.any_of),
                )
            made = self.field(
                declared.schema,
                ui.get(name, self._empty),
                answers.get(name, declared.schema.get("default")),
                name=prefix + name,
                where=where + step(name),
                required=layout.required(name, answers),
            )
            yield replace(made, shown=name in shown, shown_when=condition)

    def field(
        self,
        schema: Mapping[str, Any],
        ui: Mapping[str, Any],
        value: Any,
        *,
        name: str,
        where: str,
        required: bool,
    ) -> Field:
        """One field with what is inside it."""
        kind = kind_of(schema, ui)
        made = Field(
            name=name,
            id=name.replace(".", "-"),
            pointer=where,
            kind="group" if kind == "staff_or_contact" or kind == "unit_or_line" else kind,
            label=str(schema.get("title", "")),
            help=" ".join(str(text) for text in (schema.get("description"), ui.get("ui:help")) if text),
            required=required,
            errors=self.messages.get(where, ()),
        )
        if kind == "group":
            given = value if isinstance(value, dict) else {}
            inside = self.object_fields(schema[LAYOUT], ui, given, prefix=f"{name}.", where=where)
            return replace(made, children=tuple(inside))
        if kind == "list":
            return self._list(made, schema, ui, value)
        if kind in ("staff_or_contact", "unit_or_line"):
            return replace(made, children=self._alternatives(made, kind, schema, value))
        return self._leaf(made, schema, value)

    def _list(self, made: Field, schema: Mapping[str, Any], ui: Mapping[str, Any], value: Any) -> Field:
        given = value if isinstance(value, list) else []
        item, least, most = schema["items"], schema.get("minItems", 0), schema.get("maxItems")
        count = max(1, least, len(given), self.rows.get(made.name, 0))
        if most is not None:
            count = max(min(count, most), len(given))
        inside = []
        for number in range(count):
            row = self.field(
                item,
                ui.get("items", self._empty),
                given[number] if number < len(given) else None,
                name=f"{made.name}.{number}",
                where=made.pointer + step(number),
                required=number < least,
            )
            inside.append(replace(row, label=f"{row.label or made.label} {number + 1}"))
        return replace(made, children=tuple(inside), least=least, most=most)

    def _alternatives(
        self, made: Field, kind: Kind, schema: Mapping[str, Any], value: Any
    ) -> tuple[Field, ...]:
        """From the register, or written: both are shown, and the one that is filled in counts."""
        in_register: FieldKind = "unit" if kind == "unit_or_line" else "staff"
        from_register = replace(
            made, id=f"{made.id}--{in_register}", kind=in_register, required=False, errors=(), help=""
        )
        if kind == "unit_or_line":
            known = isinstance(value, str) and looks_like_a_unit(value)
            text = value if isinstance(value, str) else ""
            return (
                replace(from_register, label="Enhet i registret", value=text if known else ""),
                replace(
                    from_register,
                    id=f"{made.id}--text",
                    kind="text",
                    label="Eller skriv vem",
                    value="" if known else text,
                    max_length=schema.get("maxLength"),
                ),
            )
        staff, contact = alternatives(schema)
        written = self.field(contact, self._empty, value, name=made.name, where=made.pointer, required=False)
        return (
            replace(
                from_register,
                label=str(staff.get("title", "")),
                value=value if isinstance(value, str) else "",
            ),
            replace(written, id=f"{made.id}--contact", errors=()),
        )

    def _leaf(self, made: Field, schema: Mapping[str, Any], value: Any) -> Field:
        if made.kind == "checkboxes":
            chosen = tuple(posted(one) for one in value) if isinstance(value, list) else ()
            return replace(made, choices=_choices(schema["items"]), values=chosen)
        text = posted(value) if isinstance(value, str | bool | int | float) else ""
        if made.kind == "datetime":
            text = self._local(text)
        return replace(
            made,
            value=text,
            choices=_choices(schema),
            minimum=schema.get("minimum"),
            maximum=schema.get("maximum"),
            max_length=schema.get("maxLength") if made.kind in ("text", "textarea") else None,
        )

    def _local(self, text: str) -> str:
        """An instant as a page's time field has it; what is no instant stays, so that it can be put right."""
        if not is_date_time(text):
            return text
        at = datetime.fromisoformat(text).astimezone(self.zone).replace(tzinfo=None)
        return at.isoformat(timespec="seconds" if at.second else "minutes")


def _choices(schema: Mapping[str, Any]) -> tuple[Choice, ...]:
    return tuple(
        Choice(value=posted(one.get("const")), label=str(one.get("title", one.get("const"))))
        for one in schema.get("oneOf", ())
    )

"""Query parameters: the few that lists have in common, how they are read, and the path of the next page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from sip_workflow.api.routes import Answer, Call, Query
from sip_workflow.domain.refusals import Refusal

LIMIT_CAP = 200
LIMIT_DEFAULT = 50

CASE = Query(
    name="case", description="Only what belongs to this case.", schema={"type": "string", "maxLength": 64}
)
LIMIT = Query(
    name="limit",
    description="How many items a page has at most.",
    schema={"type": "integer", "minimum": 1, "maximum": LIMIT_CAP, "default": LIMIT_DEFAULT},
)
AFTER = Query(
    name="after",
    description="Where the page starts: taken from `next`, not made up.",
    schema={"type": "string", "maxLength": 300},
)


class BadQuery(Refusal):
    """A query parameter that the route doesn't have, or a value that it can't have."""

    status = 400
    type = "bad_query"
    title = "Adressens parametrar går inte att använda"


def read(args: MultiDict[str, str], *, allowed: Sequence[Query]) -> dict[str, Any]:
    """The parameters by name, defaults filled in; an empty one counts as not given.

    Raises ``BadQuery`` for a name that isn't known (a misspelt filter would show too much), a repeated
    one and a value that doesn't fit.
    """
    known = {query.name: query for query in allowed}
    if not set(args) <= set(known):
        names = ", ".join(known) or "inga"
        raise BadQuery(f"Parametrar som finns här: {names}.")
    read: dict[str, Any] = {
        name: query.schema["default"] for name, query in known.items() if "default" in query.schema
    }
    for name, values in args.lists():
        given = [value for value in values if value]
        if len(given) > 1:
            raise BadQuery(f"Parametern {name} får stå en gång.")
        if given:
            read[name] = _value(given[0], known[name])
    return read


def answer(call: Call, *, ask: Callable[..., Mapping[str, Any]], **filters: Any) -> Answer:
    """The page of a list that the call asks for. Raises ``BadQuery`` for a place that isn't one of ours."""
    after = call.query.get("after")
    try:
        found = ask(actor=call.actor, limit=call.query["limit"], after=after, now=call.now, **filters)
    except ValueError:
        if after is None:
            raise
        raise BadQuery("Parametern after ska tas från next i svaret före.") from None
    return Answer(body=page(call, items=found["items"], after=found["next_after"]))


def page(call: Call, *, items: Sequence[Mapping[str, Any]], after: str | None) -> dict[str, Any]:
    """A list's body: ``{items, next}``, ``next`` being the path of the next page or None."""
    if after is None:
        return {"items": list(items), "next": None}
    kept = {name: value for name, value in call.query.items() if name != "after"}
    return {"items": list(items), "next": f"{call.path}?{urlencode({**kept, 'after': after})}"}


def _value(text: str, query: Query) -> Any:
    schema = query.schema
    if schema["type"] == "integer":
        low, high = schema["minimum"], schema["maximum"]
        if not (text.isascii() and text.isdigit() and len(text) < 10 and low <= int(text) <= high):
            raise BadQuery(f"Parametern {query.name} ska vara ett heltal från {low} till {high}.")
        return int(text)
    if "enum" in schema and text not in schema["enum"]:
        raise BadQuery(f"Parametern {query.name} ska vara något av: {', '.join(schema['enum'])}.")
    if len(text) > schema.get("maxLength", 100) or not text.isprintable():
        raise BadQuery(f"Parametern {query.name} har ett värde som inte kan finnas.")
    return text

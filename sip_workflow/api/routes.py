"""How a route is declared: once, with what its document says and what its guards enforce.

A noun's module makes one ``Routes`` and hangs its views on it. ``sip_workflow.api`` turns each
``Operation`` into a URL rule behind the guards of ``calls``; ``openapi`` turns the same ``Operation``
into the document. So no route can be served undocumented or unguarded.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from sip_workflow.application import Application
from sip_workflow.domain.register import Actor

API = "/api/v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A query parameter. ``schema`` is JSON Schema for its text, or for an integer."""

    name: str
    description: str
    schema: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A file of a deployment as it was sent: ``name`` is its path in the bundle."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request whose caller, query and body are known to be well-formed. ``now`` is aware UTC.

    ``path`` is the request's own path with the host's prefix; ``root`` is that prefix;
    ``document`` is the OpenAPI document.
    """

    app: Application
    actor: Actor
    now: datetime
    root: str
    path: str
    document: Mapping[str, Any]
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)
    files: Sequence[Sent] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a view gives back: a status and a body that JSON can hold. ``location`` is a path."""

    body: Mapping[str, Any]
    status: int = 200
    location: str | None = None


class View(Protocol):
    """A view: takes the call and the variable parts of the path by name."""

    __name__: str
    __doc__: str | None

    def __call__(self, call: Call, **path: str) -> Answer:
        """Answer the call; a refusal is raised."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """A route. ``body`` and the values of ``answers`` name schemas of the document.

    ``path`` has its variable parts in braces and starts at the root of the API's mount.
    ``scope`` is what an API client needs; None: only people. ``public`` routes ask for no caller.
    ``takes_files`` routes take a zip or a multipart form instead of JSON.
    """

    method: str
    path: str
    name: str
    tag: str
    summary: str
    description: str
    view: View
    answers: Mapping[int, str]
    body: str | None = None
    body_optional: bool = False
    query: tuple[Query, ...] = ()
    scope: str | None = None
    public: bool = False
    takes_files: bool = False

    @property
    def rule(self) -> str:
        """The path as Flask writes it."""
        return self.path.replace("{", "<").replace("}", ">")


class Routes:
    """The routes of one noun, under ``root`` (the API's own unless said otherwise)."""

    def __init__(self, *, tag: str, root: str = API) -> None:
        """Start without routes."""
        self.tag = tag
        self.root = root
        self.operations: list[Operation] = []

    def get(
        self, path: str, *, answers: Mapping[int, str], summary: str, **more: Any
    ) -> Callable[[Any], Any]:
        """Declare a route that only reads. ``more`` are fields of ``Operation``."""
        return self._route("GET", path, answers=answers, summary=summary, **more)

    def post(
        self, path: str, *, answers: Mapping[int, str], summary: str, **more: Any
    ) -> Callable[[Any], Any]:
        """Declare a route that does something, once for each Idempotency-Key."""
        return self._route("POST", path, answers=answers, summary=summary, **more)

    def put(
        self, path: str, *, answers: Mapping[int, str], summary: str, **more: Any
    ) -> Callable[[Any], Any]:
        """Declare a route that puts something in place."""
        return self._route("PUT", path, answers=answers, summary=summary, **more)

    def _route(self, method: str, path: str, **more: Any) -> Callable[[Any], Any]:
        def declare(view: Any) -> Any:
            self.operations.append(
                Operation(
                    method=method,
                    path=self.root + path,
                    name=view.__name__,
                    tag=self.tag,
                    description=" ".join((view.__doc__ or "").split()),
                    view=view,
                    **more,
                )
            )
            return view

        return declare

"""What happens around every view, in this order: who asks, may a client, query, body, first answer, view.

One place, so that no route can leave a guard out. Emits a log line for each call with method, route,
status and time; never the path itself, the query, the body or the caller.
"""

from __future__ import annotations

import hashlib
import json
import logging
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from flask import Request, Response, request

from sip_workflow.api import bodies, files, queries
from sip_workflow.api.callers import Identify, caller
from sip_workflow.api.problems import problem
from sip_workflow.api.routes import Answer, Call, Operation, Sent
from sip_workflow.api.validation import Schemas
from sip_workflow.application import Application
from sip_workflow.domain.refusals import NotFound, Refusal
from sip_workflow.domain.register import Actor
from sip_workflow.store import Duplicate

NOBODY = Actor(id="", name="")
"""The actor of public routes."""
NEVER = datetime(1, 1, 1, tzinfo=UTC)
"""The time of public routes: in training the clock stands in the database, which they must not need."""

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

_KEY_CAP = 200

_log = logging.getLogger(__name__)


class BadKey(Refusal):
    """An Idempotency-Key that can't be kept."""

    status = 400
    type = "bad_idempotency_key"
    title = "Idempotency-Key går inte att använda"


class Calls:
    """The guards, wired once for a blueprint."""

    def __init__(
        self, *, application: Application, identify: Identify | None, document: Mapping[str, Any]
    ) -> None:
        """Keep what the guards ask."""
        self._application = application
        self._identify = identify
        self._document = document
        self._schemas = Schemas(document)

    def answer(self, operation: Operation, path: Mapping[str, str]) -> Response:
        """Answer the current request. Never raises."""
        started = time.monotonic()
        try:
            response = self._answered(request, operation, path)
        except Exception as error:  # every surface answers something, whatever happened
            response = problem(error)
        guarded(response)
        spent = (time.monotonic() - started) * 1000
        _log.info("%s %s %d %d ms", request.method, operation.path, response.status_code, spent)
        return response

    def _answered(self, asked: Request, operation: Operation, path: Mapping[str, str]) -> Response:
        actor = NOBODY
        if not operation.public:
            actor = caller(asked, application=self._application, identify=self._identify)
            if actor.is_client and operation.scope not in actor.scopes:
                raise NotFound
        if any(len(part) > 200 or not part.isprintable() for part in path.values()):
            raise NotFound
        query = queries.read(asked.args, allowed=operation.query)
        body, sent, content = self._read(asked, operation)
        now = NEVER if operation.public else self._application.clock.now()
        call = Call(
            app=self._application,
            actor=actor,
            now=now,
            root=asked.script_root + str(asked.url_rule).removesuffix(operation.rule),
            path=asked.script_root + asked.path,
            document=self._document,
            query=query,
            body=body,
            files=sent,
        )
        key = asked.headers.get("Idempotency-Key") if operation.method == "POST" else None
        if key is None:
            return _response(operation.view(call, **path))
        return self._first(call, operation, path, key=key, content=content)

    def _read(
        self, asked: Request, operation: Operation
    ) -> tuple[Mapping[str, Any], tuple[Sent, ...], bytes]:
        """The body as values or files, and in a form that is equal for equal requests."""
        if operation.takes_files:
            sent = files.read(asked)
            return (
                {},
                sent,
                b"".join(b"%s\0%d\0%s" % (one.name.encode(), len(one.content), one.content) for one in sent),
            )
        if operation.body is None:
            return {}, (), b""
        body = bodies.json_body(asked, optional=operation.body_optional)
        self._schemas.check(body, name=operation.body)
        return body, (), json.dumps(body, sort_keys=True).encode()

    def _first(
        self, call: Call, operation: Operation, path: Mapping[str, str], *, key: str, content: bytes
    ) -> Response:
        if not (0 < len(key) <= _KEY_CAP and key.isascii() and key.isprintable()):
            raise BadKey(f"Nyckeln ska vara 1 till {_KEY_CAP} tecken ur ASCII.")
        asked_for = json.dumps([operation.name, dict(path)], sort_keys=True).encode() + content

        def work() -> tuple[int, str]:
            answer = operation.view(call, **path)
            return answer.status, _text({"body": answer.body, "location": answer.location})

        def once() -> tuple[int, str]:
            return self._application.idempotent(
                actor=call.actor,
                key=key,
                request_hash=hashlib.sha256(asked_for).hexdigest(),
                work=work,
                now=call.now,
            )

        try:
            status, text = once()
        except Duplicate:  # the same request at the same moment was first: now there is its answer
            status, text = once()
        first = json.loads(text)
        return _response(Answer(status=status, body=first["body"], location=first["location"]))


def guarded(response: Response) -> None:
    """Put the headers of every answer on it."""
    response.headers.update(HEADERS)
    response.headers.add("Vary", "Authorization")


def _response(answer: Answer) -> Response:
    response = Response(_text(answer.body), status=answer.status, mimetype="application/json")
    if answer.location is not None:
        response.headers["Location"] = answer.location
    return response


def _text(body: Mapping[str, Any]) -> str:
    return json.dumps(body, ensure_ascii=False, allow_nan=False, separators=(",", ":"))

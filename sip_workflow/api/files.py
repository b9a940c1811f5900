"""Reading a deployment: a zip as the body, or files of a multipart form whose file names are their paths."""

from __future__ import annotations

from flask import Request
from werkzeug.exceptions import RequestEntityTooLarge

from sip_workflow.api.bodies import FILES_CAP, NotJson, raw, too_large
from sip_workflow.api.routes import Sent
from sip_workflow.domain.refusals import FieldError, InvalidInput

ZIP_TYPES = ("application/zip", "application/x-zip-compressed")
ZIP_NAME = "deployment.zip"


def read(request: Request) -> tuple[Sent, ...]:
    """What was sent, at most ``FILES_CAP`` bytes in all. What the files hold is for the use case to judge."""
    if request.mimetype in ZIP_TYPES:
        return (Sent(name=ZIP_NAME, content=raw(request, cap=FILES_CAP)),)
    if request.mimetype != "multipart/form-data":
        raise NotJson("Skicka en zip-fil (application/zip) eller filer (multipart/form-data).")
    request.max_content_length = FILES_CAP
    try:
        parts = [part for parts in request.files.listvalues() for part in parts]
    except RequestEntityTooLarge as error:
        raise too_large(FILES_CAP) from error
    sent = tuple(Sent(name=part.filename or "", content=part.stream.read()) for part in parts)
    if not sent:
        raise InvalidInput([FieldError(pointer="", message="Inga filer skickades.")])
    if len({one.name for one in sent}) < len(sent):
        raise InvalidInput([FieldError(pointer="", message="Två filer har samma namn.")])
    return sent

"""/api/bridge: contract 001's chat and files for machines without sockets. The sessionId is the capability."""

from __future__ import annotations

from flask import Response, request

from connectassist.core.errors import (
    BadRequest,
    DiskFull,
    EventRefused,
    FileExpired,
    FileUnknown,
    Forbidden,
    QuotaExceeded,
    RangeNotSatisfiable,
    RateLimited,
    SessionNotFound,
    TooLarge,
    Unauthorized,
    ValidationFailed,
)
from connectassist.features.bridge import service
from connectassist.features.bridge.forms import answered, number, sent_fields
from connectassist.features.bridge.shapes import FilesView, MessagesView, SaidView, SentView, Waiting, WaitingForFiles
from connectassist.features.files import service as files
from connectassist.http import limits
from connectassist.http.guard import ANYONE, current_principal, who_may
from connectassist.http.limits import limited
from connectassist.http.openapi import FILE, TEXT, Blueprint
from connectassist.http.uploads import multipart

bp = Blueprint("bridge", __name__, url_prefix="/api/bridge", description="Chat and files without sockets.")


@bp.get("/<session_id>/messages")
@who_may(ANYONE)
@limited(limits.BRIDGE)
@bp.arguments(Waiting, location="query")
@bp.raises(SessionNotFound, Unauthorized, RateLimited)
@bp.response(200)
@bp.shows(MessagesView)
def messages(query: dict, session_id: str) -> dict:
    """What was said after `since` (ms), oldest first; with `wait` (seconds, at most 25) held until there is news."""
    return service.messages(session_id, by=current_principal(), since=number("since"), wait=number("wait") or 0,
                            asked=request.args.get("asked", ""))


@bp.post("/<session_id>/messages")
@who_may(ANYONE)
@limited(limits.HELPER)
@bp.raises(SessionNotFound, Unauthorized, Forbidden, ValidationFailed, EventRefused)
@bp.takes("application/json", message=TEXT, sender=TEXT)
@bp.response(200)
@bp.shows(SaidView)
def say(session_id: str) -> dict:
    """Say something as the customer: `message`, `sender`; JSON or form, whatever the content type says."""
    said = service.say(session_id, by=current_principal(), fields=sent_fields())
    return {"success": True, "id": str(said.id)}


@bp.post("/<session_id>/stop")
@who_may(ANYONE)
@limited(limits.HELPER)
@bp.raises(SessionNotFound, Unauthorized, Forbidden)
@bp.response(200)
def stop(session_id: str) -> dict:
    """The customer's Stop: every right goes and the session ends."""
    service.stop(session_id, by=current_principal())
    return {"success": True}


@bp.get("/<session_id>/files")
@who_may(ANYONE)
@limited(limits.BRIDGE)
@bp.arguments(WaitingForFiles, location="query")
@bp.raises(SessionNotFound, Unauthorized, RateLimited)
@bp.response(200)
@bp.shows(FilesView)
def listing(query: dict, session_id: str) -> dict:
    """The session's files, newest first: `direction` is to-customer or from-customer, both when it is missing."""
    return service.listing(session_id, by=current_principal(), direction=request.args.get("direction", ""),
                           since=number("since"), wait=number("wait") or 0)


@bp.get("/<session_id>/files/<file_id>/download")
@who_may(ANYONE)
@bp.raises(SessionNotFound, Unauthorized, FileUnknown, FileExpired, RangeNotSatisfiable)
@bp.response(200, {"type": "string", "format": "binary"}, content_type="application/octet-stream")
def download(session_id: str, file_id: str) -> Response:
    """Fetch a file of the session. Takes a `Range`."""
    by = current_principal()
    return files.handed_out(service.file(session_id, file_id, by=by), by=by)


@bp.post("/<session_id>/files/upload")
@who_may(ANYONE)
@limited(limits.HELPER)
@bp.raises(SessionNotFound, Unauthorized, Forbidden, ValidationFailed, BadRequest, TooLarge, QuotaExceeded, DiskFull)
@bp.takes("multipart/form-data", file=FILE)
@bp.response(200)
@bp.shows(SentView)
def upload(session_id: str) -> Response:
    """Send a file to the technician (multipart: file). A browser's form is answered with a small page."""
    by = current_principal()
    service.speaking(session_id, by=by)

    def sent() -> dict:
        kept = service.upload(session_id, by=by, form=multipart())
        return {"success": True, "fileId": kept.id, "name": kept.original_name}
    return answered(sent)

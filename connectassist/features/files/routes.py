"""/api/files: contract 001's upload, download and list."""

from __future__ import annotations

from typing import IO

from flask import Response, current_app, request

from connectassist.core.errors import (
    BadRequest,
    FileExpired,
    Forbidden,
    NotConsented,
    NotFound,
    QuotaExceeded,
    RangeNotSatisfiable,
    SessionNotFound,
    TooLarge,
    Unauthorized,
    ValidationFailed,
)
from connectassist.features.files import queries, service
from connectassist.features.files.quota import MEGABYTE
from connectassist.features.files.rows import download_url, file_row
from connectassist.features.sessions import service as sessions
from connectassist.http import limits, sending
from connectassist.http.context import settings
from connectassist.http.guard import ANYONE, current_principal, who_may
from connectassist.http.limits import limited
from connectassist.http.openapi import Blueprint

bp = Blueprint("files", __name__, url_prefix="/api/files", description="Files that travel through a session.")
FORM_OVERHEAD = 64 * 1024


@bp.post("/upload")
@who_may(ANYONE)
@limited(limits.HELPER)
@bp.raises(ValidationFailed, BadRequest, Unauthorized, Forbidden, NotConsented, SessionNotFound, TooLarge,
           QuotaExceeded)
@bp.response(200)
def upload() -> dict:
    """Send a file (multipart: sessionId, direction, path, requestId, file): a technician, while the customer
    allows files, or the session's helper."""
    stream, boundary = _form()
    kept = service.upload(stream, boundary=boundary, by=current_principal(), expected=_size_announced())
    return {"success": True, "fileId": kept.id, "fileName": kept.original_name, "downloadUrl": download_url(kept)}


def _size_announced() -> int:
    return max(0, (request.content_length or 0) - FORM_OVERHEAD)


def _form() -> tuple[IO[bytes], bytes]:
    """The multipart body and its boundary. eventlet reads chunked bodies to their end but doesn't say so."""
    boundary = request.mimetype_params.get("boundary", "")
    if request.mimetype != "multipart/form-data" or not boundary:
        raise ValidationFailed("Missing file upload")
    request.max_content_length = settings().max_upload_mb * MEGABYTE + FORM_OVERHEAD
    if request.headers.get("Transfer-Encoding", "").lower() == "chunked":
        request.environ["wsgi.input_terminated"] = True
    return request.stream, boundary.encode()


@bp.get("/download/<file_id>")
@who_may(ANYONE)
@bp.raises(NotFound, FileExpired, RangeNotSatisfiable)
@bp.response(200, {"type": "string", "format": "binary"}, content_type="application/octet-stream")
def download(file_id: str) -> Response:
    """Fetch a file; its id is the capability. Takes a `Range`, to go on where a download broke off."""
    by, app = current_principal(), current_app._get_current_object()
    file = queries.downloadable(by, file_id)

    def mark() -> None:
        with app.app_context():
            service.mark_downloaded(file_id, by=by)

    source = service.stored(file)
    response = sending.answer(source, name=file.original_name, when_done=mark)
    if sending.starts_anew(response):
        service.note_download(file, by=by)
    return response


@bp.get("/session/<session_id>")
@who_may(ANYONE)
@bp.raises(SessionNotFound, Unauthorized)
@bp.response(200)
def listing(session_id: str) -> dict:
    """The files of a session, newest first: for staff in scope and the session's own helper."""
    readable = sessions.readable_by(current_principal(), session_id)
    return {"files": [file_row(file) for file in queries.of_session(readable.session_id)]}

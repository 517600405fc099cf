"""/api/files: contract 001's upload, download and list."""

from __future__ import annotations

from flask import Response

from connectassist.core.errors import (
    BadRequest,
    DiskFull,
    FileExpired,
    FileUnknown,
    Forbidden,
    NotConsented,
    QuotaExceeded,
    RangeNotSatisfiable,
    RateLimited,
    SessionNotFound,
    TooLarge,
    Unauthorized,
    ValidationFailed,
)
from connectassist.features.files import queries, service
from connectassist.features.files.rows import download_url, file_row
from connectassist.features.sessions import service as sessions
from connectassist.http import limits
from connectassist.http.guard import ANYONE, current_principal, who_may
from connectassist.http.limits import limited
from connectassist.http.openapi import FILE, TEXT, Blueprint
from connectassist.http.uploads import multipart

bp = Blueprint("files", __name__, url_prefix="/api/files", description="Files that travel through a session.")


@bp.post("/upload")
@who_may(ANYONE)
@limited(limits.HELPER)
@bp.raises(ValidationFailed, BadRequest, Unauthorized, Forbidden, NotConsented, SessionNotFound, TooLarge,
           QuotaExceeded, RateLimited, DiskFull)
@bp.takes("multipart/form-data", sessionId=TEXT, path=TEXT, requestId=TEXT, file=FILE,
          direction={**TEXT, "enum": ["technician-to-user", "user-to-technician"]})
@bp.response(200)
def upload() -> dict:
    """Send a file (multipart: sessionId, direction, path, requestId, file): a technician, while the customer
    allows files, or the session's helper."""
    kept = service.upload(**multipart(), by=current_principal())
    return {"success": True, "fileId": kept.id, "fileName": kept.original_name, "downloadUrl": download_url(kept)}


@bp.get("/download/<file_id>")
@who_may(ANYONE)
@bp.raises(FileUnknown, FileExpired, RangeNotSatisfiable)
@bp.response(200, {"type": "string", "format": "binary"}, content_type="application/octet-stream")
def download(file_id: str) -> Response:
    """Fetch a file; its id is the capability. Takes a `Range`, to go on where a download broke off."""
    return service.handed_out(queries.downloadable(current_principal(), file_id), by=current_principal())


@bp.get("/session/<session_id>")
@who_may(ANYONE)
@bp.raises(SessionNotFound, Unauthorized)
@bp.response(200)
def listing(session_id: str) -> dict:
    """The files of a session, newest first: for staff in scope and the session's own helper."""
    readable = sessions.readable_by(current_principal(), session_id)
    return {"files": [file_row(file) for file in queries.of_session(readable.session_id)]}

"""Recordings of sessions: begun, fed chunk by chunk, played, deleted."""

from __future__ import annotations

from flask import Response, request

from connectassist.core.errors import (
    ChunkMissing,
    NotConsented,
    RangeNotSatisfiable,
    RecordingFull,
    RecordingNotFound,
    RecordingNotReady,
    RecordingOver,
    SessionNotFound,
    TooLarge,
    UnsupportedMediaType,
    ValidationFailed,
)
from connectassist.features.recordings import playing, queries, service, storage
from connectassist.features.recordings.rows import recording_row
from connectassist.features.recordings.shapes import ListView, OneView, StartedView, StoppedView
from connectassist.features.sessions import queries as sessions
from connectassist.http import limits
from connectassist.http.guard import STAFF, TECHNICIAN, current_principal, who_may
from connectassist.http.limits import limited
from connectassist.http.openapi import Blueprint

bp = Blueprint("recordings", __name__, url_prefix="/api", description="Recordings of sessions.")
CHUNK_SECONDS = 2


@bp.post("/sessions/<session_id>/recordings")
@who_may(TECHNICIAN)
@bp.raises(SessionNotFound, NotConsented, RecordingFull)
@bp.response(200)
@bp.shows(StartedView)
def start(session_id: str) -> dict:
    """Begin to record a session, while the customer allows it. Chunks of `chunkSeconds` follow."""
    recording = service.start(session_id, by=current_principal())
    return {"success": True, "recording": recording_row(recording), "chunkSeconds": CHUNK_SECONDS}


@bp.get("/sessions/<session_id>/recordings")
@who_may(STAFF)
@bp.raises(SessionNotFound)
@bp.response(200)
@bp.shows(ListView)
def of_session(session_id: str) -> dict:
    """The recordings of a session, oldest first."""
    visible = sessions.visible_to(current_principal(), session_id)
    return {"recordings": [recording_row(each) for each in queries.of_session(visible.session_id)]}


@bp.put("/recordings/<recording_id>/chunks/<int:number>")
@who_may(TECHNICIAN)
@limited(limits.RECORDING)
@bp.raises(RecordingNotFound, RecordingOver, ChunkMissing, NotConsented, RecordingFull, TooLarge,
           UnsupportedMediaType, ValidationFailed)
@bp.takes("video/webm")
@bp.response(200)
def take(recording_id: str, number: int) -> dict:
    """Send one chunk of WebM, as the body. They are counted from 0 and come in order; one may be sent again."""
    request.max_content_length = storage.LARGEST_CHUNK
    if request.headers.get("Transfer-Encoding", "").lower() == "chunked":
        request.environ["wsgi.input_terminated"] = True
    service.take(recording_id, number, request.stream, by=current_principal())
    return {"success": True}


@bp.post("/recordings/<recording_id>/stop")
@who_may(TECHNICIAN)
@bp.raises(RecordingNotFound)
@bp.response(200)
@bp.shows(StoppedView)
def stop(recording_id: str) -> dict:
    """Stop a recording; it is made ready to be played."""
    return {"success": True, "recording": recording_row(service.stop(recording_id, by=current_principal()))}


@bp.get("/recordings/<recording_id>")
@who_may(STAFF)
@bp.raises(RecordingNotFound)
@bp.response(200)
@bp.shows(OneView)
def get(recording_id: str) -> dict:
    """One recording."""
    return {"recording": recording_row(queries.visible_to(current_principal(), recording_id))}


@bp.get("/recordings/<recording_id>/video")
@who_may(STAFF)
@bp.raises(RecordingNotFound, RecordingNotReady, RangeNotSatisfiable)
@bp.response(200, {"type": "string", "format": "binary"}, content_type="video/webm")
def video(recording_id: str) -> Response:
    """A recording as an ordinary WebM file. Takes a `Range`."""
    return playing.video(recording_id, by=current_principal())


@bp.delete("/recordings/<recording_id>")
@who_may(TECHNICIAN)
@bp.raises(RecordingNotFound)
@bp.response(200)
def delete(recording_id: str) -> dict:
    """Delete a recording for good."""
    service.delete(recording_id, by=current_principal())
    return {"success": True}

"""Handing a recording out, whole or in ranges."""

from __future__ import annotations

from pathlib import Path

from flask import Response

from connectassist.core import jobs
from connectassist.core.errors import RecordingNotFound
from connectassist.features.recordings import queries, service, storage
from connectassist.http import sending
from connectassist.identity.principal import Principal


def video(recording_id: str, *, by: Principal) -> Response:
    """The answer with a recording's bytes. Raises RecordingNotFound, RecordingNotReady, RangeNotSatisfiable."""
    recording = queries.playable(by, recording_id)
    path = storage.video(recording_id)
    size = jobs.run_blocking(_size, path)
    if size is None:
        raise RecordingNotFound("The file of this recording is gone")
    name = f"session-{recording.session_id}-{recording.started_at:%Y-%m-%d-%H%M}.webm"
    response = sending.answer(sending.StoredFile(path, size, f"{recording_id}-{size}"), name=name,
                              media_type="video/webm")
    if sending.starts_anew(response) or response.headers.get("Content-Range", "").startswith("bytes 0-"):
        service.note_play(recording, by=by)
    return response


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return None

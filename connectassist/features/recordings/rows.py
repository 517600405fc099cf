"""How a recording is shown."""

from __future__ import annotations

from typing import Any

from connectassist.core import clock
from connectassist.features.recordings.models import READY, Recording


def recording_row(recording: Recording) -> dict[str, Any]:
    """A recording as lists show it; `videoUrl` is null while there is nothing to play."""
    ready = recording.state == READY
    return {"id": recording.id, "sessionId": recording.session_id, "technicianName": recording.technician_name,
            "technicianId": recording.technician_id, "state": recording.state, "reason": recording.reason,
            "startedAt": recording.started_at, "endedAt": recording.ended_at, "size": recording.size,
            "durationSeconds": seconds(recording), "chunks": recording.chunks,
            "videoUrl": f"/api/recordings/{recording.id}/video" if ready else None}


def seconds(recording: Recording) -> int:
    """How long it is: the film itself, or the time it ran while that isn't known."""
    if recording.duration_ms:
        return max(1, round(recording.duration_ms / 1000))
    return clock.seconds_between(recording.started_at, recording.ended_at or recording.heard_at)


def told(recording: Recording) -> dict[str, Any]:
    """A running recording as the `recording-changed` event names it."""
    return {"id": recording.id, "startedAt": clock.iso(recording.started_at),
            "technicianId": recording.technician_id, "technicianName": recording.technician_name}


def record_line(recording: Recording) -> dict[str, Any]:
    """A recording as the record of a case tells of it."""
    return {"at": clock.iso(recording.started_at), "seconds": seconds(recording), "by": recording.technician_name,
            "state": recording.state}

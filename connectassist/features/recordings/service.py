"""Recording a session: begun and fed by one technician's page while the customer allows it, closed, deleted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import IO, Any

from sqlalchemy import update

from connectassist.core import audit, clock, foreign, jobs
from connectassist.core.db import db
from connectassist.core.errors import ChunkMissing, RecordingFull, RecordingNotFound, RecordingOver
from connectassist.features.recordings import queries, storage
from connectassist.features.recordings.models import (
    DELETED,
    FINISHING,
    FULL,
    LOST,
    READY,
    RECORDING,
    STOPPED,
    Recording,
)
from connectassist.features.recordings.rows import told
from connectassist.features.sessions import consent, granting
from connectassist.features.sessions import queries as sessions
from connectassist.features.sessions import service as session_service
from connectassist.http.context import settings
from connectassist.identity import principal
from connectassist.identity.principal import Principal
from connectassist.realtime.gateway import GATEWAY
from connectassist.realtime.rooms import rooms

CHANGED = GATEWAY.events.sends("recording-changed", to="the session", fields="sessionId recordings stopped",
                               doc="What is being recorded now, and what was just stopped and why.")
MEGABYTE = 1024 * 1024
RESUMABLE = timedelta(minutes=10)
WORDS = {STOPPED: "", "revoked": ": the customer took the right back", LOST: ": the technician's page was gone",
         FULL: ": there was no room left", "ended": ": the session was over"}
#: Called with the id of a recording that was closed, to make it playable; set by finishing.py.
on_closed: list[Callable[[str], None]] = []


def start(session_id: str, *, by: Principal) -> Recording:
    """Begin a recording. Raises SessionNotFound, NotConsented, RecordingFull."""
    session = sessions.live(sessions.visible_to(by, session_id).session_id)
    granting.require(session, consent.RECORDING, by=by)
    client_id, device_id = session.client_id, session.device_id
    if room_left(client_id) <= 0:
        raise RecordingFull()
    for older in queries.running(session_id):
        if older.technician_id == by.user_id:  # of a page that was loaded anew
            close(older, reason=LOST)
    recording = Recording(session_id=session_id, client_id=client_id, technician_id=by.user_id,
                          technician_name=foreign.text(by.name, 120), chunks=0, size=0)
    db.session.add(recording)
    session_service.note_recording(session_id, who=by.name, text=f"{by.name} started recording")
    audit.record(by, "recording.start", f"{by.name} records session {session_id}", client_id=client_id,
                 device_id=device_id, session_id=session_id)
    db.session.commit()
    tell(session_id)
    return recording


def take(recording_id: str, number: int, stream: IO[bytes], *, by: Principal) -> Recording:
    """Take the next chunk. One that came already is passed over, so that it may be sent again. Raises
    RecordingNotFound, RecordingOver, NotConsented, ChunkMissing, RecordingFull and what storage.put raises."""
    recording = _running(recording_id, by=by)
    if number < recording.chunks:
        return recording
    if number > recording.chunks:
        raise ChunkMissing(expected=recording.chunks)
    start_at, room = recording.size, room_left(recording.client_id)
    db.session.rollback()  # no connection is held while bytes come in
    try:
        count = storage.put(recording_id, stream, at=start_at, room=room)
    except RecordingFull:
        close(_running(recording_id, by=by), reason=FULL)
        raise
    recording = _running(recording_id, by=by)  # what came after the customer's no is not taken
    db.session.execute(update(Recording).where(Recording.id == recording_id, Recording.chunks == number,
                                               Recording.state == RECORDING)
                       .values(chunks=number + 1, size=start_at + count, heard_at=clock.now()))
    db.session.commit()
    return recording


def _running(recording_id: str, *, by: Principal) -> Recording:
    """The caller's own recording, while it runs and is allowed; one whose page was only lost goes on.
    Raises RecordingNotFound, RecordingOver, NotConsented, SessionNotFound."""
    recording = queries.visible_to(by, recording_id)
    if recording.technician_id != by.user_id:
        raise RecordingNotFound()
    session = sessions.find_live(recording.session_id)
    if session is None:
        raise RecordingOver()
    granting.require(session, consent.RECORDING, by=by)
    if recording.state != RECORDING and not _goes_on(recording):
        raise RecordingOver()
    return recording


def _goes_on(recording: Recording) -> bool:
    """Take a recording up again whose page or line was away for a while."""
    is_fresh = recording.ended_at and clock.now() - recording.ended_at < RESUMABLE
    path = storage.raw(recording.id)
    if recording.reason != LOST or not is_fresh or not jobs.run_blocking(path.is_file):
        return False
    recording.state, recording.reason, recording.ended_at, recording.heard_at = RECORDING, None, None, clock.now()
    session_service.note_recording(recording.session_id, who=recording.technician_name,
                                   text=f"{recording.technician_name} went on recording")
    db.session.commit()
    tell(recording.session_id)
    return True


def stop(recording_id: str, *, by: Principal) -> Recording:
    """The technician stops it. Stopping twice is no error. Raises RecordingNotFound."""
    recording = queries.visible_to(by, recording_id)
    close(recording, reason=STOPPED, by=by)
    return queries.visible_to(by, recording_id)


def close(recording: Recording, *, reason: str, by: Principal | None = None) -> bool:
    """Nothing more comes. Told to both sides at once; made playable afterwards. False when it was closed already."""
    session_id, name, gone = recording.session_id, recording.technician_name, told(recording)
    closed = db.session.execute(update(Recording).where(Recording.id == recording.id, Recording.state == RECORDING)
                                .values(state=FINISHING, reason=reason, ended_at=clock.now()))
    if not closed.rowcount:
        db.session.rollback()
        return False
    session_service.note_recording(session_id, who=name, text=f"The recording by {name} stopped{WORDS[reason]}")
    audit.record(by or principal.system(), "recording.stop", f"The recording by {name} stopped{WORDS[reason]}",
                 client_id=recording.client_id, session_id=session_id)
    db.session.commit()
    tell(session_id, stopped={"id": gone["id"], "technicianName": name, "reason": reason})
    for hook in on_closed:
        hook(gone["id"])
    return True


def tell(session_id: str, *, stopped: dict[str, Any] | None = None) -> None:
    """Tell both sides what is recorded now; who joins later is told as well."""
    now = {"sessionId": session_id, "recordings": [told(each) for each in queries.running(session_id)]}
    db.session.rollback()
    rooms.announce(session_id, CHANGED, now if now["recordings"] else None)
    GATEWAY.to_session(session_id, CHANGED, now | ({"stopped": stopped} if stopped else {}))


def announce_anew() -> None:
    """What is recorded now, in each session: it may have changed while this process was cut off from others."""
    running: dict[str, list[dict[str, Any]]] = {session_id: [] for session_id in rooms.announced(CHANGED)}
    for each in queries.running():
        running.setdefault(each.session_id, []).append(told(each))
    db.session.rollback()
    for session_id, now in running.items():
        rooms.announce(session_id, CHANGED, {"sessionId": session_id, "recordings": now} if now else None, is_told=True)


def room_left(client_id: int) -> int:
    """How many bytes may still be recorded for a client."""
    rules = settings()
    return min(rules.recording_quota_mb * MEGABYTE - queries.bytes_kept(),
               rules.client_recording_quota_mb * MEGABYTE - queries.bytes_kept(client_id))


def delete(recording_id: str, *, by: Principal) -> None:
    """Delete a recording for good; that there was one stays known. Raises RecordingNotFound."""
    recording = queries.visible_to(by, recording_id)
    close(recording, reason=STOPPED, by=by)
    recording = queries.visible_to(by, recording_id)
    forget(recording, by=by, why=f"{by.name} deleted the recording of {clock.iso(recording.started_at)}")


def forget(recording: Recording, *, by: Principal, why: str) -> None:
    """Remove the bytes and keep the row."""
    recording_id = recording.id
    recording.state, recording.size = DELETED, 0
    audit.record(by, "recording.delete", why, client_id=recording.client_id, session_id=recording.session_id)
    db.session.commit()
    jobs.run_blocking(storage.drop, recording_id)


def note_play(recording: Recording, *, by: Principal) -> None:
    """Audit that a recording is being looked at."""
    audit.record(by, "recording.play", f"{by.name} fetches a recording of session {recording.session_id}",
                 client_id=recording.client_id, session_id=recording.session_id)
    db.session.commit()


def made_ready(recording_id: str, *, duration_ms: int | None) -> None:
    """The film is made, or can't be. A recording that goes on meanwhile stays as it is."""
    db.session.execute(update(Recording).where(Recording.id == recording_id, Recording.state == FINISHING).values(
        state=READY if duration_ms is not None else "failed", duration_ms=min(duration_ms or 0, 10**11)))
    db.session.commit()

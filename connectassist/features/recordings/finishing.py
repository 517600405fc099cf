"""After a recording: made playable in a real thread; closed when its page is gone; kept for so many days."""

from __future__ import annotations

import logging
from datetime import timedelta
from pathlib import Path

from connectassist.core import clock, jobs, leaps
from connectassist.core.db import db
from connectassist.features.recordings import queries, service, storage, webm
from connectassist.features.recordings.models import ENDED, LOST, REVOKED, Recording
from connectassist.features.sessions import consent
from connectassist.features.sessions import queries as sessions
from connectassist.http.context import settings
from connectassist.identity import principal
from connectassist.realtime.bus import BUS
from connectassist.realtime.everywhere import aside
from connectassist.realtime.gateway import GATEWAY
from connectassist.realtime.rooms import rooms

log = logging.getLogger(__name__)
SILENT, DESERTED = timedelta(seconds=45), timedelta(seconds=6)
STALE_SECONDS = 3600


def watch() -> None:
    """From now on a recording is made playable as soon as it is closed."""
    service.on_closed.append(lambda recording_id: GATEWAY.socketio.start_background_task(_later, recording_id))


def _later(recording_id: str) -> None:
    with GATEWAY.database():
        finish(recording_id)


def recover() -> None:
    """After a start nobody feeds a recording; a page that still does takes it up again with its next chunk."""
    for recording in queries.running():
        service.close(recording, reason=LOST)


def close_deserted() -> None:
    """Close what may or can not go on: the right is gone, the session is over, the page is silent."""
    open_now = queries.running()
    live = sessions.live_among([each.session_id for each in open_now]) if open_now else {}
    for recording in open_now:
        reason = _over(recording, live.get(recording.session_id))
        if reason:
            service.close(recording, reason=reason)
    db.session.rollback()


def _over(recording: Recording, session: object) -> str | None:
    if session is None:
        return ENDED
    if consent.RECORDING not in session.rights or recording.technician_id not in session.admitted:
        return REVOKED
    silence = clock.now() - recording.heard_at
    return LOST if silence > SILENT or (silence > DESERTED and not _sits(recording)) else None


def _sits(recording: Recording) -> bool:
    """Does the technician sit in the session, as far as this process knows?"""
    room = rooms.get(recording.session_id)
    return room is not None and any(s.person_id == str(recording.technician_id) for s in room.technicians.values())


def finish(recording_id: str) -> None:
    """Make an ordinary WebM of what came. What a lost page sent is kept beside it for a while, to go on with."""
    recording = db.session.get(Recording, recording_id)
    if recording is None:
        return
    size, keeps_raw = recording.size, recording.reason == LOST
    db.session.rollback()
    try:
        duration = jobs.run_blocking(_make, storage.raw(recording_id), storage.video(recording_id), size)
    except (webm.BadWebm, FileNotFoundError) as problem:
        log.info("recording %s can't be played: %s", recording_id, problem)
        duration = None
    except OSError:
        return log.exception("recording %s could not be made ready; it is tried again", recording_id)
    service.made_ready(recording_id, duration_ms=duration)
    if not keeps_raw:
        jobs.run_blocking(storage.raw(recording_id).unlink, missing_ok=True)
    return None


def _make(raw: Path, video: Path, size: int) -> int:
    """Only what was acknowledged counts; the raw bytes stay whole, for the page may be going on at this moment."""
    part = video.with_suffix(".part")
    try:
        duration = webm.remux(raw, part, size=size)
        part.replace(video)
        return duration
    finally:
        part.unlink(missing_ok=True)


def sweep() -> None:
    """Finish what was left unfinished, delete what is too old, and what nobody knows of."""
    for recording_id in queries.unfinished():
        finish(recording_id)
    days = settings().recording_days if leaps.is_believed(settings().instance) else 0
    for recording in queries.ended_before(clock.now() - timedelta(days=days)) if days else ():
        service.forget(recording, by=principal.system(), why=f"A recording was deleted after {days} days")
    folder = settings().recordings
    old = jobs.run_blocking(_older, folder, clock.now().timestamp() - STALE_SECONDS)
    known = queries.known_ids([path.stem for path in old])
    db.session.rollback()
    jobs.run_blocking(_unlink, [path for path in old if path.stem not in known or _is_spent(path)])


def _is_spent(path: Path) -> bool:
    """Raw bytes that nobody goes on with any more."""
    return path.suffix == ".raw" and path.with_suffix(".webm").exists()


def _older(folder: Path, moment: float) -> list[Path]:
    return [path for path in folder.iterdir() if path.is_file() and path.stat().st_mtime < moment][:500]


def _unlink(paths: list[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)


BUS.on_hello.append(lambda peer: aside(service.announce_anew))

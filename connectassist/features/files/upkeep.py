"""Removing what is over: expired files, and what a crash left behind."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from connectassist.core import clock, jobs, leaps
from connectassist.core.db import db
from connectassist.features.files import queries
from connectassist.features.files.storing import PART
from connectassist.http.context import settings

STALE_SECONDS = 3600
REMEMBERED = timedelta(days=30)


def sweep() -> int:
    """Delete the bytes of files whose time is up; their rows answer "expired" for 30 days and then go too, those of
    uploads that never came to an end at once. Returns how many files expired."""
    folder = settings().uploads
    overdue = queries.overdue() if leaps.is_believed(settings().instance) else []
    unfinished = [file for file in overdue if file.status == queries.RECEIVING]
    for file in overdue:
        file.status = queries.EXPIRED
    for row in [*queries.expired_before(clock.now() - REMEMBERED), *unfinished]:
        db.session.delete(row)
    gone = [folder / file.id for file in overdue] + [folder / f"{file.id}{PART}" for file in unfinished]
    db.session.commit()
    jobs.run_blocking(_unlink, gone)
    _drop_orphans(folder)
    return len(overdue) - len(unfinished)


def _drop_orphans(folder: Path) -> None:
    """A crash can leave half an upload, or a whole one that never got its row."""
    old = jobs.run_blocking(_older_than, folder, clock.now().timestamp() - STALE_SECONDS)
    known = queries.known_ids([path.name for path in old])
    db.session.rollback()
    jobs.run_blocking(_unlink, [path for path in old if path.name not in known])


def _older_than(folder: Path, moment: float) -> list[Path]:
    return [path for path in folder.iterdir() if path.is_file() and path.stat().st_mtime < moment][:500]


def _unlink(paths: list[Path]) -> None:
    for path in paths:
        with suppress(OSError):
            path.unlink()

"""How much room there is: for one file, one session, one client and all. Counted in the database, so that every
process counts every upload.

An upload first writes down the room that it takes, then counts: of two that race for the last bytes, at most one
sees enough, and neither waits for a lock. A crash leaves such a row behind; it lapses after ten minutes.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, and_, delete, update
from sqlalchemy.exc import OperationalError

from connectassist.core import clock
from connectassist.core.db import db
from connectassist.core.disk import told_when_full
from connectassist.core.errors import FileExpired, QuotaExceeded, RateLimited, TooLarge
from connectassist.features.files import queries
from connectassist.features.files.models import SessionFile
from connectassist.http.context import settings

if TYPE_CHECKING:
    from connectassist.features.sessions.models import Session

MEGABYTE = 1024 * 1024
STEP = 16 * MEGABYTE
#: Who sends the file before the fields that say what it is for has proved nothing yet.
UNNAMED_LARGEST, MOST_UNNAMED, UNNAMED_WAIT = 100 * MEGABYTE, 16, 30
LAPSES, RENEWED_SECONDS = timedelta(minutes=10), 60.0


class Reservation:
    """The room of one upload. `take` before each write; `release` when nothing of it is kept."""

    def __init__(self, file_id: str, session: Session | None, *, expected: int = 0) -> None:
        """Raises TooLarge, QuotaExceeded, RateLimited, DiskFull; then no room is held."""
        self.id, self.taken, self._held, self._renewed = file_id, 0, 0, 0.0
        self._largest = settings().max_upload_mb * MEGABYTE if session else UNNAMED_LARGEST
        self._check(expected)
        row = SessionFile(id=file_id, session_id="", original_name="", size=0, direction="", status=queries.RECEIVING,
                          expires_at=clock.now() + LAPSES)
        if session:
            row.session_id, row.client_id = session.session_id, session.client_id
        try:
            self._begin(row, expected)
        except BaseException:
            self.release()
            raise

    def _begin(self, row: SessionFile, expected: int) -> None:
        is_unnamed = not row.session_id
        with told_when_full():
            db.session.add(row)
            db.session.commit()
        if is_unnamed and queries.count_unnamed() > MOST_UNNAMED:
            raise RateLimited("Too many uploads without a session come in at once", retry_after=UNNAMED_WAIT)
        self._hold(expected)

    def take(self, count: int) -> None:
        """Count bytes that are about to be written. Raises TooLarge, QuotaExceeded, FileExpired, DiskFull."""
        self.taken += count
        self._check(self.taken)
        if self.taken > self._held:
            self._grow()
        elif clock.monotonic() - self._renewed > RENEWED_SECONDS:
            self._hold(self._held)

    def assign(self, session: Session) -> None:
        """The form has said which session the file is for; what came is what counts.
        Raises TooLarge, QuotaExceeded, FileExpired, DiskFull."""
        self._largest = settings().max_upload_mb * MEGABYTE
        self._check(self.taken)
        self._hold(self.taken, session_id=session.session_id, client_id=session.client_id)

    def release(self) -> None:
        """Give the room back. A row that can't be written now lapses by itself."""
        db.session.rollback()
        with suppress(OperationalError):
            db.session.execute(delete(SessionFile).where(_is_mine(self.id)))
            db.session.commit()
        db.session.rollback()

    def _check(self, size: int) -> None:
        if size > self._largest:
            raise TooLarge(f"A file may have at most {self._largest // MEGABYTE} MB")

    def _grow(self) -> None:
        try:
            self._hold(self.taken + STEP)
        except QuotaExceeded:
            self._hold(self.taken)

    def _hold(self, size: int, **owner: object) -> None:
        """Hold this much, if there is room. Raises QuotaExceeded, DiskFull, and FileExpired when the row has lapsed."""
        values = {"size": size, "expires_at": clock.now() + LAPSES, **owner}
        with told_when_full():
            held = db.session.execute(update(SessionFile).where(_is_mine(self.id)).values(**values))
            db.session.commit()
        if not held.rowcount:
            raise FileExpired("The upload took too long and was given up")
        self._held, self._renewed = size, clock.monotonic()
        rules, taken = settings(), queries.taken_beside(self.id)
        for used, megabytes in ((taken.session, rules.session_quota_mb), (taken.client, rules.client_quota_mb),
                                (taken.all, rules.upload_quota_mb)):
            if used > megabytes * MEGABYTE:
                raise QuotaExceeded()


def _is_mine(file_id: str) -> ColumnElement[bool]:
    return and_(SessionFile.id == file_id, SessionFile.status == queries.RECEIVING)

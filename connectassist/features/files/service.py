"""Files that travel through a session: taken in by whoever may send them, kept for a day, then removed."""

from __future__ import annotations

from datetime import timedelta
from typing import IO, TYPE_CHECKING

from connectassist.core import audit, clock, jobs
from connectassist.core.audit import printable
from connectassist.core.db import db
from connectassist.core.errors import FileExpired, Forbidden, NotConsented, Unauthorized, ValidationFailed
from connectassist.features.files import names, quota
from connectassist.features.files.incoming import Received, Receiver
from connectassist.features.files.models import SessionFile
from connectassist.features.files.quota import Allowance
from connectassist.features.files.rows import available
from connectassist.features.sessions import consent
from connectassist.features.sessions import queries as sessions
from connectassist.features.sessions import service as session_service
from connectassist.http.context import settings
from connectassist.http.sending import StoredFile
from connectassist.identity.principal import Principal
from connectassist.realtime.gateway import GATEWAY

if TYPE_CHECKING:
    from connectassist.features.sessions.models import Session

TO_USER, TO_TECHNICIAN = "technician-to-user", "user-to-technician"
PENDING, DOWNLOADED = "pending", "downloaded"
RETENTION = timedelta(hours=24)
AVAILABLE = GATEWAY.events.sends(
    "file-available", to="the session", doc="A file waits to be fetched.",
    fields="sessionId id original_name originalName size direction downloadUrl path requestId")


def upload(stream: IO[bytes], *, boundary: bytes, by: Principal, expected: int = 0) -> SessionFile:
    """Take a multipart form in and tell the session of its file. Raises SessionNotFound, NotConsented,
    Unauthorized, Forbidden, ValidationFailed, BadRequest, TooLarge, QuotaExceeded; then nothing is kept."""

    def permit(form: dict[str, str], *, is_whole: bool) -> Allowance:
        try:
            if not is_whole and not form.get("sessionId"):
                return quota.allow_unnamed()
            names.folder(form.get("path", ""))
            return quota.allow(entitled(by, form).session_id, expected=0 if is_whole else expected)
        finally:
            db.session.rollback()  # no connection is held while bytes come in

    received = Receiver(folder=settings().uploads, permit=permit).take_in(stream, boundary=boundary)
    try:
        return _keep(received, by=by)
    except BaseException:
        db.session.rollback()
        received.drop()
        raise


def entitled(by: Principal, form: dict[str, str]) -> Session:
    """The session a form is for, if the caller may send that way: technicians in scope while the customer
    allows files, the device at any time. Raises SessionNotFound, NotConsented, Unauthorized, Forbidden,
    ValidationFailed."""
    session_id, way = form.get("sessionId", ""), form.get("direction") or TO_USER
    if not session_id or way not in (TO_USER, TO_TECHNICIAN):
        raise ValidationFailed("sessionId is missing" if not session_id else "direction is unknown")
    if way == TO_TECHNICIAN:
        session = sessions.live(session_id)
        session_service.speak_for_helper(by, session)
        return session
    if not by.is_technician:
        raise Forbidden() if by.is_signed_in else Unauthorized()
    session = sessions.live(sessions.visible_to(by, session_id).session_id)
    if consent.FILES not in session.rights:
        raise NotConsented()
    return session


def _keep(received: Received, *, by: Principal) -> SessionFile:
    form = received.fields
    session = entitled(by, form)
    file = SessionFile(
        id=received.id, session_id=session.session_id, original_name=names.safe(received.name), size=received.size,
        mime_type=names.mime_type(received.content_type), direction=form.get("direction") or TO_USER, status=PENDING,
        folder=names.folder(form.get("path", "")), uploaded_at=clock.now(), expires_at=clock.now() + RETENTION)
    db.session.add(file)
    _record(file, session, by)
    received.keep()
    db.session.commit()
    received.done()
    request_id = printable(form.get("requestId", ""), 128)
    GATEWAY.to_session(file.session_id, AVAILABLE, available(file, request_id=request_id))
    return file


def _record(file: SessionFile, session: Session, by: Principal) -> None:
    who = by.name if file.direction == TO_USER else session.customer_name or "The customer"
    session_service.note_file(file.session_id, who=who, text=f"{who} sent {file.original_name}")
    audit.record(by, "file.upload", f"{who} sent {file.original_name} ({file.size} bytes)", file_id=file.id,
                 client_id=session.client_id, device_id=session.device_id, session_id=session.session_id)


def stored(file: SessionFile) -> StoredFile:
    """A file's bytes. Raises FileExpired when they are gone."""
    path = settings().uploads / file.id
    if not jobs.run_blocking(path.is_file):
        raise FileExpired()
    return StoredFile(path, file.size, file.id)


def note_download(file: SessionFile, *, by: Principal) -> None:
    """Audit that a file is being handed out."""
    audit.record(by, "file.download", f"{by.name} fetches {file.original_name}", session_id=file.session_id,
                 file_id=file.id)
    db.session.commit()


def mark_downloaded(file_id: str, *, by: Principal) -> None:
    """The file has gone out whole to the side it was meant for."""
    file = db.session.get(SessionFile, file_id)
    if file is not None and by.is_staff == (file.direction == TO_TECHNICIAN) and file.status == PENDING:
        file.status, file.downloaded_at = DOWNLOADED, clock.now()
        db.session.commit()

"""Files that travel through a session: taken in by whoever may send them, kept for a day, then removed."""

from __future__ import annotations

import base64
import binascii
from datetime import timedelta
from typing import IO, TYPE_CHECKING

from flask import Response, current_app

from connectassist.core import audit, clock, foreign, jobs
from connectassist.core import file_names as names
from connectassist.core.db import db
from connectassist.core.disk import told_when_full
from connectassist.core.errors import (
    EventRefused,
    FileExpired,
    Forbidden,
    Unauthorized,
    ValidationFailed,
)
from connectassist.features.files import queries
from connectassist.features.files.incoming import Received, Receiver
from connectassist.features.files.models import SessionFile
from connectassist.features.files.quota import Reservation
from connectassist.features.files.rows import available
from connectassist.features.files.storing import require_space
from connectassist.features.sessions import consent, granting
from connectassist.features.sessions import queries as sessions
from connectassist.features.sessions import service as session_service
from connectassist.http import sending
from connectassist.http.context import settings
from connectassist.http.sending import StoredFile
from connectassist.identity.principal import Principal
from connectassist.realtime.gateway import GATEWAY

if TYPE_CHECKING:
    from connectassist.features.sessions.models import Session

TO_USER, TO_TECHNICIAN = "technician-to-user", "user-to-technician"
AVAILABLE = GATEWAY.events.sends(
    "file-available", to="the session", doc="A file waits to be fetched.",
    fields="sessionId id original_name originalName size direction downloadUrl path requestId")


def upload(stream: IO[bytes], *, boundary: bytes, by: Principal, expected: int = 0,
           fields: dict[str, str] | None = None) -> SessionFile:
    """Take a multipart form in and tell the session of its file. `fields` stand whatever the form says.
    Raises SessionNotFound, NotConsented, Unauthorized, Forbidden, ValidationFailed, BadRequest, TooLarge,
    QuotaExceeded, RateLimited, DiskFull; then nothing is kept."""
    def permit(received: Received) -> Reservation:
        try:
            return _permitted(received, by=by, expected=expected)
        finally:
            db.session.rollback()  # no connection is held while bytes come in

    require_space(settings().uploads, size=expected)
    return _kept(Receiver(permit=permit, fields=fields).take_in(stream, boundary=boundary), by=by)


def store(content: str, *, session_id: str, name: str, path: str, by: Principal) -> SessionFile:
    """Keep a file that came as base64 for a customer who fetches it later, and tell the session.
    Raises as `upload`, and EventRefused."""
    try:
        data = jobs.run_blocking(base64.b64decode, content, validate=True)
    except (binascii.Error, ValueError) as problem:
        raise EventRefused("The content isn't valid base64") from problem
    received = Received(fields={"sessionId": session_id, "direction": TO_USER, "path": path}, name=name)
    try:
        received.reservation = _permitted(received, by=by, expected=len(data))
        received.file.open()
        received.reservation.take(len(data))
        received.file.write(data)
    except BaseException:
        received.drop()
        raise
    return _kept(received, by=by)


def _permitted(received: Received, *, by: Principal, expected: int) -> Reservation:
    """The room of an upload, made when its file begins; asked again, and put to its session, when it is whole."""
    form, reserved = received.fields, received.reservation
    if not form.get("sessionId") and not reserved:
        return Reservation(received.id, None)
    names.folder(form.get("path", ""))
    session = entitled(by, form)
    if reserved is None:
        return Reservation(received.id, session, expected=expected)
    reserved.assign(session)
    return reserved


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
    granting.require(session, consent.FILES, by=by)
    return session


def _kept(received: Received, *, by: Principal) -> SessionFile:
    """Finish the file and its row together, then tell the session. On any trouble neither stays."""
    try:
        received.file.keep()
        with told_when_full():
            file = _written(received, by=by)
    except BaseException:
        received.drop()
        raise
    request_id = foreign.text(received.fields.get("requestId", ""), 128)
    GATEWAY.to_session(file.session_id, AVAILABLE, available(file, request_id=request_id))
    return file


def _written(received: Received, *, by: Principal) -> SessionFile:
    form = received.fields
    session, file = entitled(by, form), db.session.get(SessionFile, received.id)
    if file is None:
        raise FileExpired("The upload took too long and was given up")
    file.original_name, file.size = names.safe(received.name), received.file.size
    file.mime_type, file.direction = names.mime_type(received.content_type), form.get("direction") or TO_USER
    file.folder, file.status = names.folder(form.get("path", "")), queries.PENDING
    file.uploaded_at = clock.now()
    file.expires_at = file.uploaded_at + timedelta(hours=settings().file_hours)
    _record(file, session, by)
    db.session.commit()
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


def handed_out(file: SessionFile, *, by: Principal) -> Response:
    """The answer that carries a file, whole or the part asked for. Raises FileExpired, RangeNotSatisfiable."""
    app, file_id = current_app._get_current_object(), file.id  # type: ignore[attr-defined]

    def over(start: int, stop: int) -> None:
        with app.app_context():
            note_fetched(file_id, by=by, start=start, stop=stop)

    response = sending.answer(stored(file), name=file.original_name, when_over=over)
    if sending.starts_anew(response):
        note_download(file, by=by)
    return response


def note_download(file: SessionFile, *, by: Principal) -> None:
    """Audit that a file is being handed out."""
    audit.record(by, "file.download", f"{by.name} fetches {file.original_name}", session_id=file.session_id,
                 file_id=file.id)
    db.session.commit()


def note_fetched(file_id: str, *, by: Principal, start: int, stop: int) -> None:
    """These bytes have gone out. Once the side that the file is meant for has been given all of them, in one go or
    resumed, it counts as downloaded."""
    file = db.session.get(SessionFile, file_id)
    if file is None or file.status != queries.PENDING or by.is_staff != (file.direction == TO_TECHNICIAN):
        return
    if start <= file.fetched <= stop:
        file.fetched = stop
    if file.fetched >= file.size:
        file.status, file.downloaded_at = queries.DOWNLOADED, clock.now()
    db.session.commit()

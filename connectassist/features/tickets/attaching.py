"""Files at tickets: taken in piece by piece, kept in the instance folder under their ids, and gone with the ticket."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import IO

from flask import Response

from connectassist.core import audit, clock, file_names, ids, jobs
from connectassist.core.db import db
from connectassist.core.errors import FileExpired, Forbidden, QuotaExceeded, TooLarge
from connectassist.features.tickets import history, news, queries
from connectassist.features.tickets.models import Ticket, TicketAttachment
from connectassist.http import limits, sending
from connectassist.http.context import settings
from connectassist.http.guard import limiter
from connectassist.http.incoming import MEGABYTE, Draft, Form
from connectassist.http.sending import StoredFile
from connectassist.identity.principal import Principal

MOST_FILES = 50
CHUNK = 256 * 1024
#: What a crash may have left half done is left alone for so long: it may be on its way.
STALE_SECONDS = 3600


def attach(ticket_id: int, *, by: Principal, name: str, stream: IO[bytes], media_type: str = "",
           is_internal: bool = False) -> TicketAttachment:
    """Hang a file on a ticket, read from a stream to its end. Raises TicketNotFound, TooLarge, QuotaExceeded,
    DiskFull; then nothing is kept."""
    _require_room(ticket_id, by=by)
    draft = _draft()
    try:
        while data := stream.read(CHUNK):
            draft.write(data)
        draft.seek()
        return _kept(ticket_id, draft, by=by, name=name, media_type=media_type, is_internal=is_internal)
    finally:
        jobs.run_blocking(draft.drop)


def attach_form(ticket_id: int, *, by: Principal, stream: IO[bytes], boundary: bytes,
                expected: int = 0) -> TicketAttachment:
    """The same from a multipart form: `file`, and `is_internal` where customers shall not see it. Raises besides
    ValidationFailed, BadRequest, and RateLimited for a customer."""
    _require_room(ticket_id, by=by, expected=expected)
    with Form(stream, boundary=boundary, folder=_incoming(), largest=_largest()) as form:
        return _kept(ticket_id, form.draft, by=by, name=form.name, media_type=form.media_type,
                     is_internal=form.fields.get("is_internal", "").lower() in ("1", "true", "yes", "on"))


def _largest() -> int:
    return settings().ticket_file_mb * MEGABYTE


def _incoming() -> Path:
    return settings().attachments / "incoming"


def _draft() -> Draft:
    return jobs.run_blocking(Draft, _incoming(), largest=_largest())


def _require_room(ticket_id: int, *, by: Principal, expected: int = 0) -> None:
    """Asked before the first byte is taken in, and again when all are there; no connection is held between."""
    if queries.is_customer(by):
        limiter().spend(limits.CUSTOMER_COMMENTS, "comments of a customer", str(by.user_id))
    queries.visible_to(by, ticket_id)
    _check_room(ticket_id, expected)
    db.session.rollback()


def _check_room(ticket_id: int, size: int) -> None:
    number, everyones = queries.room(ticket_id)
    if size > _largest():
        raise TooLarge(f"A file may have at most {settings().ticket_file_mb} MB")
    if number >= MOST_FILES or everyones + size > settings().ticket_quota_mb * MEGABYTE:
        raise QuotaExceeded()


def _kept(ticket_id: int, draft: Draft, *, by: Principal, name: str, media_type: str,
          is_internal: bool) -> TicketAttachment:
    """Its bytes first, then its row: what a crash leaves between is an orphan that the sweep finds."""
    is_internal = is_internal and not queries.is_customer(by)
    made = TicketAttachment(id=ids.handle(), ticket_id=ticket_id, name=file_names.safe(name), size=draft.size,
                            media_type=file_names.mime_type(media_type), is_internal=is_internal,
                            uploaded_by=by.name[:120], uploaded_by_id=by.user_id, created_at=clock.now())
    jobs.run_blocking(draft.keep, settings().attachments / made.id)
    try:
        ticket = _write(made, by=by)
    except BaseException:
        remove([made.id])
        raise
    news.added(ticket, "attached", is_internal=made.is_internal)
    return made


def _write(made: TicketAttachment, *, by: Principal) -> Ticket:
    ticket = queries.locked(by, made.ticket_id)
    _check_room(ticket.id, made.size)
    db.session.add(made)
    history.note(ticket, history.ATTACHED, by=by, is_internal=made.is_internal, file=(None, made.name))
    if not made.is_internal:
        ticket.updated_at = made.created_at
    _audit(ticket, made, "attach", "attached to", by=by)
    db.session.commit()
    return ticket


def detach(ticket_id: int, file_id: str, *, by: Principal) -> None:
    """Take a file off a ticket for good: who brought it, or an admin. Raises TicketNotFound, FileUnknown, Forbidden."""
    file, ticket = queries.file(by, ticket_id, file_id), queries.locked(by, ticket_id)
    if not by.is_admin and (by.user_id is None or file.uploaded_by_id != by.user_id):
        raise Forbidden("Only whoever attached it, or an administrator, may remove this file")
    history.note(ticket, history.DETACHED, by=by, is_internal=file.is_internal, file=(file.name, None))
    _audit(ticket, file, "detach", "taken off", by=by)
    was_internal = file.is_internal
    db.session.delete(file)
    db.session.commit()
    remove([file_id])
    news.added(ticket, "attached", is_internal=was_internal)


def _audit(ticket: Ticket, file: TicketAttachment, verb: str, done: str, *, by: Principal) -> None:
    audit.record(by, f"ticket.{verb}", f"{file.name} ({file.size} bytes) {done} ticket {ticket.id}",
                 client_id=ticket.client_id, device_id=ticket.device_id, ticket_id=ticket.id, file_id=file.id)


def handed_out(file: TicketAttachment) -> Response:
    """The answer that carries a file, whole or the part asked for; no browser shows it as a page of ours.
    Raises FileExpired when its bytes are gone, RangeNotSatisfiable."""
    path = settings().attachments / file.id
    if not jobs.run_blocking(path.is_file):
        raise FileExpired()
    return sending.answer(StoredFile(path, file.size, file.id), name=file.name, media_type=file.media_type)


def remove(file_ids: list[str]) -> None:
    """Delete the bytes of files that hang on no ticket any more."""
    folder = settings().attachments
    jobs.run_blocking(_unlink, [folder / file_id for file_id in file_ids])


def sweep() -> int:
    """Delete what a crash left behind: bytes that no ticket knows. Returns how many files."""
    folder, moment = settings().attachments, clock.now().timestamp() - STALE_SECONDS
    old = jobs.run_blocking(_older_than, folder, moment)
    known = queries.known_files([path.name for path in old])
    db.session.rollback()
    orphans = [path for path in old if path.name not in known]
    jobs.run_blocking(_unlink, orphans)
    return len(orphans)


def _older_than(folder: Path, moment: float) -> list[Path]:
    found = [*folder.iterdir(), *(folder / "incoming").glob("*.part")]
    return [path for path in found if path.is_file() and path.stat().st_mtime < moment][:500]


def _unlink(paths: list[Path]) -> None:
    for path in paths:
        with suppress(OSError):
            path.unlink()

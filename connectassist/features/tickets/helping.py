"""“I need help”: a call from a computer becomes a ticket, with a picture of the screen and what the helper's checks
found, if the person there wanted that. However often it is sent, it is one ticket; only the device that called may add
to it."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

from connectassist.core import clock
from connectassist.core.db import db
from connectassist.core.errors import Conflict, TicketNotFound
from connectassist.features.devices import service as devices
from connectassist.features.tickets import checkup, linked, pictures, queries, service, ties, words
from connectassist.features.tickets.linked import HELP
from connectassist.features.tickets.models import Ticket
from connectassist.identity import principal
from connectassist.identity.models import User
from connectassist.identity.principal import Principal

#: So long may a device add to what it asked.
ADDS_FOR = timedelta(days=1)
LONGEST_TITLE = 120
SCREENSHOT, CHECKS = "screenshot.jpg", "diagnostics.txt"


def call(device_id: str, *, by: Principal, request_id: str, problem: str, contact: str = "", hostname: str = "",
         username: str = "") -> Ticket:
    """Open the ticket of a call, or find the one that it opened before. Raises Unauthorized, RateLimited,
    DeviceNotFound, Conflict, ValidationFailed when nothing is said."""
    devices.prove(by, device_id)
    if linked.find(HELP, request_id):
        return _own(device_id, request_id, by=by)
    said = words.paragraphs(problem) or ""
    about = [f"{name}: {text}" for name, text in (
        ("Asked by", words.line(contact, 120)), ("Computer", words.line(hostname, 120)),
        ("Signed in there", words.line(username, 120))) if text]
    room = words.LONGEST_TEXT - len("\n".join(about)) - 2
    title = words.line(said.partition("\n")[0], LONGEST_TITLE) or words.line(said, LONGEST_TITLE) or ""
    ticket = service.open_by_device(device_id, by=by, title=title, requested_by=contact,
                                    description="\n\n".join([said[:room], "\n".join(about)]))
    _, is_new = ties.tie(ticket.id, HELP, request_id)
    db.session.commit()
    if is_new:
        return ticket
    service.delete(ticket.id, by=principal.system())  # the same call came twice in one moment
    return _own(device_id, request_id, by=by)


def add_screenshot(device_id: str, request_id: str, data: bytes, *, by: Principal) -> None:
    """Hang the picture of the screen on the ticket. Raises what `_own` raises, ValidationFailed, TooLarge,
    QuotaExceeded, DiskFull."""
    ticket_id = _open(device_id, request_id, by=by).id
    if queries.has_file(ticket_id, SCREENSHOT):
        return
    db.session.rollback()  # no connection is held while it is painted
    painted = pictures.repainted(data)
    service.attach(ticket_id, by=by, name=SCREENSHOT, stream=io.BytesIO(painted), media_type="image/jpeg")


def add_checks(device_id: str, request_id: str, found: list[Any], *, by: Principal) -> None:
    """Hang what the checks found on the ticket, as text. Raises what `_own` raises, QuotaExceeded, DiskFull."""
    ticket_id = _open(device_id, request_id, by=by).id
    if not queries.has_file(ticket_id, CHECKS):
        service.attach(ticket_id, by=by, name=CHECKS, stream=io.BytesIO(checkup.as_text(found).encode()),
                       media_type="text/plain")


def state(device_id: str, request_id: str, *, by: Principal) -> dict[str, Any]:
    """What became of a call. Raises Unauthorized, TicketNotFound."""
    ticket = _own(device_id, request_id, by=by)
    taker = db.session.get(User, ticket.assigned_to) if ticket.assigned_to else None
    return {"ticket_id": ticket.id, "status": ticket.status, "taken_by": taker.display_name if taker else None}


def _own(device_id: str, request_id: str, *, by: Principal) -> Ticket:
    """The ticket of a call of this device. Raises Unauthorized, TicketNotFound, also for another's."""
    devices.prove(by, device_id)
    link = linked.find(HELP, request_id)
    ticket = db.session.get(Ticket, link.ticket_id) if link else None
    if ticket is None or ticket.device_id != device_id:
        raise TicketNotFound()
    return ticket


def _open(device_id: str, request_id: str, *, by: Principal) -> Ticket:
    """The same while something may be added to it. Raises Conflict."""
    ticket = _own(device_id, request_id, by=by)
    if clock.now() - ticket.created_at > ADDS_FOR:
        raise Conflict("This ticket was opened too long ago to add to it")
    return ticket

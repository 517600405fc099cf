"""Reads of tickets, within the caller's scope: staff see their clients', a customer those that they made, a device
those about it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, select, tuple_, update

from connectassist.core.db import db, read_aside
from connectassist.core.errors import FileUnknown, NotYourTicket, TicketNotFound
from connectassist.core.measures import unix_milliseconds
from connectassist.features.clients import queries as clients
from connectassist.features.clients.service import DEFAULT_ID
from connectassist.features.tickets import listing
from connectassist.features.tickets.history import CONFIRMED, CORRECTED
from connectassist.features.tickets.models import Ticket, TicketAttachment, TicketChange, TicketComment
from connectassist.features.tickets.words import CLOSED, LIVE, RESOLVED
from connectassist.identity import people, principal
from connectassist.identity.principal import Principal

MOST_LINES, MOST_FILES = 500, 200
CHECKED = (CORRECTED, CONFIRMED)
MOST_EXPORTED, EXPORTED_AT_ONCE = 100_000, 1000


def is_customer(by: Principal) -> bool:
    """Somebody who signed in and is no staff, also while they belong to no client."""
    return by.is_signed_in and not by.is_staff


def visible_to(by: Principal, ticket_id: int) -> Ticket:
    """A ticket in the caller's scope. Raises TicketNotFound, NotYourTicket for a customer."""
    found = db.session.scalar(_scoped(by).where(Ticket.id == ticket_id))
    if found is None:
        raise _missing(by, ticket_id)
    return found


def locked(by: Principal, ticket_id: int) -> Ticket:
    """The same, as it is now and stays to the end of the transaction: whoever else wants to change it waits."""
    held = update(Ticket).where(Ticket.id == ticket_id, *scope(by)).values(version=Ticket.version)
    if not db.session.execute(held.execution_options(synchronize_session=False)).rowcount:
        raise _missing(by, ticket_id)
    return db.session.execute(select(Ticket).where(Ticket.id == ticket_id).execution_options(
        populate_existing=True)).scalar_one()


def _missing(by: Principal, ticket_id: int) -> Exception:
    """Contract 004 tells a customer of a ticket that is not theirs; to all others there is none."""
    is_there = is_customer(by) and db.session.scalar(select(Ticket.id).where(Ticket.id == ticket_id)) is not None
    return NotYourTicket() if is_there else TicketNotFound()


def page(by: Principal, *, limit: int, skip: int = 0, sort: str = "newest", **wanted: Any) -> list[Ticket]:
    """Tickets in scope. `wanted` filters as `listing.conditions` reads it; `sort` is one of `listing.SORTS`. What takes
    a look through many is looked for aside."""
    found = select(Ticket.id).where(*scope(by), *listing.conditions(**wanted)).order_by(*listing.order(sort))
    numbers = [row[0] for row in read_aside(found.limit(limit).offset(skip))]
    known = {each.id: each for each in db.session.scalars(select(Ticket).where(Ticket.id.in_(numbers)))}
    return [known[number] for number in numbers if number in known]


def count(by: Principal, **wanted: Any) -> int:
    """How many tickets in scope these filters let through."""
    return read_aside(select(func.count()).select_from(Ticket).where(*scope(by), *listing.conditions(**wanted)))[0][0]


def exported(by: Principal, **wanted: Any) -> Iterator[list[Row]]:
    """All of them, newest first, a thousand at a time; nothing is held between two reads."""
    last = None
    for _ in range(MOST_EXPORTED // EXPORTED_AT_ONCE):
        found = select(*listing.EXPORTED).where(*scope(by), *listing.conditions(**wanted))
        if last is not None:
            found = found.where(tuple_(Ticket.created_at, Ticket.id) < last)
        rows = read_aside(found.order_by(*listing.order("newest")).limit(EXPORTED_AT_ONCE))
        yield rows
        if len(rows) < EXPORTED_AT_ONCE:
            return
        last = rows[-1].created_at, rows[-1].id


def comments(ticket_id: int, *, by: Principal) -> list[TicketComment]:
    """A ticket's comments, oldest first, without those that are none of the caller's business."""
    found = select(TicketComment).where(TicketComment.ticket_id == ticket_id, *_open_to(by, TicketComment))
    return list(db.session.scalars(found.order_by(TicketComment.id)))


def files(ticket_id: int, *, by: Principal) -> list[TicketAttachment]:
    """The same of its files."""
    found = select(TicketAttachment).where(TicketAttachment.ticket_id == ticket_id, *_open_to(by, TicketAttachment))
    return list(db.session.scalars(found.order_by(TicketAttachment.created_at, TicketAttachment.id).limit(MOST_FILES)))


def file(by: Principal, ticket_id: int, file_id: str) -> TicketAttachment:
    """A file of a ticket in scope. Raises TicketNotFound, NotYourTicket, FileUnknown."""
    visible_to(by, ticket_id)
    found = db.session.scalar(select(TicketAttachment).where(
        TicketAttachment.id == file_id, TicketAttachment.ticket_id == ticket_id, *_open_to(by, TicketAttachment)))
    if found is None:
        raise FileUnknown()
    return found


def file_ids(ticket_id: int) -> list[str]:
    """The names under which a ticket's files lie."""
    return list(db.session.scalars(select(TicketAttachment.id).where(TicketAttachment.ticket_id == ticket_id)))


def has_file(ticket_id: int, name: str) -> bool:
    """Does a file of this name hang on a ticket?"""
    return db.session.scalar(select(TicketAttachment.id).where(
        TicketAttachment.ticket_id == ticket_id, TicketAttachment.name == name).limit(1)) is not None


def known_files(ids: list[str]) -> set[str]:
    """Which of these files hang on a ticket."""
    return set(db.session.scalars(select(TicketAttachment.id).where(TicketAttachment.id.in_(ids))))


def room(ticket_id: int) -> tuple[int, int]:
    """How many files hang on a ticket, and the bytes of all tickets' files."""
    number = db.session.scalar(select(func.count()).where(TicketAttachment.ticket_id == ticket_id))
    return number or 0, db.session.scalar(select(func.coalesce(func.sum(TicketAttachment.size), 0))) or 0


def history(by: Principal, ticket_id: int, *, limit: int = MOST_LINES, before: int | None = None) -> list[TicketChange]:
    """What became of a ticket, the newest lines first, from before the line `before` on; customers see what is theirs
    to see. Raises TicketNotFound, NotYourTicket."""
    visible_to(by, ticket_id)
    found = select(TicketChange).where(TicketChange.ticket_id == ticket_id, *_open_to(by, TicketChange))
    if before is not None:
        found = found.where(TicketChange.id < before)
    return list(db.session.scalars(found.order_by(TicketChange.id.desc()).limit(limit)))


def guess_checked(ticket_id: int) -> str | None:
    """Whether staff have `corrected` or `confirmed` what was guessed of a ticket; None while nobody has."""
    return db.session.scalar(select(TicketChange.kind).where(
        TicketChange.ticket_id == ticket_id, TicketChange.kind.in_(CHECKED)).order_by(TicketChange.id.desc()).limit(1))


def corrections(*, limit: int = 50_000) -> list[Row]:
    """What staff made of guesses that they knew better, or found right: title, description, category and priority as
    they are now, the newest first."""
    known_better = select(TicketChange.ticket_id).where(TicketChange.kind.in_(CHECKED))
    return read_aside(select(Ticket.id, Ticket.title, Ticket.description, Ticket.category, Ticket.priority)
                      .where(Ticket.id.in_(known_better)).order_by(Ticket.id.desc()).limit(limit))


def run_out(moment: datetime, *, limit: int = 200) -> list[int]:
    """Tickets of which a clock has run out that nobody was told of yet."""
    return list(db.session.scalars(select(Ticket.id).where(Ticket.alarm_at <= moment)
                                   .order_by(Ticket.alarm_at).limit(limit)))


def counts(by: Principal) -> tuple[int, int]:
    """How many tickets in scope are open or in progress, and how many there are."""
    found = read_aside(select(Ticket.status, func.count()).where(*scope(by)).group_by(Ticket.status))
    by_status = dict(found)
    return sum(by_status.get(status, 0) for status in LIVE), sum(by_status.values())


def summary(by: Principal) -> tuple[list[Row], Row]:
    """How many tickets in scope there are of each state, priority and category; and over how many that were solved,
    and how many milliseconds that took together."""
    group = (Ticket.status, Ticket.priority, Ticket.category)
    numbers = read_aside(select(*group, func.count().label("number")).where(*scope(by)).group_by(*group))
    took = unix_milliseconds(Ticket.resolved_at) - unix_milliseconds(Ticket.created_at)
    solved = read_aside(select(func.count().label("number"), func.coalesce(func.sum(took), 0).label("took"))
                        .where(*scope(by), Ticket.resolved_at.is_not(None)))
    return numbers, solved[0]


def solved(client_id: int, *, limit: int = 2000) -> list[Row]:
    """How a client's tickets were solved, the newest first: those whose resolution staff wrote down."""
    return read_aside(select(Ticket.id, Ticket.title, Ticket.description, Ticket.resolution, Ticket.requested_by,
                             Ticket.created_by_id, Ticket.assigned_to)
                      .where(*_solved(client_id)).order_by(Ticket.id.desc()).limit(limit))


def names_in(found: Sequence[Ticket | Row]) -> dict[int, tuple[str, ...]]:
    """Whoever asked in each of these tickets, opened it, works on it or wrote in it, by the ticket's id."""
    numbers = [each.id for each in found]
    accounts = people.names_of(number for each in found for number in (each.created_by_id, each.assigned_to) if number)
    names = {each.id: {each.requested_by, accounts.get(each.created_by_id), accounts.get(each.assigned_to)}
             for each in found}
    for said in read_aside(select(TicketComment.ticket_id, TicketComment.author)
                           .where(TicketComment.ticket_id.in_(numbers)).distinct()):
        names[said.ticket_id].add(said.author)
    return {number: tuple(sorted(name for name in those if name)) for number, those in names.items()}


def state_of_solved(client_id: int) -> tuple[int, datetime | None]:
    """What changes whenever those do. It is asked with each question, so it reads an index alone and counts those
    without a resolution too."""
    found = read_aside(select(func.count(), func.max(Ticket.updated_at)).where(*_done(client_id)))[0]
    return found[0], found[1]


def _solved(client_id: int) -> list[Any]:
    return [*_done(client_id), Ticket.resolution != ""]


def _done(client_id: int) -> list[Any]:
    return [Ticket.client_id == client_id, Ticket.status.in_((RESOLVED, CLOSED))]


def _scoped(by: Principal) -> Select[tuple[Ticket]]:
    return select(Ticket).where(*scope(by))


def scope(by: Principal) -> list[ColumnElement[bool]]:
    """What holds for every ticket that the caller may see."""
    if by.kind == principal.DEVICE:
        return [Ticket.device_id == by.device_id]
    within = [] if by.client_ids is None else [Ticket.client_id.in_(clients.homes_of(by))]
    return within if by.is_staff or by.client_ids is None else [*within, Ticket.created_by_id == by.user_id]


def settle(user_id: int, client_id: int) -> None:
    """What somebody opened while they belonged to no client is that client's from now on. The caller commits."""
    db.session.execute(update(Ticket).where(
        Ticket.created_by_id == user_id, Ticket.client_id == DEFAULT_ID, Ticket.device_id.is_(None)).values(
        client_id=client_id, version=Ticket.version + 1))


def taken_of(user_id: int) -> list[Ticket]:
    """What somebody opened and somebody works on."""
    return list(db.session.scalars(select(Ticket).where(
        Ticket.created_by_id == user_id, Ticket.assigned_to.is_not(None)).execution_options(populate_existing=True)))


def _open_to(by: Principal, kind: Any) -> list[ColumnElement[bool]]:
    """What is internal is for staff and the server itself."""
    return [] if by.is_staff or by.kind == principal.SYSTEM else [kind.is_internal.is_(False)]

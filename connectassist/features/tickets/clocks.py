"""How soon a ticket is to be answered and solved: clocks that run round the clock, stand still while the customer has
the word, and begin anew when a ticket is opened again. Nothing here commits."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import or_, select

from connectassist.core import clock
from connectassist.core.db import db
from connectassist.features.tickets.models import ServiceTarget, Ticket
from connectassist.features.tickets.words import LIVE

RESPONSE, RESOLUTION = "response", "resolution"
#: A clock whose last quarter has begun is near its end.
_LAST = 0.25


class Target(NamedTuple):
    """Minutes until somebody answers, and until it is solved."""

    response: int
    resolution: int


USUAL = {"critical": Target(30, 240), "high": Target(120, 480), "medium": Target(480, 2880), "low": Target(1440, 7200)}


def target(client_id: int, priority: str) -> Target:
    """The client's own target, else everybody's, else the one that the product comes with."""
    mine = or_(ServiceTarget.client_id == client_id, ServiceTarget.client_id.is_(None))
    found = db.session.scalar(select(ServiceTarget).where(mine, ServiceTarget.priority == priority)
                              .order_by(ServiceTarget.client_id.is_(None)).limit(1))
    return Target(found.response_minutes, found.resolution_minutes) if found else USUAL[priority]


def start(ticket: Ticket, moment: datetime) -> None:
    """Let both clocks begin, anew where they have run before."""
    ticket.clocks_since, ticket.waiting_since, ticket.waited_seconds, ticket.responded_at = moment, None, 0, None
    aim(ticket)


def aim(ticket: Ticket) -> None:
    """Set when the clocks run out, by the ticket's priority: an old one without clocks is given them so."""
    wanted = target(ticket.client_id, ticket.priority)
    ticket.clocks_since = ticket.clocks_since or ticket.created_at
    ticket.response_due_at = ticket.clocks_since + timedelta(minutes=wanted.response)
    ticket.resolution_due_at = ticket.clocks_since + timedelta(minutes=wanted.resolution,
                                                               seconds=ticket.waited_seconds or 0)
    wind(ticket)


def wind(ticket: Ticket, *, since: datetime | None = None) -> None:
    """Note when the next clock runs out; what ran out before `since` was told of."""
    ends = [] if ticket.status not in LIVE or ticket.waiting_since else [
        None if ticket.responded_at else ticket.response_due_at, ticket.resolution_due_at]
    ticket.alarm_at = min((end for end in ends if end and (since is None or end >= since)), default=None)


def answered(ticket: Ticket, moment: datetime) -> None:
    """Staff have said or done something about it."""
    if ticket.responded_at is None:
        ticket.responded_at = moment
        if ticket.alarm_at:
            wind(ticket, since=ticket.alarm_at)


def wait(ticket: Ticket, moment: datetime) -> None:
    """The customer has the word."""
    if ticket.waiting_since is None and ticket.status in LIVE:
        ticket.waiting_since = moment
        wind(ticket)


def go_on(ticket: Ticket, moment: datetime) -> None:
    """Staff have the word again."""
    if ticket.waiting_since is None:
        return
    waited = clock.seconds_between(ticket.waiting_since, moment)
    ticket.waiting_since, ticket.waited_seconds = None, (ticket.waited_seconds or 0) + waited
    if ticket.resolution_due_at:
        ticket.resolution_due_at += timedelta(seconds=waited)
    wind(ticket, since=moment)


def run_out(ticket: Ticket, moment: datetime) -> str | None:
    """Which clock has run out: the answer's first, then the solution's. None while neither has."""
    for name, end, _ in _running(ticket):
        if end <= (ticket.waiting_since or moment):
            return name
    return None


def is_near(ticket: Ticket, moment: datetime) -> bool:
    """Has the last quarter of a clock begun that has not run out?"""
    return any(begun and end > moment and (end - moment) <= (end - begun) * _LAST
               for _, end, begun in _running(ticket)) and not ticket.waiting_since


def _running(ticket: Ticket) -> list[tuple[str, datetime, datetime | None]]:
    if ticket.status not in LIVE:
        return []
    answer = None if ticket.responded_at else ticket.response_due_at
    return [(name, end, ticket.clocks_since) for name, end in ((RESPONSE, answer),
                                                               (RESOLUTION, ticket.resolution_due_at)) if end]

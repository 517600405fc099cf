"""How tickets fare over some days, counted for our own charts: within the caller's scope, with six reads however many
there are."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, case, func, or_, select

from connectassist.core import clock
from connectassist.core.db import read_aside
from connectassist.core.measures import not_negative, unix_milliseconds, utc_day
from connectassist.features.tickets import rows
from connectassist.features.tickets.history import CORRECTED
from connectassist.features.tickets.models import Ticket, TicketChange
from connectassist.features.tickets.queries import scope
from connectassist.features.tickets.words import LIVE
from connectassist.identity.principal import Principal

#: The ages of what waits, in hours: each reaches from the one before it.
AGES = (("under a day", 24), ("1 to 3 days", 72), ("3 to 7 days", 168), ("1 to 4 weeks", 672), ("over 4 weeks", None))
MOST_CATEGORIES = 12


def over(by: Principal, *, days: int) -> dict[str, Any]:
    """All of it. `days` are days in UTC, today the last. Spans are hours, shares percent; None where there is nothing
    to measure."""
    now = clock.now()
    since = now.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=days - 1)
    opened = [*scope(by), Ticket.created_at >= since]
    told = _sums(opened, now)
    return {"days": _by_day(by, since, days), "opened": told.opened, "distributions": _distributions(opened),
            "backlog": _backlog(by, now), **_resolved(by, since),
            "response_hours": _hours(told.response, told.responded),
            "response_kept": _share(told.response_kept, told.response_due),
            "resolution_kept": _share(told.resolution_kept, told.resolution_due),
            "guessed": told.guessed, "corrected": _corrected(opened)}


def _sums(opened: list[ColumnElement[bool]], now: datetime) -> Row:
    """One line over the tickets that were opened: how many of them were answered and solved, and in time."""
    answered, solved = Ticket.responded_at, Ticket.resolved_at
    return read_aside(select(
        func.count().label("opened"), func.count(answered).label("responded"),
        func.coalesce(func.sum(_took(answered)), 0).label("response"),
        _count(answered <= Ticket.response_due_at).label("response_kept"),
        _count(_is_decided(answered, Ticket.response_due_at, now)).label("response_due"),
        _count(solved <= Ticket.resolution_due_at).label("resolution_kept"),
        _count(_is_decided(solved, Ticket.resolution_due_at, now)).label("resolution_due"),
        _count(Ticket.auto_categorized).label("guessed")).where(*opened))[0]


def _is_decided(done: ColumnElement[Any], due: ColumnElement[Any], now: datetime) -> ColumnElement[bool]:
    """Whether it was in time is known: it is done, or it is too late for that already."""
    is_late = and_(done.is_(None), due < now, Ticket.waiting_since.is_(None), Ticket.status.in_(LIVE))
    return and_(due.is_not(None), or_(done.is_not(None), is_late))


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(case((condition, 1)))


def _took(until: Any) -> ColumnElement[int]:
    return not_negative(unix_milliseconds(until) - unix_milliseconds(Ticket.created_at))


def _resolved(by: Principal, since: datetime) -> dict[str, Any]:
    """Those solved in these days, whenever they were opened. While a customer has the word nobody's time runs."""
    took = not_negative(_took(Ticket.resolved_at) - Ticket.waited_seconds * 1000)
    found = read_aside(select(func.count().label("number"), func.coalesce(func.sum(took), 0).label("took"))
                       .where(*scope(by), Ticket.resolved_at >= since))[0]
    return {"resolved": found.number, "resolution_hours": _hours(found.took, found.number)}


def _by_day(by: Principal, since: datetime, days: int) -> list[dict[str, Any]]:
    """How many were opened and solved on each day, oldest first, those without any too."""
    opened, resolved = _counted(by, Ticket.created_at, since), _counted(by, Ticket.resolved_at, since)
    listed = [str((since + timedelta(days=number)).date()) for number in range(days)]
    return [{"day": day, "created": opened.get(day, 0), "resolved": resolved.get(day, 0)} for day in listed]


def _counted(by: Principal, moment: Any, since: datetime) -> dict[str, int]:
    day = utc_day(moment)
    found = read_aside(select(day.label("day"), func.count().label("number"))
                       .where(*scope(by), moment >= since).group_by(day))
    return {row.day: row.number for row in found}


def _distributions(opened: list[ColumnElement[bool]]) -> dict[str, dict[str, int]]:
    group = (Ticket.status, Ticket.priority, Ticket.category)
    summed = rows.counted(read_aside(select(*group, func.count().label("number")).where(*opened).group_by(*group)))
    summed["category"] = dict(sorted(summed["category"].items(), key=lambda each: -each[1])[:MOST_CATEGORIES])
    return summed


def _backlog(by: Principal, now: datetime) -> list[dict[str, Any]]:
    """How long those wait that nobody has solved yet, whenever they were opened."""
    counts, before = [], None
    for number, (_, hours) in enumerate(AGES):
        after = now - timedelta(hours=hours) if hours else None
        younger = [Ticket.created_at > after] if after else []
        older = [Ticket.created_at <= before] if before else []
        counts.append(_count(and_(*younger, *older)).label(f"age_{number}"))
        before = after
    found = read_aside(select(*counts).where(*scope(by), Ticket.status.in_(LIVE)))[0]
    return [{"age": name, "count": count} for (name, _), count in zip(AGES, found, strict=True)]


def _corrected(opened: list[ColumnElement[bool]]) -> int:
    """How many of those whose category and priority were guessed staff put right."""
    found = select(func.count(func.distinct(Ticket.id))).join(TicketChange, TicketChange.ticket_id == Ticket.id)
    return read_aside(found.where(*opened, Ticket.auto_categorized, TicketChange.kind == CORRECTED))[0][0]


def _hours(milliseconds: int, number: int) -> float | None:
    return round(int(milliseconds) / number / 3_600_000, 2) if number else None


def _share(part: int, whole: int) -> float | None:
    return round(part * 100 / whole, 1) if whole else None

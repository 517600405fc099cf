"""Which tickets a list shows, and in which order."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, literal, or_

from connectassist.core import clock
from connectassist.core.db import UtcDateTime
from connectassist.features.tickets import words
from connectassist.features.tickets.models import Ticket

_EXACT = ("status", "priority", "category", "assigned_to", "created_by_id", "client_id", "device_id", "session_id",
          "case_id")
MOST_WORDS = 12
_WEIGHT = case({name: weight for weight, name in enumerate(words.PRIORITIES)}, value=Ticket.priority, else_=-1)
#: When a ticket's next clock runs out, as `clocks.wind` has it; while the customer has the word, only what was late
#: before counts.
_END = case((and_(Ticket.responded_at.is_(None), Ticket.response_due_at.is_not(None), or_(
    Ticket.resolution_due_at.is_(None), Ticket.response_due_at <= Ticket.resolution_due_at)), Ticket.response_due_at),
            else_=Ticket.resolution_due_at)
_DUE = case((and_(Ticket.status.in_(words.LIVE), or_(
    Ticket.waiting_since.is_(None), Ticket.waiting_since >= _END)), _END))
SORTS: dict[str, tuple[ColumnElement[Any], ...]] = {
    "newest": (Ticket.created_at.desc(),), "oldest": (Ticket.created_at.asc(),),
    "updated": (Ticket.updated_at.desc().nulls_last(),), "priority": (_WEIGHT.desc(), Ticket.created_at.desc()),
    "due": (_DUE.asc().nulls_last(), Ticket.resolution_due_at.asc().nulls_last())}
#: What stands in an exported file of a ticket, without the long texts.
EXPORTED = (Ticket.id, Ticket.title, Ticket.status, Ticket.priority, Ticket.category, Ticket.client_id,
            Ticket.assigned_to, Ticket.created_by_id, Ticket.requested_by, Ticket.device_id, Ticket.created_at,
            Ticket.updated_at, Ticket.resolved_at, Ticket.response_due_at, Ticket.responded_at,
            Ticket.resolution_due_at, Ticket.description, Ticket.resolution)


def order(sort: str) -> tuple[ColumnElement[Any], ...]:
    """The order of a list; of two alike the newer comes first."""
    last = Ticket.id.asc() if sort == "oldest" else Ticket.id.desc()
    return (*SORTS[sort], last)


def conditions(*, search: str | None = None, unassigned: bool = False, overdue: bool = False,
               **exact: Any) -> list[ColumnElement[bool]]:
    """Filters by fields (several states or priorities parted by commas), by what nobody works on, by what is late, and
    by words that must all stand in a ticket."""
    found = [_is(name, exact[name]) for name in _EXACT if exact.get(name) is not None]
    if unassigned:
        found.append(Ticket.assigned_to.is_(None))
    if overdue:
        found.append(_is_overdue(clock.now()))
    return found + [Ticket.search_text.contains(word, autoescape=True) for word in words_of(search)]


def words_of(search: str | None) -> list[str]:
    """What must stand in a ticket, in any order: a word once, and of very many the longest."""
    given = dict.fromkeys(words.comparable((search or "").replace("\0", " ")).split())
    return sorted(given, key=len, reverse=True)[:MOST_WORDS]


def _is(name: str, value: Any) -> ColumnElement[bool]:
    column = getattr(Ticket, name)
    if isinstance(value, str) and "," in value and name in ("status", "priority"):
        return column.in_(value.split(",")[:20])
    return column == value


def _is_overdue(moment: datetime) -> ColumnElement[bool]:
    """As `clocks.run_out` says it of one."""
    now = func.coalesce(Ticket.waiting_since, literal(moment, UtcDateTime))
    late = or_(and_(Ticket.responded_at.is_(None), Ticket.response_due_at <= now), Ticket.resolution_due_at <= now)
    return and_(Ticket.status.in_(words.LIVE), late)

"""Reads of statistics: sessions in the caller's scope, filtered, listed, summed up and counted by day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, Subquery, and_, case, func, or_, select, tuple_

from connectassist.core import clock
from connectassist.core.db import contains, read_aside
from connectassist.core.measures import not_negative, unix_milliseconds, utc_day
from connectassist.features.sessions import queries as sessions
from connectassist.identity.principal import Principal

MOST_ROWS, MOST_DAYS = 500, 1100
MOST_EXPORTED, EXPORTED_AT_ONCE = 100_000, 1000
_SHOWN = ("session_id", "state", "created_at", "connected_at", "ended_at", "customer_name", "machine_name",
          "client_info", "device_id", "technician_name")


@dataclass(frozen=True, kw_only=True)
class Filter:
    """Which sessions: begun from one day to another, both included, in UTC; of a customer or machine; of a device."""

    begin: date | None = None
    end: date | None = None
    customer: str = ""
    device_id: str = ""
    status: str = ""


def listed(by: Principal, wanted: Filter) -> list[Row]:
    """The newest sessions, 500 at most."""
    return read_aside(_rows(by, wanted, at=clock.now()).limit(MOST_ROWS))


def exported(by: Principal, wanted: Filter) -> Iterator[list[Row]]:
    """All of them, newest first, a thousand at a time; nothing is held between two reads."""
    moment, last = clock.now(), None
    for _ in range(MOST_EXPORTED // EXPORTED_AT_ONCE):
        found = read_aside(_rows(by, wanted, at=moment, after=last).limit(EXPORTED_AT_ONCE))
        yield found
        if len(found) < EXPORTED_AT_ONCE:
            return
        last = found[-1].created_at, found[-1].id


def figures(by: Principal, wanted: Filter) -> tuple[dict[str, int], list[dict[str, Any]]]:
    """Totals over all of them, listed or not, and each day on which sessions began, oldest first: how many, and how
    long together. Of the days the last 1,100."""
    days = _days(by, wanted)
    totals = {"totalSessions": sum(each.number for each in days),
              "totalDurationMs": sum(int(each.duration) for each in days), "uniqueCustomers": _customers(by, wanted),
              "connectedSessions": sum(each.connected for each in days)}
    return totals, [{"day": each.day, "sessions": each.number, "durationMs": int(each.duration)}
                    for each in days[-MOST_DAYS:]]


def _days(by: Principal, wanted: Filter) -> list[Row]:
    table = sessions.countable(by)
    day = utc_day(table.c.created_at).label("day")
    return read_aside(select(
        day, func.count().label("number"), func.count(table.c.connected_at).label("connected"),
        func.sum(_duration(table, clock.now())).label("duration"),
    ).where(*_conditions(table, wanted)).group_by(day).order_by(day))


def _customers(by: Principal, wanted: Filter) -> int:
    table = sessions.countable(by)
    found = select(func.count(func.distinct(table.c.customer_name))).where(*_conditions(table, wanted))
    return read_aside(found)[0][0]


def _rows(by: Principal, wanted: Filter, *, at: datetime, after: tuple[datetime, int] | None = None) -> Select:
    table = sessions.countable(by)
    found = select(table.c.id, *(table.c[name] for name in _SHOWN), _duration(table, at).label("duration_ms"))
    if after:
        found = found.where(tuple_(table.c.created_at, table.c.id) < after)
    return found.where(*_conditions(table, wanted)).order_by(table.c.created_at.desc(), table.c.id.desc())


def _duration(table: Subquery, at: datetime) -> ColumnElement[int]:
    """How long a session lasted: from the connection (or its making) to its end, to now while it is connected,
    else to the last that was heard of it. Contract 001's rule."""
    columns = table.c
    begun = func.coalesce(columns.connected_at, columns.created_at)
    over = case((and_(columns.ended_at.is_not(None), columns.ended_at > begun), columns.ended_at),
                (columns.state == sessions.CONNECTED, at), else_=columns.updated_at)
    return not_negative(unix_milliseconds(over) - unix_milliseconds(begun))


def _conditions(table: Subquery, wanted: Filter) -> list[ColumnElement[bool]]:
    columns, found = table.c, []
    if wanted.begin:
        found.append(columns.created_at >= _midnight(wanted.begin))
    if wanted.end:
        found.append(columns.created_at < _midnight(wanted.end + timedelta(days=1)))
    if wanted.device_id:
        found.append(columns.device_id == wanted.device_id)
    if wanted.status:
        found.append(columns.state == wanted.status)
    if wanted.customer:
        found.append(or_(*(contains(column, wanted.customer) for column in (
            columns.customer_name, columns.machine_name, columns.client_info["hostname"].as_string()))))
    return found


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)

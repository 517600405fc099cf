"""A customer's devices, cut into pages by the database, away from the hub."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, func, select

from connectassist.core.db import read_aside
from connectassist.features.devices.listing import wanted
from connectassist.features.devices.models import Device
from connectassist.identity.principal import Principal

_TABLE = Device.__table__.c


def page(by: Principal, *, status: str, limit: int, offset: int, after: int, search: str = "",
         ) -> tuple[list[Row[Any]], bool, int]:
    """Devices in scope in the order in which they came, so that none moves to another page; whether more follow; how
    many there are. `after` is the row's id of the last device of the page before."""
    found = wanted(by, status=status, search=search)
    total = read_aside(select(func.count()).select_from(found.subquery()))[0][0]
    rows = read_aside(found.where(_TABLE.id > after).order_by(_TABLE.id).limit(limit + 1).offset(offset))
    return rows[:limit], len(rows) > limit, total


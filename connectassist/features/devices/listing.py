"""Lists of devices: filtered, sorted and cut into pages by the database, away from the hub."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, Subquery, and_, case, func, not_, or_, select

from connectassist.core.db import read_aside
from connectassist.features.devices.models import Device
from connectassist.features.devices.queries import CRITICAL, HEALTHY, is_online, scoped
from connectassist.identity.principal import Principal

#: A word that may be a piece of an address.
_ADDRESS = re.compile(r"[0-9a-fA-F.:]+")
HEALTH: dict[str, ColumnElement[bool]] = {
    "healthy": Device.health_score >= HEALTHY,
    "warning": and_(Device.health_score >= CRITICAL, Device.health_score < HEALTHY),
    "critical": Device.health_score < CRITICAL,
    "unscanned": Device.health_score.is_(None),
}
_WINDOWS = or_(Device.os.ilike("%windows%"), Device.platform.ilike("win%"))
_MACOS = or_(Device.os.ilike("%mac%"), Device.os.ilike("%darwin%"), Device.platform.ilike("mac%"),
             Device.platform.ilike("darwin%"))
PLATFORMS: dict[str, ColumnElement[bool]] = {
    "windows": _WINDOWS, "macos": _MACOS,
    "linux": and_(not_(func.coalesce(_WINDOWS, False)), not_(func.coalesce(_MACOS, False)),
                  or_(Device.os.is_not(None), Device.platform.is_not(None))),
}
_NAME = func.lower(func.coalesce(Device.machine_name, Device.hostname, Device.display_name, Device.device_id))
#: Contract 000's dashboard takes the whole fleet at once.
ALL = 20_000
SORTS = ("last_seen", "online", "name", "customer", "health", "enrolled")
#: The whole order of these stands in an index, so that a page costs no more than its rows.
INDEXED = ("last_seen", "health")


def page(by: Principal, *, sort: str = "last_seen", limit: int = 100, offset: int = 0, **filters: Any,
         ) -> tuple[list[Row[Any]], int]:
    """Devices in scope and how many there are. `sort` is one of SORTS; `filters` as in `wanted`."""
    found = wanted(by, **filters)
    if filters.get("search"):
        return _searched(found, sort, limit, offset)
    total = read_aside(select(func.count()).select_from(found.subquery()))[0][0]
    if total <= offset:
        return [], total
    if sort in INDEXED:
        return read_aside(found.order_by(*order(sort)).limit(limit).offset(offset)), total
    hits = found.with_only_columns(Device.id).order_by(*order(sort)).limit(limit).offset(offset).subquery()
    return read_aside(_whole(hits, sort)), total


def _searched(found: Select[Any], sort: str, limit: int, offset: int) -> tuple[list[Row[Any]], int]:
    """The same in one look through everything: no index helps a search for a piece of text."""
    hits = found.with_only_columns(Device.id, func.count().over().label("total")).order_by(*order(sort)).limit(
        limit).offset(offset).subquery()
    rows = read_aside(_whole(hits, sort).add_columns(hits.c.total))
    if rows or not offset:
        return rows, rows[0].total if rows else 0
    return [], read_aside(select(func.count()).select_from(found.subquery()))[0][0]


def _whole(hits: Subquery, sort: str) -> Select[Any]:
    """The rows of a page of ids: sorting ten thousand of them whole would take three times as long."""
    return select(Device.__table__).join(hits, hits.c.id == Device.id).order_by(*order(sort))


def wanted(by: Principal, *, search: str = "", status: str = "", client_id: int | None = None, health: str = "",
           platform: str = "") -> Select[Any]:
    """The devices in scope that fit. `status` is online or offline, `health` and `platform` are keys of HEALTH and
    PLATFORMS; each word of `search` must stand somewhere."""
    found = scoped(select(Device.__table__), by)
    if client_id is not None:
        found = found.where(Device.client_id == client_id)
    if health in HEALTH:
        found = found.where(HEALTH[health])
    if platform in PLATFORMS:
        found = found.where(PLATFORMS[platform])
    if status in ("online", "offline"):
        found = found.where(is_online() if status == "online" else ~is_online())
    for word in search.split()[:8]:
        found = found.where(_has(word))
    return found


def _has(word: str) -> ColumnElement[bool]:
    """Does a word stand somewhere? Both sides are in small letters already."""
    found: ColumnElement[bool] = Device.search_text.contains(word.lower(), autoescape=True)
    if _ADDRESS.fullmatch(word):
        found = or_(found, Device.last_ip.contains(word.lower(), autoescape=True))
    return found


def order(sort: str) -> tuple[ColumnElement[Any], ...]:
    """What a list is sorted by. Scores of nobody and devices never seen come last."""
    newest = (Device.last_seen.desc().nulls_last(), Device.id.desc())
    if sort == "online":
        return (case((is_online(), 0), else_=1), *newest)
    if sort == "name":
        return (_NAME, Device.id)
    if sort == "customer":
        return (func.lower(func.coalesce(Device.customer_name, "\uffff")), _NAME, Device.id)
    if sort == "health":
        return (Device.health_score.asc().nulls_last(), *newest)
    return (Device.created_at.desc(), Device.id.desc()) if sort == "enrolled" else newest

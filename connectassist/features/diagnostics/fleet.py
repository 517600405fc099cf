"""Reads of the whole fleet's health, in the caller's scope: sums and a page, both from an index."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, case, func, select

from connectassist.core.db import read_aside
from connectassist.features.devices import queries as devices
from connectassist.identity.principal import Principal

HARDWARE = ("cpu_model", "total_ram_gb", "total_disk_gb", "processor_count")


def summary(by: Principal) -> tuple[float | None, dict[str, int]]:
    """The average score of the devices that have one, and how many are healthy, warning, critical, unscanned."""
    score = devices.countable(by).c.health_score
    row = read_aside(select(
        func.avg(score).label("average"), func.count(case((score >= devices.HEALTHY, 1))).label("healthy"),
        func.count(case(((score < devices.HEALTHY) & (score >= devices.CRITICAL), 1))).label("warning"),
        func.count(case((score < devices.CRITICAL, 1))).label("critical"),
        func.count(case((score.is_(None), 1))).label("unscanned")))[0]
    average = None if row.average is None else round(float(row.average), 1)
    return average, {name: getattr(row, name) for name in ("healthy", "warning", "critical", "unscanned")}


def page(by: Principal, *, limit: int, offset: int) -> list[Row]:
    """Devices with their scores and what they are made of, last seen first."""
    table = devices.countable(by)
    details: Any = table.c.details
    return read_aside(select(
        table.c.device_id, table.c.client_id, table.c.hostname, table.c.health_score, table.c.last_seen,
        *(details[name].as_string().label(name) for name in HARDWARE),
    ).order_by(table.c.last_seen.desc(), table.c.id.desc()).limit(limit).offset(offset))

"""How results, a device's health and the fleet's are shown, as contract 000 has them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from math import isfinite
from typing import Any

import orjson

from connectassist.core import clock
from connectassist.features.diagnostics.models import DiagnosticResult

#: Up to so many days a chart has a point for each hour, beyond that for each day.
DAYS_BY_HOUR = 3


def result_row(result: DiagnosticResult) -> dict[str, Any]:
    """One result; `data` is a JSON string."""
    return {"id": result.id, "device_id": result.device_id, "check_type": result.check_type, "status": result.status,
            "label": result.label, "value": result.value, "data": orjson.dumps(result.results).decode(),
            "health_score": result.health_score, "created_at": result.created_at}


def points(course: Iterable[tuple[datetime, int]], *, days: int) -> list[dict[str, Any]]:
    """A chart's points, oldest first: the score at the end of each hour or day in which there was a result, and the
    lowest in it."""
    found: dict[datetime, dict[str, Any]] = {}
    for at, score in course:
        begin = at.replace(minute=0, second=0, microsecond=0)
        begin = begin if days <= DAYS_BY_HOUR else begin.replace(hour=0)
        point = found.setdefault(begin, {"at": clock.iso(begin), "score": score, "lowest": score})
        point["score"], point["lowest"] = score, min(point["lowest"], score)
    return list(found.values())


def fleet_row(row: Any, *, is_online: bool) -> dict[str, Any]:
    """A device in the fleet's summary."""
    return {"device_id": row.device_id, "hostname": row.hostname, "health_score": row.health_score,
            "cpu_model": row.cpu_model, "total_ram_gb": _number(row.total_ram_gb),
            "total_disk_gb": _number(row.total_disk_gb), "processor_count": _number(row.processor_count),
            "status": "online" if is_online else "offline",
            "last_seen": clock.now() if is_online else row.last_seen, "client_id": row.client_id}


def _number(said: Any) -> float | int | None:
    """What a device gave as a number, if it is one; databases hand it out of JSON each in their way."""
    try:
        found = float(said)
    except (TypeError, ValueError):
        return None
    if not isfinite(found):
        return None
    return int(found) if found.is_integer() else found

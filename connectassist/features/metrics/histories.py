"""Samples as charts show them: a bounded number of points, whatever the span."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, NamedTuple

from connectassist.features.metrics.measures import HOUR, MINUTE

#: Points of a chart at most, but for the one that has just begun.
MOST_POINTS = 480
#: Spans up to so many hours are told by the minute.
BY_THE_MINUTE = 72


class Point(NamedTuple):
    """What a chart needs of a sample."""

    at: datetime
    cpu: float
    memory: float
    disk: float
    hub_lag_ms: float
    sockets: int


def width(hours: int) -> int:
    """Seconds that a point of a chart over so many hours stands for."""
    resolution = MINUTE if hours <= BY_THE_MINUTE else HOUR
    return resolution * math.ceil(hours * HOUR / MOST_POINTS / resolution)


def bucketed(points: Iterable[Point], seconds: int) -> list[Point]:
    """One point for each so many seconds, oldest first: the mean, and the worst of lag and sockets."""
    buckets: dict[int, list[Point]] = {}
    for point in points:
        buckets.setdefault(int(point.at.timestamp()) // seconds * seconds, []).append(point)
    return [summed_up(buckets[begin], at=datetime.fromtimestamp(begin, UTC)) for begin in sorted(buckets)]


def summed_up(points: list[Any], *, at: datetime) -> Point:
    """Several looks as one."""
    def mean(name: str) -> float:
        return round(sum(getattr(point, name) for point in points) / len(points), 1)

    return Point(at, mean("cpu"), mean("memory"), mean("disk"), max(point.hub_lag_ms for point in points),
                 max(point.sockets for point in points))

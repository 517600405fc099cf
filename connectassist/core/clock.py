"""The only source of time, so that tests can set it."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def monotonic() -> float:
    """Seconds for measuring spans; never goes back."""
    return time.monotonic()


def iso(moment: datetime | None) -> str | None:
    """A moment as every API shows it: `2026-01-01T00:00:00.000Z`."""
    if moment is None:
        return None
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def milliseconds(moment: datetime) -> int:
    """Unix milliseconds, as chat messages carry them."""
    return int(moment.timestamp() * 1000)


def from_milliseconds(value: float) -> datetime:
    """The moment of a Unix millisecond count; far-off values are held within the calendar."""
    bounded = min(max(value, 0), 253402300799000)
    return datetime.fromtimestamp(bounded / 1000, UTC)


def read(said: Any) -> datetime | None:
    """A moment as others write it: ISO-8601, UTC where it names no zone, or Unix milliseconds; None for none."""
    if isinstance(said, int | float) and not isinstance(said, bool):
        return from_milliseconds(said) if abs(said) <= 253402300799000 else None
    try:
        found = datetime.fromisoformat(said.strip()) if isinstance(said, str) and len(said) <= 40 else None
        return found and (found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        return None


def seconds_between(start: datetime | None, end: datetime | None) -> int:
    """Whole seconds from start to end; 0 when either is missing or the order is wrong."""
    if start is None or end is None:
        return 0
    return max(0, int((end - start) / timedelta(seconds=1)))

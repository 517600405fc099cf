"""What a device says its checks found: read with care, bounded, and let in at a pace."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from connectassist.core import clock, foreign
from connectassist.core.errors import EventRefused, RateLimited
from connectassist.features.diagnostics.checks import KNOWN, Finding

LARGEST_RESULT = 64 * 1024
MOST_AN_HOUR, BYTES_AN_HOUR = 1200, 8 * 1024 * 1024
HOUR = 3600
_STATUS = re.compile(r"[a-z_]{1,20}")


@dataclass(frozen=True, slots=True)
class Arrived:
    """One result, cleaned."""

    device_id: str
    finding: Finding
    results: dict[str, Any]
    at: datetime


def read(device_id: str, said: dict[str, Any]) -> Arrived:
    """A result as it may be kept. Raises EventRefused when it names no check that there is."""
    check_type = said.get("checkType")
    if not isinstance(check_type, str) or check_type not in KNOWN:
        raise EventRefused("diagnostic_result needs a checkType that there is")
    results = foreign.bounded(said.get("results"), largest=LARGEST_RESULT)
    finding = Finding(check_type, _status(said.get("status")), foreign.text(said.get("label"), 200),
                      foreign.text(said.get("value"), 200))
    return Arrived(device_id, finding, results if isinstance(results, dict) else {"items": results}, clock.now())


def _status(said: Any) -> str:
    return said if isinstance(said, str) and _STATUS.fullmatch(said) else "unknown"


class Pace:
    """How much each device may have kept in an hour: more than any honest one sends, however often it is asked."""

    def __init__(self) -> None:
        self._hour = 0
        self._spent: dict[str, tuple[int, int]] = {}

    def spend(self, device_id: str, size: int) -> None:
        """Count a result. Raises RateLimited."""
        hour = int(clock.monotonic() / HOUR)
        if hour != self._hour:
            self._hour = hour
            self._spent.clear()
        number, total = self._spent.get(device_id, (0, 0))
        if number >= MOST_AN_HOUR or total + size > BYTES_AN_HOUR:
            raise RateLimited("This device has sent too many results for this hour")
        self._spent[device_id] = number + 1, total + size

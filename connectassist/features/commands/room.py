"""How much of what is asked for and answered is kept for one device, and for one client: a machine or an account in
wrong hands must not fill the server's disk in the months for which commands are kept. What staff ask for is theirs to
judge."""

from __future__ import annotations

from typing import Any

import orjson

from connectassist.features.commands.answers import Answer
from connectassist.http import guard, limits
from connectassist.identity.principal import Principal

KILOBYTE = 1024


def for_wish(by: Principal, parameters: Any) -> None:
    """May this be kept as well? Raises RateLimited."""
    size = len(orjson.dumps(parameters))
    if by.device_id is not None:
        _spend(limits.KEPT_OF_DEVICE, "kept of a device", by.device_id, size=size)
    elif by.is_customer:
        _spend(limits.KEPT_OF_CUSTOMER, "kept of a customer", str(by.client_id), size=size)


def for_answer(device_id: str, answer: Answer) -> None:
    """The same for what a device answered. Raises RateLimited."""
    size = sum(len(text.encode()) for text in (answer.output, answer.error) if text)
    _spend(limits.KEPT_OF_DEVICE, "kept of a device", device_id, size=size)


def _spend(limit: str, *key: str, size: int) -> None:
    """Each costs a kilobyte by itself."""
    guard.limiter().spend(limit, *key, cost=1 + size // KILOBYTE)

"""Guessing sessionIds over the socket uses up the same budget as over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from connectassist.core.errors import AppError
from connectassist.http import limits
from connectassist.http.guard import limiter
from connectassist.identity import principal
from connectassist.realtime.connections import Connection


@contextmanager
def counted(connection: Connection, miss: type[AppError]) -> Iterator[None]:
    """Count a miss of somebody unproven. Raises RateLimited when their address has guessed too often."""
    is_stranger, key = connection.principal.kind == principal.NOBODY, ("wrong session id", connection.principal.address)
    if is_stranger:
        limiter().require(limits.WRONG_SESSION_ID, *key)
        limiter().require(limits.WRONG_SESSION_IDS_OF_ALL, "wrong session ids")
    try:
        yield
    except miss:
        if is_stranger:
            limiter().spend(limits.WRONG_SESSION_ID, *key)
            limiter().spend(limits.WRONG_SESSION_IDS_OF_ALL, "wrong session ids")
        raise

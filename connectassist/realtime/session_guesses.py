"""Guessing sessionIds over the socket uses up the same budget as over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from connectassist.core.errors import AppError
from connectassist.http import guard, limits
from connectassist.identity import principal
from connectassist.realtime.connections import Connection


@contextmanager
def counted(connection: Connection, miss: type[AppError]) -> Iterator[None]:
    """Count a miss of somebody unproven. Raises RateLimited when their address has guessed too often."""
    by = connection.principal
    if by.kind == principal.NOBODY:
        guard.limiter().require(limits.WRONG_SESSION_ID, "wrong session id", by.address)
    guard.require_guesses(by)
    try:
        yield
    except miss:
        guard.count_guess(by)
        raise

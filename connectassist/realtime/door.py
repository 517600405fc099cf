"""The server's own door: as many connections at a time as the system lets a program have, and none too many for it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from errno import EBADF, EINVAL
from typing import Any

log = logging.getLogger(__name__)
#: So many files and sockets at once, where the system allows it; many systems start a program with 1,024.
WANTED = 65_536
PAUSE = 0.25


def make_room() -> None:
    """Ask the system for room for many connections."""
    with suppress(ImportError, ValueError, OSError):
        import resource  # not on Windows, which has no such limit
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = WANTED if hard == resource.RLIM_INFINITY else min(WANTED, hard)
        if soft != resource.RLIM_INFINITY and soft < wanted:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def patient(listener: Any, *, sleep: Callable[[float], Any]) -> Any:
    """The same listener, which waits when no more connection can be taken just now. To eventlet's server the first
    that can't is a reason to end."""
    accept = listener.accept

    def accept_in_time() -> Any:
        is_told = False
        while True:
            try:
                return accept()
            except OSError as problem:
                if problem.errno in (EBADF, EINVAL):  # the listener itself is closed
                    raise
                if not is_told:
                    log.error("no connection can be taken just now: %s", problem)
                    is_told = True
                sleep(PAUSE)
    listener.accept = accept_in_time
    return listener

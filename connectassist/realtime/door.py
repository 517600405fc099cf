"""The server's own door: as many connections at a time as the system lets a program have, and none too many for it."""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable
from contextlib import suppress
from errno import EBADF, EINVAL
from typing import Any

log = logging.getLogger(__name__)
#: So many files and sockets at once, where the system allows it; many systems start a program with 1,024.
WANTED = 65_536
PAUSE = 0.25
#: What goes on over a connection: nothing yet, a request, nothing any more.
NEW, BUSY, IDLE = "new", "busy", "idle"


class Closed(Exception):
    """Thrown at whoever waits for the next connection: nobody is let in any more."""


class Visitors:
    """The HTTP connections that are open, and what goes on over each."""

    def __init__(self) -> None:
        self._states: dict[Any, str] = {}
        self.are_leaving = False

    def waits(self, visitor: Any) -> None:
        """Nothing is asked over a connection at the moment, or not yet."""
        self._states[visitor] = IDLE if visitor in self._states else NEW

    def asks(self, visitor: Any) -> None:
        """A request is under way. When it is answered the connection ends, if everybody is to leave."""
        self._states[visitor] = BUSY
        if self.are_leaving:
            visitor.close_connection = True

    def went(self, visitor: Any) -> None:
        """A connection is over, or has become something other than HTTP."""
        self._states.pop(visitor, None)

    def count(self, *states: str) -> int:
        """How many there are in these states."""
        return sum(state in states for state in self._states.values())

    def show_out(self, line: Callable[[Any], Any]) -> None:
        """End the connections over which nothing is asked; `line` is a visitor's socket."""
        for visitor in [visitor for visitor, state in self._states.items() if state != BUSY]:
            with suppress(OSError):
                line(visitor).shutdown(socket.SHUT_RD)


VISITORS = Visitors()


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
    that can't is a reason to end. Once it is closed it waits for ever: those who are inside stay until they have what
    they came for."""
    accept = listener.accept

    def accept_in_time() -> Any:
        is_told = False
        while True:
            try:
                return accept()
            except Closed:
                listener.close()
                while True:
                    sleep(3600)
            except OSError as problem:
                if problem.errno in (EBADF, EINVAL):  # the listener itself is closed
                    raise
                if not is_told:
                    log.error("no connection can be taken just now: %s", problem)
                    is_told = True
                sleep(PAUSE)
    listener.accept = accept_in_time
    return listener

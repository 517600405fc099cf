"""Which of a site's processes does what only one should: the sweeps that look after the whole site.

The one that holds a lock in Redis, which it renews with each beat of the bus. While Redis is away nobody takes over and
whoever led leads on; where it is away from the start, the first process leads. A process without Redis leads itself.
So for some seconds two may lead, or none: what they do must bear that.
"""

from __future__ import annotations

import logging
from typing import Any

from connectassist.realtime.bus import BUS, Bus

log = logging.getLogger(__name__)
#: How long the lock outlives its holder, in seconds.
LASTS = 5
_RENEW = """
if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('expire', KEYS[1], ARGV[2]) end
return redis.call('set', KEYS[1], ARGV[1], 'NX', 'EX', ARGV[2]) and 1 or 0
"""
_RELEASE = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end"


class Lead:
    """Whether one process leads; as long as Redis has not said so, whether it is the first."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._is_held: bool | None = None
        bus.on_beat.append(self.renew)
        bus.on_leave.append(self.release)

    def is_ours(self) -> bool:
        """Does this process lead?"""
        if not self._bus.is_shared:
            return True
        return self._bus.is_first if self._is_held is None else self._is_held

    def renew(self, redis: Any) -> None:
        """Take the lock, or hold on to it."""
        try:
            is_held = bool(redis.eval(_RENEW, 1, self._lock, self._bus.name, LASTS))
        except Exception as problem:  # Redis is away: nobody takes over meanwhile
            log.debug("the lock could not be renewed: %s", problem)
            return
        if is_held != self._is_held:
            log.info("this process %s", "looks after the whole site" if is_held else "leaves the whole site to another")
        self._is_held = is_held

    def release(self, redis: Any) -> None:
        """Let another take the lock at once: this process ends."""
        self._is_held = False
        redis.eval(_RELEASE, 1, self._lock, self._bus.name)

    @property
    def _lock(self) -> str:
        return f"{self._bus.channel}:leader"


LEAD = Lead(BUS)


def is_heir() -> bool:
    """Is it for this process to settle what another one leaves behind that is gone? All that are left see the same
    answer at once, whoever leads by then."""
    return min([BUS.name, *BUS.peers]) == BUS.name


def is_leader() -> bool:
    """Does this process look after the whole site?"""
    return LEAD.is_ours()

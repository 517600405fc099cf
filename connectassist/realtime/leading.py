"""Which of a site's processes does what only one should: the sweeps that look after the whole site.

The one that holds a lock in Redis, which it renews with each beat of the bus. While Redis is away nobody takes over and
whoever led leads on. A process without Redis leads itself.
"""

from __future__ import annotations

import logging
from typing import Any

from connectassist.realtime.bus import BUS

log = logging.getLogger(__name__)
#: How long the lock outlives its holder, in seconds.
LASTS = 5
_RENEW = """
if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('expire', KEYS[1], ARGV[2]) end
return redis.call('set', KEYS[1], ARGV[1], 'NX', 'EX', ARGV[2]) and 1 or 0
"""
_is_leading = [False]


def is_leader() -> bool:
    """Does this process look after the whole site?"""
    return _is_leading[0] or not BUS.is_shared


def renew(redis: Any) -> None:
    """Take the lock, or hold on to it."""
    try:
        held = bool(redis.eval(_RENEW, 1, f"{BUS.channel}:leader", BUS.name, LASTS))
    except Exception as problem:  # Redis is away: nobody takes over meanwhile
        log.debug("the lock could not be renewed: %s", problem)
        return
    if held != _is_leading[0]:
        log.info("this process %s", "looks after the whole site now" if held else "is one of several")
    _is_leading[0] = held


BUS.on_beat.append(renew)

"""Which of a site's processes does what only one should: the sweeps that look after the whole site.

The one that holds a lock in Redis, which it renews with each beat of the bus. While Redis is away nobody takes over and
whoever led leads on; where it is away from the start, the first process leads. A process without Redis leads itself.
So for some seconds two may lead, or none: what they do must bear that.
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
_RELEASE = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end"
#: Empty until Redis has said so for the first time.
_held: list[bool] = []


def is_leader() -> bool:
    """Does this process look after the whole site?"""
    if not BUS.is_shared:
        return True
    return _held[0] if _held else BUS.is_first


def renew(redis: Any) -> None:
    """Take the lock, or hold on to it."""
    try:
        held = bool(redis.eval(_RENEW, 1, _lock(), BUS.name, LASTS))
    except Exception as problem:  # Redis is away: nobody takes over meanwhile
        log.debug("the lock could not be renewed: %s", problem)
        return
    if [held] != _held:
        log.info("this process %s", "looks after the whole site now" if held else "leaves the whole site to another")
    _held[:] = [held]


def release(redis: Any) -> None:
    """Let another take the lock at once: this process ends."""
    redis.eval(_RELEASE, 1, _lock(), BUS.name)
    _held[:] = [False]


def _lock() -> str:
    return f"{BUS.channel}:leader"


BUS.on_beat.append(renew)
BUS.on_leave.append(release)

"""Rate limits counted in a Redis that several processes share."""

from __future__ import annotations

import logging
from typing import Any

from limits import RateLimitItem
from limits.storage import MemoryStorage, storage_from_string
from limits.strategies import FixedWindowRateLimiter
from redis import RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

from connectassist.core import clock

log = logging.getLogger(__name__)
#: How long a Redis may take, and how long one that took longer is left alone. Seconds.
PATIENCE, PAUSE = 0.5, 5.0


class Shared(FixedWindowRateLimiter):
    """Counts in Redis. While that does not answer, each process counts by itself: a limit then holds for each of them,
    so nobody is locked out and no guesser is let loose. Another `site` on the same Redis has counts of its own."""

    def __init__(self, redis_url: str, *, site: str) -> None:
        super().__init__(MemoryStorage())
        self._shared = FixedWindowRateLimiter(storage_from_string(
            redis_url, key_prefix=f"connectassist:{site}", socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE,
            retry=Retry(NoBackoff(), 0)))  # type: ignore[arg-type]
        self._away_until = -PAUSE
        self._is_away = False

    def hit(self, item: RateLimitItem, *identifiers: str, cost: int = 1) -> bool:
        return self._asked("hit", item, *identifiers, cost=cost)

    def test(self, item: RateLimitItem, *identifiers: str, cost: int = 1) -> bool:
        return self._asked("test", item, *identifiers, cost=cost)

    def get_window_stats(self, item: RateLimitItem, *identifiers: str) -> Any:
        return self._asked("get_window_stats", item, *identifiers)

    def clear(self, item: RateLimitItem, *identifiers: str) -> None:
        self._asked("clear", item, *identifiers)

    def _asked(self, question: str, *args: Any, **options: Any) -> Any:
        if clock.monotonic() >= self._away_until:
            try:
                answer = getattr(self._shared, question)(*args, **options)
                self._note(is_away=False)
                return answer
            except RedisError as problem:
                self._away_until = clock.monotonic() + PAUSE
                self._note(is_away=True, problem=problem)
        return getattr(super(), question)(*args, **options)

    def _note(self, *, is_away: bool, problem: Exception | None = None) -> None:
        if is_away and not self._is_away:
            log.warning("Redis does not answer, rate limits are counted in this process alone: %s", problem)
        elif self._is_away and not is_away:
            log.warning("Redis answers again, rate limits are shared")
        self._is_away = is_away

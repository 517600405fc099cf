"""Asking the configured provider: again when that may help, not at all for a while after it failed."""

from __future__ import annotations

import logging

from connectassist.core import clock, jobs
from connectassist.features.assistant.providers import Provider, ProviderTrouble
from connectassist.realtime.gateway import GATEWAY

log = logging.getLogger(__name__)
TRIES = 3
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 20.0
ALL_TOGETHER = 120.0
REST_AFTER_FAILURE = 20.0


class Line:
    """The way to one provider."""

    def __init__(self, provider: Provider, *, tries: int = TRIES) -> None:
        self.provider, self._tries = provider, tries
        self._rests_until = 0.0

    def ask(self, system: str, user: str) -> str:
        """The provider's answer. Nothing but a real thread waits for it. Raises ProviderTrouble."""
        if clock.monotonic() < self._rests_until:
            raise ProviderTrouble("it failed a moment ago")
        try:
            return self._persistently(system, user)
        except ProviderTrouble as trouble:
            self._rests_until = clock.monotonic() + REST_AFTER_FAILURE
            log.warning("the assistant's provider %s gave no answer: %s", self.provider.name, trouble)
            raise

    def _persistently(self, system: str, user: str) -> str:
        gives_up_at, pause = clock.monotonic() + ALL_TOGETHER, FIRST_PAUSE
        for number in range(1, self._tries + 1):
            try:
                return jobs.run_blocking(self.provider.complete, system, user)
            except ProviderTrouble as trouble:
                wait = min(pause if trouble.retry_after is None else trouble.retry_after, LONGEST_PAUSE)
                if not trouble.is_passing or number == self._tries or clock.monotonic() + wait > gives_up_at:
                    raise
            GATEWAY.socketio.sleep(wait)
            pause *= 2
        raise AssertionError("not reached: the last try returns or raises")

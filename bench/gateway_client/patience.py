"""How long to wait before the next try."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

from bench.gateway_client.errors import Stopped


@dataclass(frozen=True)
class Patience:
    """Waits of `first` seconds, doubling up to `most`, each longer by a random part of up to `jitter`, so that devices
    that were cut off together don't come back together. After `tries` it is over (None: never)."""

    first: float = 1.0
    most: float = 30.0
    jitter: float = 0.3
    tries: int | None = 3
    stop: threading.Event = field(default_factory=threading.Event)

    def waits(self) -> Iterator[float]:
        """The seconds to wait after each try that failed."""
        wait, count = self.first, 1
        while self.tries is None or count < self.tries:
            yield wait * (1 + random.uniform(0, self.jitter))
            wait, count = min(wait * 2, self.most), count + 1

    def rest(self, seconds: float) -> None:
        """Wait. Raises Stopped when it is time to stop."""
        if self.stop.wait(seconds):
            raise Stopped()

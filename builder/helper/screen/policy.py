"""When to look at the screen and when to send it: pure, with the clock as an argument."""

from __future__ import annotations

from dataclasses import dataclass

ACTIVE_SECONDS = 0.4
IDLE_FPS = 5.0


@dataclass
class FramePolicy:
    """Full rate until 0.4 s after the last change, then 5 frames a second.

    A browser's jitter buffer grows when frames stop; a thin stream of equal frames keeps it short.
    """

    fps: float = 30.0
    last_change: float = float("-inf")
    last_sent: float = float("-inf")

    def next_due(self, now: float) -> float:
        """The moment at which a frame is due even if nothing changes."""
        active = now - self.last_change < ACTIVE_SECONDS
        return self.last_sent + (1 / self.fps if active else 1 / IDLE_FPS)

    def earliest(self) -> float:
        """The moment before which no frame is sent, whatever changes."""
        return self.last_sent + 1 / self.fps

    def decide(self, now: float, *, changed: bool, urgent: bool = False) -> bool:
        """Say whether to send now, and remember it."""
        if changed:
            self.last_change = now
        slack = 0.002  # a wake-up a moment early must not cost a whole interval
        send = urgent or now + slack >= (self.earliest() if changed else self.next_due(now))
        if send:
            self.last_sent = now
        return send

"""Is everything up? Each service is really asked, and the answer kept for a moment."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app

from connectassist.core import clock
from connectassist.features.operations import readiness
from connectassist.features.templates import queries as stock
from connectassist.realtime.gateway import GATEWAY

KEPT_SECONDS = 2.0
_STARTED = clock.monotonic()
_UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60))


@dataclass(frozen=True)
class Probed:
    """What the services said, and when."""

    at: float
    services: dict[str, str]

    @property
    def is_online(self) -> bool:
        """Can people be helped? Without payloads they can, from the browser."""
        return self.services["database"] == "connected" and self.services["rustdesk_relay"] == "running"


def probed() -> Probed:
    """The services' state, asked anew when the last answer is older than KEPT_SECONDS."""
    known: Probed | None = current_app.extensions.get("probed")
    if known is None or clock.monotonic() - known.at > KEPT_SECONDS:
        known = current_app.extensions["probed"] = Probed(clock.monotonic(), _services())
    return known


def _services() -> dict[str, str]:
    """The names are contract 002's; its relay is what carries screens and input, here the socket gateway."""
    return {"database": "connected" if readiness.database_answers() else "unavailable",
            "rustdesk_relay": "running" if GATEWAY.socketio.server is not None else "stopped",
            "client_builder": "available" if stock.available() else "unavailable"}


def uptime() -> str:
    """How long this process has run: `5 days, 12 hours`."""
    return in_words(uptime_seconds())


def uptime_seconds() -> int:
    """The same in seconds."""
    return int(clock.monotonic() - _STARTED)


def in_words(seconds: float) -> str:
    """A span in its two largest units."""
    left, parts = int(seconds), []
    for unit, size in _UNITS:
        count, left = divmod(left, size)
        if count or parts:
            parts.append(f"{count} {unit}{'' if count == 1 else 's'}")
    return ", ".join(parts[:2]) or "less than a minute"

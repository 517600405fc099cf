"""The relays for pictures that find no direct way, and who may use them: coturn's time-limited credentials
(its "TURN REST API": the user name says until when, the password proves that we said so)."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from connectassist.core import clock
from connectassist.core.settings import Settings
from connectassist.features.sessions import queries as sessions
from connectassist.http import guard
from connectassist.identity import principal
from connectassist.identity.principal import Principal

LIFE = timedelta(hours=2)


@dataclass(frozen=True)
class Relays:
    """Servers as WebRTC takes them; `life` is how many seconds their credentials hold, 0 where there are none."""

    servers: list[dict[str, Any]]
    life: int = 0


def offered_to(by: Principal, *, session_id: str = "", settings: Settings) -> Relays:
    """What a caller may use. STUN servers are told to everyone; relays cost traffic, so they are for technicians,
    devices that showed their secret, and whoever names a live session. Raises SessionNotFound for a wrong one."""
    name = _name(by, session_id)
    stun = [url for url in settings.turn_urls if url.startswith("stun")]
    turn = [url for url in settings.turn_urls if not url.startswith("stun")]
    servers: list[dict[str, Any]] = [{"urls": stun}] if stun else []
    if not (turn and settings.turn_secret and name):
        return Relays(servers)
    user = f"{int((clock.now() + LIFE).timestamp())}:{name}"
    proof = hmac.new(settings.turn_secret.encode(), user.encode(), hashlib.sha1).digest()
    return Relays([*servers, {"urls": turn, "username": user, "credential": base64.b64encode(proof).decode()}],
                  int(LIFE.total_seconds()))


def _name(by: Principal, session_id: str) -> str:
    """Who the relay's own log names, or nothing for callers who have proved nothing. A sessionId is a capability and
    stands in no log."""
    if by.is_technician:
        return f"staff-{by.user_id}"
    if by.kind == principal.DEVICE:
        return "device-" + hashlib.sha256((by.device_id or "").encode()).hexdigest()[:12]
    if not session_id:
        return ""
    guard.require_guesses()
    return f"session-{sessions.live(session_id).id}"

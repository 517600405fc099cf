"""What pages hear of enrollment tokens."""

from __future__ import annotations

from connectassist.core import clock
from connectassist.features.enrollment.models import EnrollmentToken
from connectassist.realtime import announce
from connectassist.realtime.gateway import GATEWAY

UPDATED = GATEWAY.events.sends("enrollment-updated", to="staff", fields="clientId tokenId state downloads usedBy",
                               doc="An enrollment token or an installer was made, fetched, used or revoked.")


def changed(token: EnrollmentToken) -> None:
    """A list of tokens is out of date. Call once the change is committed."""
    GATEWAY.to_staff(token.client_id, UPDATED, {"clientId": token.client_id, "tokenId": token.id,
                                                "state": token.state, "downloads": token.downloads,
                                                "usedBy": token.used_by})


def enrolled(client_id: int, device_id: str, hostname: str | None) -> None:
    """There is a new device."""
    announce.device(client_id, device_id, online=False, status="offline", hostname=hostname,
                    last_seen=clock.iso(clock.now()))

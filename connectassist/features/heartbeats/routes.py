"""POST /api/v1/device/heartbeat (contract 003)."""

from __future__ import annotations

from connectassist.core.errors import DeviceNotFound, Unavailable, ValidationFailed
from connectassist.features.commands import queries as commands
from connectassist.features.heartbeats import service
from connectassist.features.heartbeats.shapes import Beating, HeardView
from connectassist.http.guard import DEVICE, current_principal, who_may
from connectassist.http.openapi import Blueprint

bp = Blueprint("heartbeats", __name__, url_prefix="/api/v1/device", description="Signs of life.")


@bp.post("/heartbeat")
@who_may(DEVICE)
@bp.arguments(Beating)
@bp.raises(ValidationFailed, DeviceNotFound, Unavailable)
@bp.response(200)
@bp.shows(HeardView)
def heartbeat(body: dict) -> dict:
    """Say how the device is. `nextHeartbeat` is in milliseconds; `pendingCommands` can be claimed now."""
    by = current_principal()
    wait = service.note(by.device_id or "", by=by, **body)
    return {"success": True, "nextHeartbeat": wait, "pendingCommands": commands.waiting(by.device_id or "")}

"""GET /api/devices/<id>/heartbeat: what a device at the gateway said last of itself, for staff."""

from __future__ import annotations

from connectassist.core.errors import DeviceNotFound
from connectassist.features.devices import queries as devices
from connectassist.features.heartbeats import queries
from connectassist.features.heartbeats.shapes import LastBeatView
from connectassist.http.guard import STAFF, current_principal, who_may
from connectassist.http.openapi import Blueprint

bp = Blueprint("device_heartbeat", __name__, url_prefix="/api/devices", description="What devices say of themselves.")


@bp.get("/<device_id>/heartbeat")
@who_may(STAFF)
@bp.raises(DeviceNotFound)
@bp.response(200)
@bp.shows(LastBeatView)
def latest(device_id: str) -> dict:
    """Read a device's last heartbeat; null for one that has sent none."""
    beat = queries.latest(devices.visible_to(current_principal(), device_id).device_id)
    return {"success": True, "heartbeat": beat and {"receivedAt": beat.at, "status": beat.status,
                                                    "metrics": beat.metrics, "diagnostics": beat.diagnostics}}

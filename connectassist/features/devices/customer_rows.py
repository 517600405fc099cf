"""How customers are shown their devices (contract 003)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from connectassist.features.devices import queries, sightings
from connectassist.realtime.presence import presence

if TYPE_CHECKING:
    from sqlalchemy import Row

    from connectassist.features.device_sessions.models import DeviceSession
    from connectassist.features.devices.models import Device
    from connectassist.features.heartbeats.beats import Beat


def list_page(devices: Sequence[Row[Any]], has_more: bool, total: int, *, limit: int, beats: Mapping[str, Beat],
              sessions: Mapping[str, DeviceSession], waiting: Mapping[str, int], suspended: Collection[str],
              ) -> dict[str, Any]:
    """A page of devices; `pagination` says it again as the portal of contract 003 reads it."""
    return {"devices": [_row(each, beats.get(each.device_id), sessions.get(each.device_id)) | {
                "pendingCommands": waiting.get(each.device_id, 0), "suspended": each.device_id in suspended}
            for each in devices],
            "total": total, "pagination": {"limit": limit, "hasMore": has_more, "total": total,
                                           "nextCursor": str(devices[-1].id) if has_more else None}}


def _row(device: Row[Any], beat: Beat | None, session: DeviceSession | None) -> dict[str, Any]:
    row = _plain(device, beat, session) | {"lastSeen": _last_seen(device), "createdAt": device.created_at,
                                          "metrics": beat.metrics if beat else None}
    return row | {"location": device.location} if device.location else row


def status_view(device: Device, beat: Beat | None, session: DeviceSession | None, *, waiting: int, is_suspended: bool,
                ) -> dict[str, Any]:
    """A device in detail, as it said itself in its last heartbeat."""
    return _plain(device, beat, session) | {
        "lastHeartbeat": beat.at if beat else _last_seen(device), "lastSeen": _last_seen(device),
        "createdAt": device.created_at, "location": device.location, "model": device.model, "os": device.os,
        "pendingCommands": waiting, "suspended": is_suspended,
        "metrics": beat.metrics if beat else None, "diagnostics": beat.diagnostics if beat else None}


def _plain(device: Device | Row[Any], beat: Beat | None, session: DeviceSession | None) -> dict[str, Any]:
    """`condition` is the device's own word, such as busy or error."""
    is_online = presence.is_online(device.device_id)
    row = {"id": device.device_id, "name": queries.shown_name(device), "status": "online" if is_online else "offline",
           "condition": beat.status if beat else None}
    return row | {"activeSession": session.session_id, "activeSessionType": session.type} if session else row


def _last_seen(device: Device | Row[Any]) -> datetime | None:
    """When a device was last there; nothing for one that never was."""
    return sightings.newest(device.device_id, device.last_seen)

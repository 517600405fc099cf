"""Whether the assistant answers a device's user, or a person does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from connectassist.core import clock

if TYPE_CHECKING:
    from sqlalchemy import Row

    from connectassist.features.devices.models import Device

ENABLED, TEMPORARY, PERMANENT = "enabled", "temporary", "permanent"
MODES = (ENABLED, TEMPORARY, PERMANENT)
REASONS = {TEMPORARY: "it_active", PERMANENT: "permanent"}


def mode_of(device: Device | Row[Any]) -> str:
    """The mode now: a pause ends by itself."""
    if device.ai_mode == TEMPORARY and (device.ai_resumes_at is None or device.ai_resumes_at <= clock.now()):
        return ENABLED
    return device.ai_mode or ENABLED


def status_of(device: Device | Row[Any]) -> dict[str, Any]:
    """What a device is told of it: `ai_status`."""
    mode = mode_of(device)
    return {"enabled": mode == ENABLED, "reason": REASONS.get(mode)}


def change_of(device: Device) -> dict[str, Any]:
    """What staff are told of it: `device_ai_changed`, with the names that 000's rows have for it."""
    mode = mode_of(device)
    return {"deviceId": device.device_id, "mode": mode, **status_of(device), "changedBy": device.ai_mode_by,
            "ai_disabled": None if mode == ENABLED else mode, "ai_disabled_by": device.ai_mode_by,
            "resumesAt": clock.iso(device.ai_resumes_at) if mode == TEMPORARY else None}

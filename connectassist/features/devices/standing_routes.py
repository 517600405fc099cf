"""Staff decide whether a device may speak."""

from __future__ import annotations

from marshmallow import fields, validate

from connectassist.core.errors import DeviceNotFound, ValidationFailed
from connectassist.features.devices import standing
from connectassist.http.guard import TECHNICIAN, current_principal, who_may
from connectassist.http.openapi import Blueprint, Body

bp = Blueprint("device_standing", __name__, url_prefix="/api/devices/<device_id>",
               description="Whether a device may speak.")


class Reason(Body):
    reason = fields.String(load_default="", validate=validate.Length(0, standing.LONGEST_REASON))


@bp.post("/suspend")
@who_may(TECHNICIAN)
@bp.arguments(Reason)
@bp.raises(DeviceNotFound, ValidationFailed)
@bp.response(200)
def suspend(body: dict, device_id: str) -> dict:
    """Suspend a device: it is signed out everywhere, and refused until it is resumed."""
    standing.suspend(device_id, by=current_principal(), **body)
    return {"success": True, "suspended": True}


@bp.post("/resume")
@who_may(TECHNICIAN)
@bp.arguments(Reason)
@bp.raises(DeviceNotFound, ValidationFailed)
@bp.response(200)
def resume(body: dict, device_id: str) -> dict:
    """Let a suspended device work again."""
    standing.resume(device_id, by=current_principal(), **body)
    return {"success": True, "suspended": False}


@bp.post("/sign-out")
@who_may(TECHNICIAN)
@bp.arguments(Reason)
@bp.raises(DeviceNotFound, ValidationFailed)
@bp.response(200)
def sign_out(body: dict, device_id: str) -> dict:
    """End a device's tokens and close its sockets; it may sign in again."""
    standing.sign_out(device_id, by=current_principal(), **body)
    return {"success": True}

"""What the pages of contract 002 call besides its documented rows: a connect with the device in the body, and a
device's word that it is there."""

from __future__ import annotations

from marshmallow import fields, validate

from connectassist.core.errors import DeviceNotFound, ValidationFailed
from connectassist.features.devices import opening, service
from connectassist.features.devices.routes import ConnectOrder
from connectassist.http.context import server_url
from connectassist.http.guard import DEVICE, TECHNICIAN, current_principal, who_may
from connectassist.http.openapi import Blueprint, Body

bp = Blueprint("device_pages", __name__, url_prefix="/api", description="Machines, as 002's own pages call them.")


class PageOrder(ConnectOrder):
    device_id = fields.String(required=True, validate=validate.Length(1, 120))


class StatusReport(Body):
    status = fields.String(load_default="online", validate=validate.OneOf(("online", "offline")))


@bp.post("/connect")
@who_may(TECHNICIAN)
@bp.arguments(PageOrder)
@bp.raises(DeviceNotFound, ValidationFailed)
@bp.response(200)
def connect(body: dict) -> dict:
    """Prepare a connection to a device, as 002's page asks for it."""
    info = opening.connect(body["device_id"], by=current_principal(), server=server_url(),
                           connection_type=body["connection_type"])
    return {"success": True, "connection_info": info}


@bp.post("/devices/<device_id>/status")
@who_may(DEVICE)
@bp.arguments(StatusReport)
@bp.raises(DeviceNotFound, ValidationFailed)
@bp.response(200)
def report(body: dict, device_id: str) -> dict:
    """A device says that it is there. Online it is while its socket is open."""
    service.note_seen(device_id, by=current_principal())
    return {"success": True, "status": body["status"]}

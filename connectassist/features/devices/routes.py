"""/api/devices: contracts 001 and 002 (and, by audience, the bare array of 000)."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from connectassist.core.errors import DeviceNotFound, Unauthorized, ValidationFailed
from connectassist.features.devices import opening, queries, service
from connectassist.features.devices.rows import device_row
from connectassist.features.devices.shapes import (
    ConnectView,
    DeviceAnswerView,
    DeviceListView,
    PendingView,
    RegisteredDeviceView,
)
from connectassist.features.sessions import service as sessions
from connectassist.http import limits
from connectassist.http.context import server_url
from connectassist.http.guard import ANYONE, STAFF, TECHNICIAN, current_principal, speaks_pocket, who_may
from connectassist.http.limits import limited
from connectassist.http.openapi import Blueprint, Body
from connectassist.http.paging import Page

bp = Blueprint("devices", __name__, url_prefix="/api/devices", description="Machines that run the helper.")

Name = validate.Length(0, 120)


class DeviceFilter(Page):
    search = fields.String(load_default="", validate=validate.Length(0, 120))
    status = fields.String(load_default="")


class Registration(Body):
    device_id = fields.String(required=True, data_key="deviceId", validate=validate.Regexp(r"^[\x21-\x7e]{1,120}\Z"))
    display_name = fields.String(data_key="displayName", allow_none=True)
    os = fields.String(allow_none=True)
    hostname = fields.String(allow_none=True)
    arch = fields.String(allow_none=True)
    allow_unattended = fields.Boolean(data_key="allowUnattended", allow_none=True)
    mac_address = fields.String(data_key="macAddress", allow_none=True)
    helper_version = fields.String(data_key="version", allow_none=True)


class Renaming(Body):
    customer_name = fields.String(data_key="customerName", allow_none=True, validate=Name)
    machine_name = fields.String(data_key="machineName", allow_none=True, validate=Name)


class ConnectOrder(Body):
    connection_type = fields.String(load_default="desktop", validate=validate.Length(0, 40))


@bp.get("")
@who_may(STAFF)
@bp.arguments(DeviceFilter, location="query")
@bp.response(200)
@bp.shows(DeviceListView)
def listing(query: dict) -> Any:
    """List devices, last seen first."""
    by = current_principal()
    devices, total = queries.page(by, **query)
    rows = [device_row(device, to=by) for device in devices]
    opening.note_shown(devices, by=by)
    return rows if speaks_pocket() else {"success": True, "devices": rows, "total": total}


@bp.post("/register")
@who_may(ANYONE)
@limited(limits.HELPER)
@bp.arguments(Registration)
@bp.raises(ValidationFailed, Unauthorized)
@bp.response(200)
@bp.shows(RegisteredDeviceView)
def register(body: dict) -> dict:
    """Register a device (helper). A new one gets its deviceSecret, this once."""
    by = current_principal()
    device, secret = service.introduce(body.pop("device_id"), by=by, **body)
    answer = {"success": True, "device": device_row(device, to=by)}
    return answer if secret is None else {**answer, "deviceSecret": secret}


@bp.get("/pending/<device_id>")
@who_may(ANYONE)
@limited(limits.HELPER)
@bp.raises(DeviceNotFound, Unauthorized)
@bp.response(200)
@bp.shows(PendingView)
def pending(device_id: str) -> dict:
    """Is a technician waiting for this device?"""
    session_id = opening.pending(device_id, by=current_principal())
    return {"pending": True, "sessionId": session_id} if session_id else {"pending": False}


@bp.patch("/<device_id>")
@who_may(TECHNICIAN)
@bp.arguments(Renaming)
@bp.raises(DeviceNotFound)
@bp.response(200)
@bp.shows(DeviceAnswerView)
def rename(body: dict, device_id: str) -> dict:
    """Set a device's customer and machine name."""
    by = current_principal()
    return {"success": True, "device": device_row(service.rename(device_id, by=by, changes=body), to=by)}


@bp.delete("/<device_id>")
@who_may(TECHNICIAN)
@bp.raises(DeviceNotFound)
@bp.response(200)
def remove(device_id: str) -> dict:
    """Deregister a device. Its sessions end, its cases stay."""
    by = current_principal()
    sessions.end_all_of(queries.visible_to(by, device_id).device_id, by=by)
    service.remove(device_id, by=by)
    return {"success": True, "message": f"Device {device_id} removed"}


@bp.post("/<device_id>/request")
@who_may(TECHNICIAN)
@bp.raises(DeviceNotFound)
@bp.response(200)
def request_session(device_id: str) -> dict:
    """Open a session for a device; its helper is told, now or when it comes."""
    session = opening.open_session(device_id, by=current_principal())
    return {"success": True, "sessionId": session.session_id, "message": "Session requested"}


@bp.post("/<device_id>/connect")
@who_may(TECHNICIAN)
@bp.arguments(ConnectOrder)
@bp.raises(DeviceNotFound, ValidationFailed)
@bp.response(200)
@bp.shows(ConnectView)
def connect(body: dict, device_id: str) -> dict:
    """Prepare a connection to a device (contract 002). The customer is asked on the session page."""
    info = opening.connect(device_id, by=current_principal(), server=server_url(),
                           connection_type=body["connection_type"])
    return {"success": True, "connection_info": info}

"""/api/devices: contracts 001 and 002 (and, by audience, the bare array of 000)."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from connectassist.core import jobs
from connectassist.core.errors import (
    ClientNotFound,
    DeviceNotFound,
    DeviceOutOfScope,
    Unauthorized,
    ValidationFailed,
)
from connectassist.core.ids import LARGEST_ID
from connectassist.features.devices import listing, opening, queries, service
from connectassist.features.devices.rows import detail_row, device_row, device_rows, pocket_rows
from connectassist.features.devices.shapes import (
    ConnectView,
    DeviceAnswerView,
    DeviceDetailView,
    DeviceListView,
    PendingView,
    RegisteredDeviceView,
)
from connectassist.features.sessions import service as sessions
from connectassist.http import limits
from connectassist.http.context import server_url
from connectassist.http.guard import ADMIN, ANYONE, STAFF, TECHNICIAN, current_principal, speaks_pocket, who_may
from connectassist.http.limits import limited
from connectassist.http.openapi import Blueprint, Body
from connectassist.http.paging import LARGEST, Page

bp = Blueprint("devices", __name__, url_prefix="/api/devices", description="Machines that run the helper.")

Name = validate.Length(0, 120)


class DeviceFilter(Page):
    limit = fields.Integer(validate=validate.Range(1, LARGEST))
    search = fields.String(load_default="", validate=validate.Length(0, 120))
    status = fields.String(load_default="")
    client_id = fields.Integer(load_default=None, validate=validate.Range(0, LARGEST_ID))
    health = fields.String(load_default="")
    platform = fields.String(load_default="")
    sort = fields.String(load_default="last_seen", validate=validate.OneOf(listing.SORTS))
    passwords = fields.Boolean(load_default=True)


class DetailWish(Body):
    passwords = fields.Boolean(load_default=False)


class Move(Body):
    client_id = fields.Integer(required=True, allow_none=True, validate=validate.Range(1, LARGEST_ID))


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
@bp.raises(ValidationFailed)
@bp.response(200)
@bp.shows(DeviceListView)
def index(query: dict) -> Any:
    """List devices, last seen first. `passwords=false` leaves the permanent passwords out, which else is audited."""
    by, shows_passwords = current_principal(), query.pop("passwords")
    if speaks_pocket():
        devices, _ = listing.page(by, **{"limit": listing.ALL, **query})
        return jobs.run_blocking(pocket_rows, devices)
    devices, total = listing.page(by, **query)
    rows = device_rows(devices, to=by, shows_password=shows_passwords)
    opening.note_shown(rows, by=by)
    return {"success": True, "devices": rows, "total": total}


@bp.get("/<device_id>")
@who_may(STAFF)
@bp.arguments(DetailWish, location="query")
@bp.raises(DeviceNotFound, DeviceOutOfScope)
@bp.response(200)
@bp.shows(DeviceDetailView)
def detail(query: dict, device_id: str) -> dict:
    """A device with its hardware, its health score and the reasons. `passwords=true` shows the permanent password."""
    by = current_principal()
    if speaks_pocket():
        return detail_row(queries.visible_or_refused(by, device_id), to=by, shows_password=False)
    row = detail_row(queries.visible_to(by, device_id), to=by, shows_password=query["passwords"])
    opening.note_shown([row], by=by)
    return row


@bp.patch("/<device_id>/client")
@who_may(ADMIN)
@bp.arguments(Move)
@bp.raises(DeviceNotFound, ClientNotFound, ValidationFailed)
@bp.response(200)
def move(body: dict, device_id: str) -> dict:
    """Give a device to another client; null is the default client. A running session ends."""
    by = current_principal()
    if service.is_elsewhere(device_id, body["client_id"], by=by):
        sessions.end_all_of(device_id, by=by)
    service.move(device_id, body["client_id"], by=by)
    return {"success": True}


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

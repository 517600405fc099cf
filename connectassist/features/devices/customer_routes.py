"""/api/v1/customer/devices: a customer looks at their devices (contract 003)."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from connectassist.core.errors import DeviceNotFound, NotYourDevice, ValidationFailed
from connectassist.core.ids import LARGEST_ID
from connectassist.features.commands import queries as commands
from connectassist.features.device_sessions import queries as device_sessions
from connectassist.features.devices import customer_listing, queries
from connectassist.features.devices.customer_rows import list_page, status_view
from connectassist.features.devices.shapes import CustomerDeviceListView, CustomerDeviceView
from connectassist.features.heartbeats import queries as heartbeats
from connectassist.http.guard import CUSTOMER, current_principal, who_may
from connectassist.http.openapi import Blueprint, Body
from connectassist.identity import device_secrets

bp = Blueprint("customer_devices", __name__, url_prefix="/api/v1/customer/devices",
               description="A customer's devices.")
LARGEST = 200


class DeviceFilter(Body):
    status = fields.String(load_default="all", validate=validate.OneOf(("online", "offline", "all")))
    limit = fields.Integer(load_default=50, validate=validate.Range(1, LARGEST))
    offset = fields.Integer(load_default=0, validate=validate.Range(0, 10_000_000))
    cursor = fields.Integer(load_default=0, validate=validate.Range(0, LARGEST_ID))
    search = fields.String(load_default="", validate=validate.Length(0, 120))


@bp.get("")
@who_may(CUSTOMER)
@bp.arguments(DeviceFilter, location="query")
@bp.raises(ValidationFailed)
@bp.response(200)
@bp.shows(CustomerDeviceListView)
def index(query: dict) -> Any:
    """List the customer's devices in the order in which they came. `cursor` is the `nextCursor` of the page before."""
    devices, has_more, total = customer_listing.page(current_principal(), after=query.pop("cursor"), **query)
    ids = {device.device_id for device in devices}
    return list_page(devices, has_more, total, limit=query["limit"], beats=heartbeats.latest_of(ids),
                     sessions=device_sessions.active_of_many(ids), waiting=commands.unfinished(ids),
                     suspended=device_secrets.suspended_among(ids))


@bp.get("/<device_id>/status")
@who_may(CUSTOMER)
@bp.raises(DeviceNotFound, NotYourDevice)
@bp.response(200)
@bp.shows(CustomerDeviceView)
def show_status(device_id: str) -> Any:
    """Tell how a device is: its last heartbeat and what it said in it, and the session that it is in."""
    device = queries.owned(current_principal(), device_id)
    return {"device": status_view(
        device, heartbeats.latest(device_id), device_sessions.active_of(device_id),
        waiting=commands.unfinished([device_id]).get(device_id, 0),
        is_suspended=device_secrets.is_suspended(device_id))}

"""/api/devices/<id>/help: how the helper's “I need help” arrives. The device shows its secret and speaks for itself."""

from __future__ import annotations

from flask import request
from marshmallow import fields, validate

from connectassist.core.errors import (
    Conflict,
    DeviceNotFound,
    DiskFull,
    Forbidden,
    QuotaExceeded,
    RateLimited,
    TicketNotFound,
    TooLarge,
    Unauthorized,
    ValidationFailed,
)
from connectassist.features.tickets import helping
from connectassist.features.tickets.words import LONGEST_NAME
from connectassist.http import limits
from connectassist.http.guard import DEVICE, current_principal, who_may
from connectassist.http.limits import limited
from connectassist.http.openapi import Blueprint, Body

bp = Blueprint("device_help", __name__, url_prefix="/api/devices/<device_id>/help",
               description="“I need help”, pressed at a computer.")
LARGEST_PICTURE = 6 * 1024 * 1024
LONGEST_PROBLEM = 5000
_UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_ONE = "/<call_id>"


class Called(Body):
    request_id = fields.String(required=True, validate=validate.Regexp(rf"{_UUID}\Z"))
    problem = fields.String(required=True, validate=validate.Length(1, LONGEST_PROBLEM))
    contact = fields.String(load_default="", validate=validate.Length(0, LONGEST_NAME))
    hostname = fields.String(load_default="", validate=validate.Length(0, 255))
    username = fields.String(load_default="", validate=validate.Length(0, 255))


class Found(Body):
    checks = fields.List(fields.Raw(), required=True, validate=validate.Length(1, 50))


@bp.post("")
@who_may(DEVICE)
@limited(limits.HELPER)
@bp.arguments(Called)
@bp.raises(ValidationFailed, Unauthorized, DeviceNotFound, TicketNotFound, Conflict, RateLimited)
@bp.response(201)
def call(body: dict, device_id: str) -> dict:
    """Open a ticket for whoever sits at the device. The `request_id` names the call from
    now on: sent again it is the same ticket."""
    return {"success": True, "ticket_id": helping.call(device_id, by=current_principal(), **body).id}


@bp.get(_ONE)
@who_may(DEVICE)
@limited(limits.HELPER)
@bp.raises(Unauthorized, TicketNotFound, RateLimited)
@bp.response(200)
def state(device_id: str, call_id: str) -> dict:
    """What became of it: the ticket's number, its status, and who has taken it."""
    return {"success": True, **helping.state(device_id, call_id, by=current_principal())}


@bp.put(f"{_ONE}/screenshot")
@who_may(DEVICE)
@limited(limits.HELPER)
@bp.raises(ValidationFailed, Unauthorized, Forbidden, TicketNotFound, Conflict, TooLarge, QuotaExceeded, DiskFull,
           RateLimited)
@bp.response(200)
def screenshot(device_id: str, call_id: str) -> dict:
    """Add a picture of the screen, a JPEG or PNG as the body, within a day. It is painted anew before it is kept."""
    request.max_content_length = LARGEST_PICTURE
    helping.add_screenshot(device_id, call_id, request.get_data(cache=False), by=current_principal())
    return {"success": True}


@bp.put(f"{_ONE}/checks")
@who_may(DEVICE)
@limited(limits.HELPER)
@bp.arguments(Found)
@bp.raises(ValidationFailed, Unauthorized, TicketNotFound, Conflict, QuotaExceeded, DiskFull, RateLimited)
@bp.response(200)
def checks(body: dict, device_id: str, call_id: str) -> dict:
    """Add what the helper's checks have found, within a day. It is kept as text that people can read."""
    helping.add_checks(device_id, call_id, body["checks"], by=current_principal())
    return {"success": True}

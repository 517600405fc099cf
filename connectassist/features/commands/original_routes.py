"""/api/v1/dev/enqueue-command: where the original of contract 003 has its tests queue commands. Here staff do."""

from __future__ import annotations

from flask import request
from marshmallow import fields, validate

from connectassist.core.errors import DeviceNotFound, IdempotencyMismatch, RateLimited, TooLarge, ValidationFailed
from connectassist.features.commands import service
from connectassist.features.commands.rows import queued_row
from connectassist.features.commands.shapes import QueuedView, WishBody
from connectassist.http.guard import TECHNICIAN, current_principal, who_may
from connectassist.http.openapi import Blueprint

bp = Blueprint("gateway_dev", __name__, url_prefix="/api/v1/dev", description="Queueing as the original's tests do.")


class WishForDevice(WishBody):
    device_id = fields.String(required=True, data_key="deviceId", validate=validate.Length(1, 120))


@bp.post("/enqueue-command")
@who_may(TECHNICIAN)
@bp.arguments(WishForDevice)
@bp.raises(ValidationFailed, DeviceNotFound, IdempotencyMismatch, RateLimited, TooLarge)
@bp.response(201)
@bp.shows(QueuedView, status=201)
@bp.shows(QueuedView)
def enqueue(body: dict) -> tuple[dict, int]:
    """Queue a command for a device, as `POST /api/devices/<device_id>/commands` does, in contract 003's words."""
    device_id = body.pop("device_id")
    wish = service.wish_in(body, request.headers.get("Idempotency-Key"))
    command, is_new = service.enqueue_once(device_id, by=current_principal(), **wish)
    return queued_row(command), 201 if is_new else 200

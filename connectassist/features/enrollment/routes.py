"""/api/enrollment: contract 000's tokens, and how a machine becomes a device."""

from __future__ import annotations

import base64

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask import request
from marshmallow import fields, validate

from connectassist.core.errors import (
    ClientNotFound,
    Conflict,
    DeviceAlreadyEnrolled,
    DeviceNotFound,
    InvalidEnrollmentToken,
    NotFound,
    RateLimited,
    Unauthorized,
    ValidationFailed,
)
from connectassist.core.ids import LARGEST_ID
from connectassist.features.enrollment import queries, service
from connectassist.features.enrollment.rows import token_rows
from connectassist.features.enrollment.shapes import EnrolledView, IssuedView, StandingView, TokenListView
from connectassist.http import limits
from connectassist.http.context import vault
from connectassist.http.guard import ADMIN, ANYONE, current_principal, reads_the_secret, who_may
from connectassist.http.limits import limited
from connectassist.http.openapi import Blueprint, Body
from connectassist.http.paging import Page

bp = Blueprint("enrollment", __name__, url_prefix="/api/enrollment", description="Turning machines into devices.")
Text = validate.Length(0, 255)
_ClientId = validate.Range(1, LARGEST_ID)


class TokenOrder(Body):
    client_id = fields.Integer(required=True, strict=True, validate=_ClientId)


class TokenFilter(Page):
    client_id = fields.Integer(validate=_ClientId)
    state = fields.String(validate=validate.OneOf(queries.STATES))


class Enrollment(Body):
    token = fields.String(required=True, validate=validate.Length(1, 200))
    device_id = fields.String(required=True, data_key="deviceId",
                              validate=validate.Regexp(r"^[A-Za-z0-9{][A-Za-z0-9._:@{}+=~-]{0,119}\Z"))
    hostname = fields.String(required=True, validate=validate.Length(1, 255))
    os = fields.String(data_key="osVersion", allow_none=True, validate=Text)
    platform = fields.String(allow_none=True, validate=Text)
    arch = fields.String(allow_none=True, validate=Text)
    username = fields.String(allow_none=True, validate=Text)
    helper_version = fields.String(data_key="helperVersion", allow_none=True, validate=Text)


@bp.post("/token")
@who_may(ADMIN)
@bp.arguments(TokenOrder)
@bp.raises(ValidationFailed, ClientNotFound, RateLimited)
@bp.response(200)
@bp.shows(IssuedView)
def issue(body: dict) -> dict:
    """Make a one-time token for a device of a client. It is shown this once and good for 24 hours."""
    made, token = service.issue(body["client_id"], by=current_principal())
    return {"token": token, "expiresAt": made.expires_at, "client_id": made.client_id,
            "client_name": made.client.name, "id": made.id}


@bp.get("/tokens")
@who_may(ADMIN)
@bp.arguments(TokenFilter, location="query")
@bp.raises(ValidationFailed)
@bp.response(200)
@bp.shows(TokenListView)
def listing(query: dict) -> dict:
    """List tokens and installers, newest first, with their state and the device that used them."""
    tokens, total = queries.page(current_principal(), **query)
    return {"success": True, "tokens": token_rows(tokens), "total": total}


@bp.delete("/tokens/<int:token_id>")
@who_may(ADMIN)
@bp.raises(NotFound, Conflict)
@bp.response(200)
def revoke(token_id: int) -> dict:
    """Take a token back before a device has used it."""
    service.revoke(token_id, by=current_principal())
    return {"success": True}


@bp.post("/enroll")
@who_may(ANYONE)
@limited(limits.HELPER)
@bp.arguments(Enrollment)
@bp.raises(InvalidEnrollmentToken, ValidationFailed, DeviceAlreadyEnrolled, RateLimited)
@bp.response(200)
@bp.shows(EnrolledView)
def enroll(body: dict) -> dict:
    """Enroll a device with a one-time token. The deviceSecret is shown this once."""
    device, secret = service.enroll(by=current_principal(), **body)
    key = vault().signing_key().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return {"success": True, "deviceId": device.device_id, "deviceSecret": secret, "clientId": device.client_id,
            "signingKey": base64.b64encode(key).decode()}


@bp.get("/status/<device_id>")
@who_may(ANYONE)
@reads_the_secret
@limited(limits.HELPER)
@bp.raises(Unauthorized, DeviceNotFound, RateLimited)
@bp.response(200)
@bp.shows(StandingView)
def standing(device_id: str) -> dict:
    """Is the device that shows its secret (`X-Device-Secret`) still enrolled? One that is gone gets 404 with
    `enrolled: false`."""
    known = service.standing(device_id, request.headers.get("X-Device-Secret"))
    return {"enrolled": True, "deviceId": known}

"""/api/enrollment: contract 000's enroll."""

from __future__ import annotations

import base64

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from marshmallow import fields, validate

from connectassist.core.errors import InvalidEnrollmentToken, RateLimited, ValidationFailed
from connectassist.features.enrollment import service
from connectassist.http import limits
from connectassist.http.context import vault
from connectassist.http.guard import ANYONE, current_principal, who_may
from connectassist.http.limits import limited
from connectassist.http.openapi import Blueprint, Body

bp = Blueprint("enrollment", __name__, url_prefix="/api/enrollment", description="Turning machines into devices.")
Text = validate.Length(0, 255)


class Enrollment(Body):
    token = fields.String(required=True, validate=validate.Length(1, 200))
    device_id = fields.String(required=True, data_key="deviceId", validate=validate.Regexp(r"^[\x21-\x7e]{1,120}\Z"))
    hostname = fields.String(required=True, validate=Text)
    os = fields.String(data_key="osVersion", allow_none=True, validate=Text)
    platform = fields.String(allow_none=True, validate=Text)
    arch = fields.String(allow_none=True, validate=Text)
    username = fields.String(allow_none=True, validate=Text)
    helper_version = fields.String(data_key="helperVersion", allow_none=True, validate=Text)


@bp.post("/enroll")
@who_may(ANYONE)
@limited(limits.HELPER)
@bp.arguments(Enrollment)
@bp.raises(InvalidEnrollmentToken, ValidationFailed, RateLimited)
@bp.response(200)
def enroll(body: dict) -> dict:
    """Enroll a device with a one-time token. The deviceSecret is shown this once."""
    device, secret = service.enroll(by=current_principal(), **body)
    key = vault().signing_key().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return {"success": True, "deviceId": device.device_id, "deviceSecret": secret, "clientId": device.client_id,
            "signingKey": base64.b64encode(key).decode()}

"""/api/v1/device: how a device becomes one of its client's, and signs in (contract 003)."""

from __future__ import annotations

from connectassist.core.errors import (
    DeviceAlreadyRegistered,
    DeviceNotProvisioned,
    DeviceSuspended,
    InvalidActivationCode,
    RateLimited,
    ValidationFailed,
    WrongCredentials,
)
from connectassist.features.provisioning import service
from connectassist.features.provisioning.rows import registered
from connectassist.features.provisioning.shapes import RegisteredView, Registration, SignIn, TokenView
from connectassist.http import limits
from connectassist.http.guard import ANYONE, current_principal, reads_the_secret, who_may
from connectassist.http.limits import limited
from connectassist.http.openapi import Blueprint
from connectassist.identity import device_tokens

bp = Blueprint("device_sign_in", __name__, url_prefix="/api/v1/device", description="Devices at the gateway.")


@bp.post("/register")
@who_may(ANYONE)
@reads_the_secret
@limited(limits.HELPER)
@bp.arguments(Registration)
@bp.raises(ValidationFailed, InvalidActivationCode, DeviceNotProvisioned, DeviceAlreadyRegistered, RateLimited)
@bp.response(200)
@bp.shows(RegisteredView)
def register(body: dict) -> dict:
    """Register an announced device with its activation code. The deviceSecret is shown this once."""
    said = body["metadata"] or {}
    device, secret = service.register(body["device_id"], code=body["code"], by=current_principal(),
                                      name=body["name"] or "", location=said.get("location") or "",
                                      model=said.get("model") or "")
    return registered(device, secret)


@bp.post("/auth")
@who_may(ANYONE)
@reads_the_secret
@limited(limits.DEVICE_SIGN_IN)
@bp.arguments(SignIn)
@bp.raises(ValidationFailed, WrongCredentials, DeviceSuspended, RateLimited)
@bp.response(200)
@bp.shows(TokenView)
def sign_in(body: dict) -> dict:
    """Sign a device in by its secret. The token goes into `X-Device-Token` and lives while it is used."""
    token = service.sign_in(body["device_id"], body["secret"], by=current_principal())
    return {"token": token, "expiresIn": device_tokens.SECONDS, "deviceId": body["device_id"]}

"""/api/customer/installer and its kin: contract 002's portal, in both its generations."""

from __future__ import annotations

from flask import request
from marshmallow import fields, validate

from connectassist.core.errors import (
    InvalidSupportCode,
    NotFound,
    PayloadMissing,
    RateLimited,
    Unavailable,
    ValidationFailed,
)
from connectassist.features.packages import installer, platforms
from connectassist.features.support_codes import service as codes
from connectassist.http import limits
from connectassist.http.context import server_url
from connectassist.http.guard import ANYONE, TECHNICIAN, current_principal, who_may
from connectassist.http.limits import limited
from connectassist.http.openapi import Blueprint, Body

bp = Blueprint("packages", __name__, url_prefix="/api", description="What a customer downloads.")


class InstallerOrder(Body):
    support_code = fields.Raw(load_default=None, metadata={"type": "string", "example": "123456"})
    platform = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(["", *platforms.NAMES]))


class FirstOrder(Body):
    """`technician_id` is passed over: who asks is known."""

    customer_info = fields.Raw(load_default=None, metadata={"type": "object"})


class Download(Body):
    """The body has more (`ip_address`, `user_agent`, `download_url`); the server believes only what it sees."""

    support_code = fields.Raw(load_default=None, metadata={"type": "string", "example": "123456"})


@bp.post("/customer/installer")
@who_may(ANYONE)
@limited(limits.CUSTOMER)
@bp.arguments(InstallerOrder)
@bp.raises(InvalidSupportCode, ValidationFailed, RateLimited, PayloadMissing)
@bp.response(200)
def make_installer(body: dict) -> dict:
    """Get the helper for a support code. Without `platform`, for the computer that the browser runs on."""
    return installer.for_code(body["support_code"], by=current_principal(), wanted=body["platform"] or None,
                              agent=request.headers.get("User-Agent", ""), server_url=server_url())


@bp.get("/support-code/<code>/validate")
@who_may(ANYONE)
@limited(limits.CUSTOMER)
@bp.raises(InvalidSupportCode, RateLimited)
@bp.response(200)
def validate(code: str) -> dict:
    """Ask whether a support code is good, as 002's first pages do."""
    return {"valid": True, "code": installer.validate(code, by=current_principal())}


@bp.post("/support-code/generate")
@who_may(TECHNICIAN)
@bp.arguments(FirstOrder)
@bp.raises(Unavailable, NotFound)
@bp.response(200)
def generate_code(body: dict) -> dict:
    """Make a support code, as 002's first pages do."""
    code = codes.create(by=current_principal(), expires_hours=24,
                        customer_name=installer.name_in(body["customer_info"]))
    return {"success": True, "support_code": code.code, "expires_at": code.expires_at,
            "instructions": installer.how_to_use(code.code, server_url=server_url())}


@bp.get("/client/generate/<code>")
@who_may(ANYONE)
@limited(limits.CUSTOMER)
@bp.raises(InvalidSupportCode, RateLimited, PayloadMissing)
@bp.response(200)
def generate(code: str) -> dict:
    """Get the helper for a support code by a link, as 002's first pages do."""
    answer = installer.for_code(code, by=current_principal(), wanted=None, server_url=server_url(),
                                agent=request.headers.get("User-Agent", ""))
    return installer.configuration(answer, server_url=server_url())


@bp.post("/track-download")
@who_may(ANYONE)
@limited(limits.CUSTOMER)
@bp.arguments(Download)
@bp.raises(RateLimited)
@bp.response(200)
def track_download(body: dict) -> dict:
    """Report that a download was started. The answer is always the same, so that it tells nothing of the code."""
    installer.track(body["support_code"], by=current_principal())
    return {"success": True, "tracked": True}

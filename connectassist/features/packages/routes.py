"""/api/customer/installer and /api/track-download: contract 002's portal."""

from __future__ import annotations

from flask import request
from marshmallow import fields, validate

from connectassist.core.errors import InvalidSupportCode, PayloadMissing, RateLimited, ValidationFailed
from connectassist.features.packages import installer, platforms
from connectassist.http import limits
from connectassist.http.context import server_url
from connectassist.http.guard import ANYONE, current_principal, who_may
from connectassist.http.limits import limited
from connectassist.http.openapi import Blueprint, Body

bp = Blueprint("packages", __name__, url_prefix="/api", description="What a customer downloads.")


class InstallerOrder(Body):
    support_code = fields.Raw(load_default=None, metadata={"type": "string", "example": "123456"})
    platform = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(["", *platforms.NAMES]))


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

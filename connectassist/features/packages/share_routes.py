"""/api/share/installer: the second door for a customer who is in a session by browser already."""

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
from connectassist.identity import share_secrets

bp = Blueprint("share_installer", __name__, url_prefix="/api/share", description="Sharing from the browser.")


class Order(Body):
    platform = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(["", *platforms.NAMES]))


@bp.post("/installer")
@who_may(ANYONE)
@limited(limits.CUSTOMER)
@bp.arguments(Order)
@bp.raises(InvalidSupportCode, ValidationFailed, RateLimited, PayloadMissing)
@bp.response(200)
def make_installer(body: dict) -> dict:
    """Get the helper for the session that this browser shares into; it takes over the same session."""
    session_id = share_secrets.session_of(request.cookies.get(share_secrets.COOKIE, ""))
    return installer.for_browser(session_id, by=current_principal(), wanted=body["platform"] or None,
                                 agent=request.headers.get("User-Agent", ""), server_url=server_url())

"""/api/share: a customer's browser comes into a session, sees how it stands, and leaves it."""

from __future__ import annotations

from flask import Response, request
from marshmallow import fields, validate

from connectassist.core.errors import (
    CsrfFailed,
    InvalidSupportCode,
    RateLimited,
    SessionNotFound,
    ValidationFailed,
)
from connectassist.features.sharing import service
from connectassist.features.sharing.rows import share_view
from connectassist.features.sharing.shapes import DoorsView, EnteredView, ShareView
from connectassist.http import limits
from connectassist.http.context import settings
from connectassist.http.guard import ANYONE, current_principal, require_own_site, who_may
from connectassist.http.json import json_response
from connectassist.http.limits import limited
from connectassist.http.openapi import Blueprint, Body
from connectassist.identity import share_secrets

bp = Blueprint("share", __name__, url_prefix="/api/share", description="Sharing from the browser.")


class Key(Body):
    """What opens the doors: a support code, or the sessionId of a session link."""

    code = fields.Raw(load_default=None, data_key="support_code", metadata={"type": "string", "example": "123456"})
    session_id = fields.String(load_default=None, data_key="sessionId", allow_none=True,
                               validate=validate.Length(0, 40))


def _secret() -> str:
    return request.cookies.get(share_secrets.COOKIE, "")


@bp.post("/doors")
@who_may(ANYONE)
@limited(limits.CUSTOMER)
@bp.arguments(Key)
@bp.raises(InvalidSupportCode, SessionNotFound, ValidationFailed, RateLimited)
@bp.response(200)
@bp.shows(DoorsView)
def doors(body: dict) -> dict:
    """Who helps, for a code or a session link, before the customer chooses between browser and helper."""
    found = service.look(by=current_principal(), **body)
    return {"success": True, "technician_name": found.technician_name, "customer_name": found.customer_name,
            "sessionId": found.session_id}


@bp.post("")
@who_may(ANYONE)
@limited(limits.CUSTOMER)
@bp.arguments(Key)
@bp.raises(InvalidSupportCode, SessionNotFound, ValidationFailed, RateLimited, CsrfFailed)
@bp.alt_response(200, schema=EnteredView, description="OK", success=True)
def enter(body: dict) -> Response:
    """Come into the session by browser. The cookie that is set proves this browser from now on, not the code."""
    require_own_site()
    session, secret = service.enter(by=current_principal(), agent=request.headers.get("User-Agent", ""), **body)
    answer = json_response({"success": True, "sessionId": session.session_id})
    answer.set_cookie(share_secrets.COOKIE, secret, max_age=share_secrets.LIFE, httponly=True, samesite="Strict",
                      secure=request.is_secure or settings().public_url.startswith("https:"))
    return answer


@bp.get("")
@who_may(ANYONE)
@limited(limits.HELPER)
@bp.response(200)
@bp.shows(ShareView)
def show() -> dict:
    """How the session of this browser stands; `sharing` is null when it is in none."""
    session = service.of_secret(_secret())
    return {"sharing": share_view(session) if session else None}


@bp.delete("")
@who_may(ANYONE)
@limited(limits.HELPER)
@bp.raises(CsrfFailed)
@bp.alt_response(200, description="OK", success=True)
def leave() -> Response:
    """Forget this browser: its secret is worth nothing any more."""
    require_own_site()
    service.leave(_secret())
    answer = json_response({"success": True})
    answer.delete_cookie(share_secrets.COOKIE, httponly=True, samesite="Strict")
    return answer

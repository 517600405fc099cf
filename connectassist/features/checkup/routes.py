"""/api/checkup: the check-up of the server, for its administrators."""

from __future__ import annotations

from dataclasses import asdict

from marshmallow import fields

from connectassist.core.errors import RateLimited, Unauthorized
from connectassist.features.checkup import service
from connectassist.http import limits
from connectassist.http.guard import ADMIN, ANYONE, current_principal, who_may
from connectassist.http.openapi import Blueprint, Shape

bp = Blueprint("checkup", __name__, url_prefix="/api/checkup", description="The check-up of the server.")


class FindingView(Shape):
    """`level` is ok, hint, warning or error; `fix` says what to do about it."""

    check = fields.String()
    about = fields.String()
    level = fields.String()
    sentence = fields.String()
    fix = fields.String()


class CheckUpView(Shape):
    """`progress` goes from 0 to 1; `at` is when the last of the findings came."""

    running = fields.Boolean()
    progress = fields.Float()
    at = fields.DateTime(allow_none=True)
    findings = fields.List(fields.Nested(FindingView))


@bp.get("")
@who_may(ADMIN)
@bp.response(200)
@bp.shows(CheckUpView)
def show_checkup() -> dict:
    """Show what the last check-up found, or has found so far."""
    return {"success": True, **service.state()}


@bp.post("")
@who_may(ADMIN)
@limits.limited(limits.CHECK_UPS)
@bp.raises(RateLimited)
@bp.response(200)
@bp.shows(CheckUpView)
def start_checkup() -> dict:
    """Begin a check-up, unless one is under way. It takes some seconds, in a process of its own."""
    return {"success": True, **service.start(by=current_principal())}


@bp.get("/seen")
@who_may(ANYONE)
@bp.raises(Unauthorized)
@bp.response(200)
def show_seen() -> dict:
    """Show what the server sees of this request: for the check-up itself, which proves that it knows the secret key."""
    return asdict(service.seen())

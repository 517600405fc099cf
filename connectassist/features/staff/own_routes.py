"""/api/admin/user: what contract 000's dashboard lets its person set for themselves."""

from __future__ import annotations

from typing import Any

from connectassist.core.errors import DuplicateAccount, Forbidden, RateLimited, ValidationFailed, WrongPassword
from connectassist.features.preferences import queries as preferences
from connectassist.features.preferences import service as preference_service
from connectassist.features.staff import queries, service
from connectassist.features.staff.rows import profile_row
from connectassist.features.staff.shapes import DashboardPreferences, NewPassword, Person, UserView
from connectassist.http import limits
from connectassist.http.guard import STAFF, current_principal, limiter, who_may
from connectassist.http.openapi import Blueprint

bp = Blueprint("staff_own", __name__, url_prefix="/api/admin/user", description="One's own account.")
DONE = {"success": True}


@bp.get("/profile")
@who_may(STAFF)
@bp.raises(Forbidden)
@bp.response(200)
@bp.shows(UserView)
def profile() -> Any:
    """Show one's own account."""
    return profile_row(queries.one(current_principal().user_id or 0))


@bp.put("/profile")
@who_may(STAFF)
@bp.arguments(Person)
@bp.raises(ValidationFailed, DuplicateAccount, Forbidden)
@bp.response(200)
@bp.shows(UserView)
def change_profile(body: dict) -> Any:
    """Change one's own name and e-mail address."""
    if "display_name" in body:
        body["full_name"] = body.pop("display_name") or ""
    return {**DONE, **profile_row(service.change_profile(by=current_principal(), **body))}


@bp.put("/password")
@who_may(STAFF)
@bp.arguments(NewPassword)
@bp.raises(ValidationFailed, WrongPassword, RateLimited, Forbidden)
@bp.response(200)
def change_password(body: dict) -> Any:
    """Change one's own password; one's other sign-ins end."""
    by = current_principal()
    wrong = limits.WRONG_PASSWORD, "wrong current password", str(by.user_id)
    limiter().require(*wrong)
    try:
        service.change_password(by=by, **body)
    except WrongPassword:
        limiter().spend(*wrong)
        raise
    return DONE


@bp.get("/preferences")
@who_may(STAFF)
@bp.raises(Forbidden)
@bp.response(200)
def show_preferences() -> Any:
    """Show what one's dashboard keeps."""
    return preferences.of(current_principal()).pocket or {}


@bp.put("/preferences")
@who_may(STAFF)
@bp.arguments(DashboardPreferences)
@bp.raises(ValidationFailed, Forbidden)
@bp.response(200)
def change_preferences(body: dict) -> Any:
    """Keep what one's dashboard sets; what isn't named stays."""
    by = current_principal()
    kept = {**(preferences.of(by).pocket or {}), **body}
    return preference_service.change(by, {"pocket": kept}).pocket

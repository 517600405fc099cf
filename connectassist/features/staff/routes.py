"""/api/admin: contract 000's sign-in, accounts of staff, and figures."""

from __future__ import annotations

from typing import Any

from connectassist.core.errors import (
    DuplicateAccount,
    Forbidden,
    LastAdmin,
    NotFound,
    NotTrustedHere,
    RateLimited,
    ValidationFailed,
    WrongCredentials,
)
from connectassist.features.clients import queries as clients
from connectassist.features.staff import queries, service
from connectassist.features.staff.rows import sign_in_view
from connectassist.features.staff.shapes import (
    AdminSignInView,
    Credentials,
    NewStaff,
    StaffChanges,
    StaffView,
    StatsView,
)
from connectassist.http import limits
from connectassist.http.guard import (
    ADMIN,
    ANYONE,
    STAFF,
    address,
    current_principal,
    is_trusted_here,
    limiter,
    speaks_pocket,
    who_may,
)
from connectassist.http.json import json_response
from connectassist.http.openapi import Blueprint
from connectassist.identity import names, principal
from connectassist.identity.models import User

bp = Blueprint("staff", __name__, url_prefix="/api/admin", description="Staff: signing in, accounts, figures.")
DONE = {"success": True}


@bp.post("/login")
@who_may(ANYONE)
@bp.arguments(Credentials)
@bp.raises(ValidationFailed, WrongCredentials, RateLimited)
@bp.response(200)
@bp.shows(AdminSignInView)
def login(body: dict) -> Any:
    """Sign in as a member of staff. Five wrong passwords for one name shut it here for 15 minutes."""
    _require_both(body)
    return _signed_in(*_checked(body))


@bp.post("/auto-login")
@who_may(ANYONE)
@bp.raises(NotTrustedHere)
@bp.response(200)
@bp.shows(AdminSignInView)
def auto_login() -> Any:
    """Sign the first administrator in from this computer itself, where its operator allowed that."""
    if not is_trusted_here():
        raise NotTrustedHere()
    return _signed_in(*service.sign_in_here(address=address()))


@bp.get("/users")
@who_may(ADMIN)
@bp.raises(Forbidden)
@bp.response(200)
@bp.shows(StaffView(many=True))
def users() -> Any:
    """List the staff. Contract 000's clients don't see closed accounts, which they take for deleted."""
    return queries.rows(queries.listed(only_active=speaks_pocket()))


@bp.post("/users")
@who_may(ADMIN)
@bp.arguments(NewStaff)
@bp.raises(ValidationFailed, DuplicateAccount, Forbidden)
@bp.response(201)
@bp.shows(StaffView, status=201)
def create(body: dict) -> Any:
    """Make an account for a member of staff."""
    _require_both(body)
    body["username"] = names.tidied(body["username"])
    if not names.is_good(body["username"]):
        raise ValidationFailed(names.RULE)
    return json_response(_row(service.create(by=current_principal(), **body)), 201)


@bp.put("/users/<int:user_id>")
@who_may(ADMIN)
@bp.arguments(StaffChanges)
@bp.raises(NotFound, ValidationFailed, DuplicateAccount, LastAdmin, Forbidden)
@bp.response(200)
@bp.shows(StaffView)
def change(body: dict, user_id: int) -> Any:
    """Change an account: name, address, role, clients, password, open or closed."""
    if "display_name" in body:
        body["full_name"] = body.pop("display_name") or ""
    return {**DONE, **_row(service.change(user_id, by=current_principal(), **body))}


@bp.delete("/users/<int:user_id>")
@who_may(ADMIN)
@bp.raises(NotFound, LastAdmin, Forbidden)
@bp.response(200)
def close(user_id: int) -> Any:
    """Close an account. It stays in the records of what was done with it."""
    service.close(user_id, by=current_principal())
    return {**DONE, "message": "The account is closed"}


@bp.delete("/users/<int:user_id>/links")
@who_may(ADMIN)
@bp.raises(NotFound, Forbidden)
@bp.response(200)
def unlink(user_id: int) -> Any:
    """Forget whom the account belongs to at the sign-in provider: the next first sign-in links it anew."""
    service.unlink(user_id, by=current_principal())
    return DONE


@bp.get("/stats")
@who_may(STAFF)
@bp.raises(Forbidden)
@bp.response(200)
@bp.shows(StatsView)
def stats() -> Any:
    """Show how many devices and tickets there are in the caller's scope, and how well the devices are."""
    return queries.stats(current_principal())


def _require_both(body: dict) -> None:
    if not body["username"] or not body["password"]:
        raise ValidationFailed("Username and password required")


def _checked(body: dict) -> tuple[User, str]:
    """The account and its token. As at every sign-in, a try counts for the address."""
    limiter().spend(limits.SIGN_IN, "sign-in", address())
    return service.sign_in(**body, address=address())


def _signed_in(user: User, token: str) -> dict[str, Any]:
    return sign_in_view(user, token, clients.visible_to(principal.of_user(user), limit=clients.MOST))


def _row(user: User) -> dict[str, Any]:
    return queries.rows([user])[0]

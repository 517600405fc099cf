"""/api/auth/*: contract 001's rows (local accounts, the cookie `remote.sid`)."""

from __future__ import annotations

from flask import redirect
from flask.typing import ResponseReturnValue
from flask_jwt_extended import set_access_cookies, unset_jwt_cookies

from connectassist.core.db import db
from connectassist.core.errors import CsrfFailed, DuplicateAccount, RateLimited, WrongCredentials
from connectassist.features.accounts import service
from connectassist.features.accounts.shapes import Credentials, MeView, Registration, SignInView
from connectassist.features.accounts.views import user_view
from connectassist.http import limits
from connectassist.http.guard import ANYONE, SIGNED_IN, address, current_principal, limiter, require_own_site, who_may
from connectassist.http.json import json_response
from connectassist.http.limits import limited
from connectassist.http.openapi import Blueprint
from connectassist.identity import tokens
from connectassist.identity.models import User

bp = Blueprint("auth", __name__, url_prefix="/api/auth", description="Signing in and out.")


@bp.post("/local/register")
@who_may(ANYONE)
@limited(limits.CUSTOMER)
@bp.arguments(Registration)
@bp.raises(DuplicateAccount, RateLimited)
@bp.response(200)
def register(body: dict) -> dict:
    """Register a local account (a customer's)."""
    user = service.register(**body, by=current_principal())
    return {"success": True, "technician": {"id": user.id, "username": user.username, "email": user.email}}


@bp.post("/local/login")
@who_may(ANYONE)
@bp.arguments(Credentials)
@bp.raises(WrongCredentials, CsrfFailed, RateLimited)
@bp.response(200)
@bp.shows(SignInView)
def login(body: dict) -> ResponseReturnValue:
    """Sign in with a password. Sets the cookies and returns the same token for use as a bearer."""
    require_own_site()
    limiter().spend(limits.SIGN_IN, "sign-in", address())
    user, token = service.sign_in(**body, address=address())
    response = json_response({"success": True, "token": token, "technician": user_view(user)})
    set_access_cookies(response, token, max_age=tokens.SECONDS)
    return response


@bp.get("/me")
@who_may(SIGNED_IN)
@bp.response(200)
@bp.shows(MeView)
def me() -> dict:
    """Who is signed in."""
    view = user_view(db.session.get(User, current_principal().user_id))
    return {**view, "user": view}


@bp.get("/logout")
@who_may(ANYONE)
@bp.response(302)
def logout_link() -> ResponseReturnValue:
    """Sign out and go to the portal."""
    return _signed_out(redirect("/"))


@bp.post("/logout")
@who_may(ANYONE)
@bp.raises(CsrfFailed)
@bp.response(200)
def logout() -> ResponseReturnValue:
    """Sign out."""
    require_own_site(by_token=True)
    return _signed_out(json_response({"success": True}))


def _signed_out(response: ResponseReturnValue) -> ResponseReturnValue:
    service.sign_out(current_principal())
    unset_jwt_cookies(response)
    return response

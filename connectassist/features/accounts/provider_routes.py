"""/api/auth/login and /callback: there and back to the sign-in provider (contract 001's rows)."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import redirect, request
from flask.typing import ResponseReturnValue
from flask_jwt_extended import set_access_cookies

from connectassist.core.errors import BadRequest, NoAccount, NotFound, ProviderUnavailable, RateLimited, SignInRefused
from connectassist.features.accounts import attempts, single_sign_on
from connectassist.features.accounts.attempts import Attempt
from connectassist.http import limits
from connectassist.http.context import provider, server_url, vault
from connectassist.http.guard import ANYONE, address, who_may
from connectassist.http.limits import limited
from connectassist.http.next_page import landing, safe_next
from connectassist.http.openapi import Blueprint
from connectassist.http.rendering import for_people
from connectassist.identity import tokens
from connectassist.identity.models import CUSTOMER, User
from connectassist.identity.provider import Provider

bp = Blueprint("sign_in", __name__, url_prefix="/api/auth", description="Signing in with OpenID Connect.")


@bp.get("/login")
@who_may(ANYONE)
@for_people("/login")
@limited(limits.PROVIDER_SIGN_IN)
@bp.reads(next="a path of this site, to go to afterwards")
@bp.raises(ProviderUnavailable, RateLimited)
@bp.response(302)
def start() -> ResponseReturnValue:
    """Go to the sign-in provider, or to the login page where none is configured. `next` is where to go afterwards."""
    here, target = provider(), safe_next(request.args.get("next", ""))
    if here is None:
        return redirect("/login?" + urlencode({"next": target}) if request.args.get("next") else "/login")
    attempt, question = single_sign_on.begin(here, target=target, redirect_uri=_callback_url())
    response = redirect(question)
    response.set_cookie(attempts.COOKIE, attempts.sealed(attempt, vault()), httponly=True, samesite="Lax",
                        max_age=attempts.SECONDS, secure=server_url().startswith("https:"))
    return response


@bp.get("/callback")
@who_may(ANYONE)
@for_people("/login")
@limited(limits.PROVIDER_SIGN_IN)
@bp.raises(BadRequest, SignInRefused, NoAccount, NotFound, ProviderUnavailable, RateLimited)
@bp.reads(code="what the provider gave", state="what this server gave", error="why the provider refused")
@bp.response(302)
def callback() -> ResponseReturnValue:
    """The way back from the sign-in provider: sets the cookies that the local login sets."""
    code, attempt = _code(), _attempt()
    user, token = single_sign_on.finish(_configured(), attempt, code=code, redirect_uri=_callback_url(),
                                        address=address())
    response = redirect(_landing(user, attempt))
    response.delete_cookie(attempts.COOKIE)
    set_access_cookies(response, token, max_age=tokens.SECONDS)
    return response


def _configured() -> Provider:
    found = provider()
    if found is None:
        raise NotFound("No sign-in provider is configured")
    return found


def _code() -> str:
    if not request.args.get("code"):
        refused = request.args.get("error", "") == "access_denied"
        raise BadRequest("The sign-in provider sent no code", detail="The sign-in was cancelled at the provider."
                         if refused else "The provider did not sign you in. Please start again.")
    return request.args["code"]


def _attempt() -> Attempt:
    found = attempts.resumed(request.cookies.get(attempts.COOKIE, ""), vault(), state=request.args.get("state", ""))
    if found is None:
        raise SignInRefused("This sign-in was not begun in this browser, or it took more than ten minutes.")
    return found


def _landing(user: User, attempt: Attempt) -> str:
    return landing(attempt.target, is_customer=user.role == CUSTOMER)


def _callback_url() -> str:
    return f"{server_url()}/api/auth/callback"

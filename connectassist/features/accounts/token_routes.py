"""/api/auth for contract 004's clients: they keep a token themselves and use no cookies."""

from __future__ import annotations

from typing import Any

from connectassist.core.errors import DuplicateAccount, Forbidden, RateLimited, ValidationFailed, WrongCredentials
from connectassist.features.accounts import queries, service
from connectassist.features.accounts.shapes import (
    AccountFilter,
    AccountView,
    Applicant,
    Credentials,
    NewAccountView,
    TokenView,
)
from connectassist.features.accounts.views import token_view, user_view
from connectassist.http import limits
from connectassist.http.guard import ADMIN, ANYONE, address, current_principal, limiter, who_may
from connectassist.http.limits import limited
from connectassist.http.openapi import Blueprint

bp = Blueprint("accounts", __name__, url_prefix="/api/auth", description="Accounts, and signing in for a token.")


@bp.post("/register")
@who_may(ANYONE)
@limited(limits.CUSTOMER)
@bp.arguments(Applicant)
@bp.raises(ValidationFailed, DuplicateAccount, Forbidden, RateLimited)
@bp.response(200)
@bp.shows(NewAccountView)
def register(body: dict) -> Any:
    """Make an account and sign it in. Anybody may become a customer; another role takes an administrator's token, and
    one that there isn't counts as customer."""
    user = service.register(**body, by=current_principal())
    return user_view(user) | token_view(user, service.let_in(user, address=address()))


@bp.post("/login")
@who_may(ANYONE)
@bp.arguments(Credentials)
@bp.raises(ValidationFailed, WrongCredentials, RateLimited)
@bp.response(200)
@bp.shows(TokenView)
def login(body: dict) -> Any:
    """Sign in with a password for a bearer token, good for a day; the name may be the e-mail address. No cookie is
    set."""
    limiter().spend(limits.SIGN_IN, "sign-in", address())
    user, token = service.sign_in(**body, address=address())
    return token_view(user, token)


@bp.get("/users")
@who_may(ADMIN)
@bp.arguments(AccountFilter, location="query")
@bp.response(200)
@bp.shows(AccountView(many=True))
def users(query: dict) -> Any:
    """List every account, staff's and customers', in the order in which they came."""
    return [user_view(user) for user in queries.listed(**query)]

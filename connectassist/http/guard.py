"""The door: who asks, may they, and how often."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import Flask, current_app, g, request
from flask_jwt_extended import get_jwt, verify_jwt_in_request
from flask_jwt_extended.exceptions import CSRFError, JWTExtendedException
from jwt.exceptions import PyJWTError

from connectassist.core import errors, logs
from connectassist.core.errors import AppError
from connectassist.http import limits, loopback, mounts
from connectassist.http.context import settings, supabase
from connectassist.identity import device_secrets, device_tokens, principal, supabase_accounts, tokens
from connectassist.identity.principal import Principal

View = TypeVar("View", bound=Callable)
ANYONE, SIGNED_IN, STAFF, TECHNICIAN, ADMIN, DEVICE = "anyone", "signed-in", "staff", "technician", "admin", "device"
CUSTOMER = "customer"
#: Where customers' tokens of a Supabase project count; nowhere else.
CUSTOMERS = "/api/v1/customer/"
#: These are told a session in their body.
_NAME_A_SESSION = frozenset(("sessions.register", "files.upload"))
_RULES: dict[str, Callable[[Principal], bool]] = {
    ANYONE: lambda p: True,
    SIGNED_IN: lambda p: p.is_signed_in,
    STAFF: lambda p: p.is_staff,
    TECHNICIAN: lambda p: p.is_technician,
    ADMIN: lambda p: p.is_admin,
    DEVICE: lambda p: p.kind == principal.DEVICE,
    CUSTOMER: lambda p: p.is_customer,
}


def who_may(rule: str) -> Callable[[View], View]:
    """Say who may call a view: ANYONE, SIGNED_IN, STAFF, TECHNICIAN, ADMIN, CUSTOMER or DEVICE. Every view needs
    one."""
    def mark(view: View) -> View:
        view.who_may = rule  # type: ignore[attr-defined]
        return view
    return mark


def makes_on_get(view: View) -> View:
    """Mark a GET that makes something, as a contract has it: a look (HEAD) makes nothing, nor does a browser that a
    page of another site sent here with our cookie."""
    view.makes_on_get = True  # type: ignore[attr-defined]
    return view


def reads_the_secret(view: View) -> View:
    """Mark a view that looks at the device's secret itself: it tells an unknown device from a wrong secret."""
    view.reads_the_secret = True  # type: ignore[attr-defined]
    return view


def asks_nobody(view: View) -> View:
    """Mark a view that looks at nobody's sign-in, and answers without the database."""
    view.asks_nobody = True  # type: ignore[attr-defined]
    return view


def current_principal() -> Principal:
    """Who sent this request."""
    found = g.get("principal")
    if found is None:
        found = g.principal = _identify()
        logs.add(principal=found)
    return found


def speaks_pocket() -> bool:
    """Is the caller one of contract 000's clients, by the mount that it came through or by the kind of its token? Where
    two contracts share a path, this alone decides which of them answers."""
    return request.script_root.endswith(mounts.POCKET) or current_principal().audience == tokens.POCKET


def address() -> str:
    """Where the request comes from (behind `proxy_hops` proxies, as they report it)."""
    return request.remote_addr or ""


def own_address() -> str:
    """The caller's address, or nothing where it is only that of a proxy on this machine which the settings know
    nothing of: the server must not take itself for a customer's computer."""
    return "" if loopback.was_passed_on() and address() in ("127.0.0.1", "::1") else address()


def limiter() -> limits.Limiter:
    """The server's rate limiter."""
    return current_app.extensions["limiter"]


def require_guesses(by: Principal | None = None) -> None:
    """For whatever is told a sessionId elsewhere than in a path; `by` is the socket's principal, else the request's.
    Raises RateLimited while strangers, wherever they are, have named too many wrong ones."""
    if (by or current_principal()).kind == principal.NOBODY:
        limiter().require(limits.WRONG_SESSION_IDS_OF_ALL, "wrong session ids")


def count_guess(by: Principal | None = None) -> None:
    """A stranger named a session that there has never been. Raises RateLimited."""
    caller = by or current_principal()
    if caller.kind == principal.NOBODY:
        limiter().spend(limits.WRONG_SESSION_ID, "wrong session id", caller.address)
        limiter().spend(limits.WRONG_SESSION_IDS_OF_ALL, "wrong session ids")


def require_own_site(*, by_token: bool = False) -> None:
    """Refuse what a page of another site made this browser send, where no rule asks for a sign-in: signing in, and,
    with the CSRF token besides, out. Programs that are no browsers say nothing of sites. Raises CsrfFailed."""
    current_principal()
    if _is_foreign() or (by_token and isinstance(g.get("sign_in_error"), errors.CsrfFailed)):
        raise errors.CsrfFailed()


def require_good_proof() -> None:
    """Tell whoever showed a token that proves nothing, where no rule asks for one. Raises Unauthorized, CsrfFailed."""
    current_principal()
    problem = g.get("sign_in_error")
    if problem is not None:
        raise problem


def _is_foreign() -> bool:
    origin, site = request.headers.get("Origin", ""), request.headers.get("Sec-Fetch-Site", "")
    if origin in settings().cors_origins:
        return False
    if site:
        return site not in ("same-origin", "none")
    return bool(origin) and origin not in (request.host_url.rstrip("/"), settings().public_url.rstrip("/"))


def install(app: Flask) -> None:
    """Put the guard before every view."""
    app.before_request(_check)


def _check() -> None:
    asked = request._get_current_object()  # each look through Flask's stand-in for it costs three calls
    if asked.routing_exception is not None:
        return
    _require_text(asked.query_string)
    view = current_app.view_functions[asked.endpoint or ""]
    if asked.endpoint == "static" or asked.method == "OPTIONS":  # a browser's preflight carries no proof
        return
    asking = current_principal()
    if hasattr(view, "makes_on_get"):
        _require_a_wish()
    _count(view, asking)
    if _RULES[view.who_may](asking):  # type: ignore[attr-defined]
        return
    if asking.kind in (principal.NOBODY, principal.DEVICE) or _is_for_devices(view):
        raise g.pop("sign_in_error", None) or errors.Unauthorized()
    raise errors.Forbidden()


def _is_for_devices(view: Callable) -> bool:
    """Contract 003 knows one answer to whoever is no device: that no device signed in."""
    return view.who_may == DEVICE and request.path.startswith("/api/v1/")  # type: ignore[attr-defined]


def _require_text(query: bytes) -> None:
    """What stands behind the question mark is text; a byte of its own there would fail wherever it is read. Raises
    BadRequest."""
    try:
        query.decode()
    except UnicodeDecodeError as problem:
        raise errors.BadRequest("The address holds bytes that are no text") from problem


def _require_a_wish() -> None:
    """Raises MethodNotAllowed, CsrfFailed."""
    if request.method == "HEAD":
        raise errors.MethodNotAllowed()
    if "Authorization" not in request.headers:
        require_own_site()


def _count(view: Callable, asking: Principal) -> None:
    if hasattr(view, "limit"):
        limiter().spend(view.limit, "view", request.endpoint or "", asking.device_id or address(),
                        here=hasattr(view, "asks_nobody"))
    elif request.path.startswith("/api/v1/"):
        _count_at_gateway(asking)
    elif asking.login_id and request.path.startswith("/api/"):
        limiter().spend(limits.STAFF_SESSION, "session", asking.login_id)
    elif not asking.is_signed_in and request.path.startswith("/api/"):
        limiter().spend(limits.API, "api", asking.device_id or address())
    if asking.kind == principal.NOBODY and request.path.startswith("/api/"):
        limiter().require(limits.WRONG_SESSION_ID, "wrong session id", address())
        if "session_id" in (request.view_args or {}) or request.endpoint in _NAME_A_SESSION:
            require_guesses()


def _count_at_gateway(asking: Principal) -> None:
    """Contract 003's limits: of each device, and of each customer, however many people that are."""
    if asking.kind == principal.DEVICE:
        limiter().spend(limits.GATEWAY_DEVICE, "gateway", asking.device_id or "")
    elif asking.is_customer:
        limiter().spend(limits.GATEWAY_CUSTOMER, "gateway", str(asking.client_id))
    elif asking.login_id:
        limiter().spend(limits.STAFF_SESSION, "session", asking.login_id)
    else:
        limiter().spend(limits.API, "api", address())


def _identify() -> Principal:
    """The caller by device secret, bearer token or cookie. A wrong proof is remembered for the 401."""
    _spell_bearer()
    secret = request.headers.get("X-Device-Secret")
    view = current_app.view_functions.get(request.endpoint or "")
    if hasattr(view, "reads_the_secret") or hasattr(view, "asks_nobody"):
        return principal.nobody(address())
    if secret is not None:
        return device_by_secret(request.headers.get("X-Device-Id", ""), secret)
    token = device_token()
    if token is not None:
        return _device_or_nobody(token)
    try:
        if verify_jwt_in_request(optional=True) is None:
            is_api = request.path.startswith("/api/")
            return (trusted_caller() if is_api else None) or principal.nobody(address())
        found = tokens.principal_of(get_jwt(), address=address())
        return found or principal.nobody(address())
    except CSRFError:
        g.sign_in_error = errors.CsrfFailed()
    except (JWTExtendedException, PyJWTError):
        bearer = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if request.path.startswith(CUSTOMERS) and bearer and supabase():
            return _customer_of_supabase(bearer, origin=address())
        g.sign_in_error = errors.Unauthorized()
    return principal.nobody(address())


def _spell_bearer() -> None:
    """The scheme's name may come in capitals or without; the library knows one spelling."""
    scheme, space, token = request.headers.get("Authorization", "").partition(" ")
    if space and scheme.lower() == "bearer":
        request.environ["HTTP_AUTHORIZATION"] = f"Bearer {token}"


def customer_by_token(token: str, *, origin: str | None = None) -> Principal:
    """The customer whose token this is: one of ours, or of the Supabase project that the settings name. `origin` is
    their address, where no request tells it. Raises Unauthorized, Forbidden, NoAccount, ProviderUnavailable."""
    origin = address() if origin is None else origin
    found = tokens.principal_of_token(token, address=origin)
    if found is None and supabase():
        found = _customer_of_supabase(token, origin=origin)
    if found is None:
        raise errors.Unauthorized()
    if not found.is_customer:
        raise errors.Forbidden()
    return found


def _customer_of_supabase(token: str, *, origin: str) -> Principal:
    """Tokens that let nobody in count as calls of somebody unknown. Raises Unauthorized, NoAccount, RateLimited,
    ProviderUnavailable."""
    project = supabase()
    assert project is not None
    try:
        return supabase_accounts.principal_of(token, project.read(token), address=origin,
                                              by_email=settings().supabase_link_by_email)
    except AppError:
        limiter().spend(limits.API, "api", origin)
        raise


def device_token() -> str | None:
    """The token of contract 003, in the header that its document names, the one that its agent sends, or as a bearer
    token, which looks like no other kind."""
    headers = request.headers
    told = headers.get("X-Device-Session") or headers.get("X-Device-Token")
    bearer = "" if told else headers.get("Authorization", "").removeprefix("Bearer ")
    return told or (bearer if device_tokens.is_one(bearer) else None)


def _device_or_nobody(token: str) -> Principal:
    """A token whose time is over proves nothing, and stands in the way of nothing that anyone may call."""
    try:
        return device_by_token(token)
    except errors.Unauthorized as problem:
        g.sign_in_error = problem
        return principal.nobody(address())


def device_by_token(token: str) -> Principal:
    """The device that signed in at the gateway with this token. Raises Unauthorized, DeviceSuspended."""
    found = device_tokens.principal_of(token, address=address())
    if found is None:
        raise errors.Unauthorized("The device must sign in again")
    return found


def trusted_caller() -> Principal | None:
    """A program on this computer that shows no proof, where the operator trusts those: it counts as the first
    administrator, as contract 000 has it. Pages want a sign-in all the same, for their sockets."""
    return tokens.first_admin(address=address()) if is_trusted_here() and loopback.shows_no_proof() else None


def is_trusted_here() -> bool:
    """Does a program on this computer call, and does the operator trust those?"""
    return settings().trust_localhost and loopback.is_direct()


def device_by_secret(device_id: str, secret: str) -> Principal:
    """The device that shows its secret. Wrong ones use up a budget of that device at that address, so that one
    broken helper locks no neighbour out; a right one is taken all the same, so that nobody locks the device itself
    out. (A secret has 256 bits: nobody guesses it.) Raises Unauthorized, DeviceSuspended, RateLimited."""
    if not device_secrets.is_known(device_id):  # ids out of the air make no budgets of their own
        limiter().spend(limits.API, "unknown devices", address())
        raise errors.Unauthorized("This device isn't known here any more")
    if not device_secrets.fits(device_id, secret):
        limiter().spend(limits.WRONG_DEVICE_SECRET, "wrong device secret", address(), device_id)
        raise errors.Unauthorized("This device isn't known here any more")
    return principal.device(device_id, address())


def device_by_bare_id(device_id: str) -> Principal:
    """A device that knows only its id, where the operator trusts those and it has never shown a secret.
    Raises Unauthorized, DeviceSuspended."""
    if (not settings().trust_bare_device_ids or device_secrets.is_binding(device_id)
            or not device_secrets.is_known(device_id)):
        raise errors.Unauthorized("This device must show its secret")
    if device_secrets.is_suspended(device_id):
        raise errors.DeviceSuspended()
    return principal.device(device_id, address())

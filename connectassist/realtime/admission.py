"""Who is behind a new socket: staff by cookie or token, a device by its secret, a customer's browser by
the secret in its cookie, else anyone."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_jwt_extended import decode_token
from flask_jwt_extended.exceptions import JWTExtendedException
from jwt.exceptions import PyJWTError

from connectassist.core.errors import Unauthorized
from connectassist.http import guard
from connectassist.identity import principal, share_secrets, tokens
from connectassist.identity.principal import Principal


def admitted(auth: Any) -> Principal:
    """The principal of a connecting socket. A wrong proof is refused; none at all is nobody, who may
    still take a helper's seat by a sessionId. Raises Unauthorized, RateLimited."""
    offered = auth if isinstance(auth, dict) else {}
    if offered.get("share") is True:  # said, so that a technician's own browser can try the customer's page
        return _sharer()
    secret, token = _text(offered, "deviceSecret"), _text(offered, "token")
    if secret:
        return guard.device_by_secret(_text(offered, "deviceId"), secret)
    if token:
        return _bearer(token)
    return guard.current_principal()


def admitted_agent(auth: Any) -> Principal:
    """The device behind a socket of `/agent`: by its secret, or by its bare id where the operator trusts those.
    Raises Unauthorized, RateLimited."""
    offered = auth if isinstance(auth, dict) else {}
    device_id, secret = _text(offered, "deviceId"), _text(offered, "deviceSecret")
    if secret:
        return guard.device_by_secret(device_id, secret)
    return guard.device_by_bare_id(device_id)


def admitted_staff(auth: Any) -> Principal:
    """The member of staff behind a socket of `/it`: by token, cookie, or as a trusted caller on this machine.
    Raises Unauthorized."""
    offered = auth if isinstance(auth, dict) else {}
    token = _text(offered, "token")
    found = _bearer(token) if token else guard.current_principal()
    if found.kind == principal.NOBODY:
        found = guard.trusted_caller() or found
    if not found.is_staff:
        raise Unauthorized()
    return found


def _text(offered: dict[str, Any], name: str) -> str:
    value = offered.get(name) or request.args.get(name) or ""
    return value if isinstance(value, str) else ""


def _sharer() -> Principal:
    session_id = share_secrets.session_of(request.cookies.get(share_secrets.COOKIE, ""))
    if session_id is None:
        raise Unauthorized("Type your support code again")
    return principal.sharer(session_id, guard.address())


def _bearer(token: str) -> Principal:
    try:
        found = tokens.principal_of(decode_token(token), address=guard.address())
    except (JWTExtendedException, PyJWTError):
        found = None
    if found is None:
        raise Unauthorized()
    return found

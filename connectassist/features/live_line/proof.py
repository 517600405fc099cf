"""Who opens the live line: by a token in the query, as contract 004's client has it, in a header, among the
subprotocols or in a first message; or by the session's cookie, from our own pages."""

from __future__ import annotations

from flask import request

from connectassist.core.errors import Forbidden, Unauthorized
from connectassist.http import guard
from connectassist.identity import principal, tokens
from connectassist.identity.principal import Principal
from connectassist.realtime import offered


def person() -> Principal | None:
    """Whoever the request shows, staff or customer; None where it shows nobody, and a message may. Raises Unauthorized,
    Forbidden."""
    token = request.args.get("token") or offered.token(offered.is_jwt)
    if token:
        return by_token(token, address=guard.address())
    found = guard.current_principal()
    if found.is_signed_in:
        return found
    if found.kind != principal.NOBODY:
        raise Forbidden()
    if "Authorization" in request.headers:
        raise Unauthorized()
    return None


def by_token(token: str, *, address: str) -> Principal:
    """Whose token this is. Raises Unauthorized."""
    found = tokens.principal_of_token(token, address=address) if offered.is_jwt(token) else None
    if found is None:
        raise Unauthorized()
    return found

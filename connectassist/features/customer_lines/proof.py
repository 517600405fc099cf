"""Which customer opens a line: by a token in the query, as contract 003's document has it, in a header, among the
subprotocols or in a first message; or by the session's cookie, from our own pages."""

from __future__ import annotations

from flask import request

from connectassist.core.errors import Forbidden, Unauthorized
from connectassist.http import guard
from connectassist.identity import principal
from connectassist.identity.principal import Principal
from connectassist.realtime import offered

_NAMES = ("token", "access_token", "jwt")
is_token = offered.is_jwt


def customer() -> Principal | None:
    """The customer that the request shows; None where it shows nobody, and a message may. Raises Unauthorized,
    Forbidden."""
    token = _token()
    if token:
        return by_token(token, address=guard.address())
    found = guard.current_principal()
    if found.is_customer:
        return found
    if found.kind != principal.NOBODY:
        raise Forbidden()
    return None


def by_token(token: str, *, address: str) -> Principal:
    """The customer whose token this is. Raises Unauthorized, Forbidden."""
    if not is_token(token):
        raise Unauthorized()
    return guard.customer_by_token(token, origin=address)


def _token() -> str:
    """A token that is shown here, whether it is good or not."""
    bearer = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    said = next((request.args[name] for name in _NAMES if request.args.get(name)), "")
    return said or bearer or offered.token(is_token) or ""

"""Which device opens a line: by the secret in the query, as contract 003's document has it, or by its sign-in's token,
in a header or among the subprotocols, where no log sees it."""

from __future__ import annotations

from flask import request

from connectassist.core.errors import Unauthorized
from connectassist.http import guard
from connectassist.identity import device_tokens
from connectassist.identity.principal import Principal
from connectassist.realtime import offered

LONGEST = 200


def device() -> Principal:
    """The device that asks. Wrong proofs use up the budgets that they use up everywhere.
    Raises Unauthorized, DeviceSuspended, RateLimited."""
    token = guard.device_token() or offered.token(device_tokens.is_one)
    if token:
        return guard.device_by_token(token)
    device_id = _said("deviceId", "X-Device-Id")
    secret = _said("deviceSecret", "X-Device-Secret")
    if not device_id or not secret:
        raise Unauthorized()
    return guard.device_by_secret(device_id, secret)


def _said(name: str, header: str) -> str:
    said = request.args.get(name) or request.headers.get(header) or ""
    return said if len(said) <= LONGEST and said.isprintable() else ""

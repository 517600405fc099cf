"""Who may have the server updated, and whether a request asks for that: the key, or GitHub's signature. Nothing else of
a request is looked at, and nothing of it goes any further."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from flask import request

from connectassist.core.errors import NotFound, WrongDeployKey
from connectassist.core.vault import same
from connectassist.http import json, limits
from connectassist.http.context import settings
from connectassist.http.guard import address, limiter

SIGNATURE = "X-Hub-Signature-256"
OFF = "Deploying over HTTP is switched off here. An administrator can switch it on with CONNECTASSIST_DEPLOY_KEY"
NOTHING_TO_DO = "There is nothing to do for this"


@dataclass(frozen=True, kw_only=True)
class Order:
    """What a request that has proved itself asks for. GitHub waits no longer than ten seconds, so it `waits` for no
    end."""

    by: str
    is_due: bool = True
    waits: bool = True
    message: str = ""


def received() -> Order:
    """What this request asks for. Raises NotFound, WrongDeployKey, RateLimited."""
    if not settings().deploy_key:
        raise NotFound(OFF)
    limiter().require(limits.WRONG_DEPLOY_KEY, "deploy key", address())
    body = request.get_data(cache=True)
    if SIGNATURE in request.headers:
        if _is_signed(body):
            return _of_webhook(body)
    elif any(same(each, settings().deploy_key) for each in _shown(body)):
        return Order(by="deploy key")
    limiter().spend(limits.WRONG_DEPLOY_KEY, "deploy key", address())
    raise WrongDeployKey()


def _shown(body: bytes) -> list[str]:
    """The keys that the request shows: in its JSON body, whatever its content type, or in a header."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    found = [_object(body).get("deploy_key"), request.headers.get("X-Deploy-Key"),
             token.strip() if scheme.lower() == "bearer" else None]
    return [each for each in found if isinstance(each, str)]


def _is_signed(body: bytes) -> bool:
    secret = settings().deploy_webhook_secret
    expected = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return bool(secret) and same(expected, request.headers[SIGNATURE])


def _of_webhook(body: bytes) -> Order:
    """GitHub sends a webhook as JSON, or as a form with the JSON in a field."""
    event, waits = request.headers.get("X-GitHub-Event", ""), False
    if request.mimetype == "application/x-www-form-urlencoded":
        body = parse_qs(body.decode(errors="replace")).get("payload", [""])[0].encode()
    told, ours = _object(body), f"refs/heads/{settings().deploy_branch}"
    if event == "ping":
        return Order(by="webhook", is_due=False, waits=waits, message="The webhook is set up")
    if event != "push" or told.get("ref") != ours or told.get("deleted") is True:
        return Order(by="webhook", is_due=False, waits=waits, message=NOTHING_TO_DO)
    return Order(by="webhook", waits=waits)


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}

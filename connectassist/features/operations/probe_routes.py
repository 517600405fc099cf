"""What load balancers and watchmen ask: contract 003's probes. They look at nobody's sign-in, for that needs the very
database that they ask after."""

from __future__ import annotations

from typing import Any

from connectassist import VERSION
from connectassist.core import clock
from connectassist.features.operations import readiness
from connectassist.http import limits
from connectassist.http.guard import ANYONE, asks_nobody, who_may
from connectassist.http.openapi import Blueprint

bp = Blueprint("probes", __name__, description="Whether the server lives, and whether it can serve.")


@bp.get("/healthz")
@who_may(ANYONE)
@asks_nobody
@limits.limited(limits.PROBES)
@bp.response(200)
def healthz() -> dict:
    """Show that the server lives."""
    return {"status": "ok", "timestamp": clock.now()}


@bp.get("/readyz")
@who_may(ANYONE)
@asks_nobody
@limits.limited(limits.PROBES)
@bp.alt_response(503, description="Something that the server needs does not answer; `errors` says what.")
@bp.response(200)
def readyz() -> Any:
    """Show whether the server can serve: the database, and Redis where one is configured, are asked."""
    found = readiness.asked()
    return found, 200 if found["ready"] else 503


@bp.get("/version")
@who_may(ANYONE)
@asks_nobody
@limits.limited(limits.PROBES)
@bp.response(200)
def version() -> dict:
    """Show which version runs."""
    return {"version": VERSION}

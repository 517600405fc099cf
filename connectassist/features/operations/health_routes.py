"""/health: whether the server answers, for contract 000's clients."""

from __future__ import annotations

from connectassist.http.guard import ANYONE, who_may
from connectassist.http.openapi import Blueprint

bp = Blueprint("health", __name__, description="Whether the server answers.")


@bp.get("/health")
@who_may(ANYONE)
@bp.response(200)
def health() -> dict:
    """Show that the server answers."""
    return {"status": "ok", "service": "pocket-it"}

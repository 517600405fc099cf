"""/s/CODE and /CODE: the short links of contract 001."""

from __future__ import annotations

from flask import Blueprint, redirect
from flask.typing import ResponseReturnValue

from connectassist.features.short_links import service
from connectassist.http.guard import ANYONE, current_principal, who_may

bp = Blueprint("short_links", __name__)


@bp.get("/s/<link>")
@bp.get("/<string(length=5):link>", endpoint="at_root")
@who_may(ANYONE)
def follow(link: str) -> ResponseReturnValue:
    """Go where a short link leads."""
    response = redirect(service.follow(link, by=current_principal()))
    response.headers["Cache-Control"] = "no-store"
    return response

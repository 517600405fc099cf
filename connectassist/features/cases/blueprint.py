"""The blueprint that the routes of cases hang on."""

from __future__ import annotations

from connectassist.http.openapi import Blueprint

bp = Blueprint("cases", __name__, url_prefix="/api", description="The written records of sessions.")

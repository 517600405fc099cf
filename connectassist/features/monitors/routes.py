"""/api/monitors"""

from __future__ import annotations

from connectassist.http.openapi import Blueprint

bp = Blueprint("monitors", __name__, url_prefix="/api/monitors")

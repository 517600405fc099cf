"""/api/packages"""

from __future__ import annotations

from connectassist.http.openapi import Blueprint

bp = Blueprint("packages", __name__, url_prefix="/api/packages")

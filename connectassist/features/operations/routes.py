"""/api/"""

from __future__ import annotations

from connectassist.http.openapi import Blueprint

bp = Blueprint("operations", __name__, url_prefix="/api")

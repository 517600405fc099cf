"""/api/cases"""

from __future__ import annotations

from connectassist.http.openapi import Blueprint

bp = Blueprint("cases", __name__, url_prefix="/api/cases")

"""/api/support-codes"""

from __future__ import annotations

from connectassist.http.openapi import Blueprint

bp = Blueprint("support_codes", __name__, url_prefix="/api/support-codes")

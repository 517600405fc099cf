"""/api/sessions"""

from __future__ import annotations

from connectassist.http.openapi import Blueprint

bp = Blueprint("chat", __name__, url_prefix="/api/sessions")

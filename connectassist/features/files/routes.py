"""/api/files"""

from __future__ import annotations

from connectassist.http.openapi import Blueprint

bp = Blueprint("files", __name__, url_prefix="/api/files")

"""/downloads/*: the stamped ZIPs."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("downloads", __name__, url_prefix="/downloads")

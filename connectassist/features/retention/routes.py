"""/api/retention: what is kept for how long."""

from __future__ import annotations

from connectassist.features.retention import service, shapes
from connectassist.http.guard import ADMIN, current_principal, who_may
from connectassist.http.openapi import Blueprint

bp = Blueprint("retention", __name__, url_prefix="/api/retention", description="What is kept for how long.")


@bp.get("")
@who_may(ADMIN)
@bp.response(200)
@bp.shows(shapes.OutlookView)
def show_retention() -> dict:
    """Show what is kept for how long, and how much would be deleted now. Nothing is."""
    return {"success": True, "kept": service.outlook()}


@bp.post("/run")
@who_may(ADMIN)
@bp.response(200)
@bp.shows(shapes.RunView)
def run_retention() -> dict:
    """Delete what is too old now, rather than within the hour."""
    return {"success": True, "deleted": service.run_for(current_principal())}

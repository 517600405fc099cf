"""/api/clients/<client_id>: everything that is kept of one client, handed out or erased."""

from __future__ import annotations

from flask import Response

from connectassist.core.errors import ClientInUse, ClientNotFound, Conflict, ValidationFailed
from connectassist.features.client_data import exporting, service, shapes
from connectassist.http import sending
from connectassist.http.guard import ADMIN, current_principal, who_may
from connectassist.http.openapi import Blueprint

bp = Blueprint("client_data", __name__, url_prefix="/api/clients", description="Everything that is kept of a client.")


@bp.get("/<int:client_id>/data")
@who_may(ADMIN)
@bp.raises(ClientNotFound)
@bp.response(200)
@bp.shows(shapes.OutlookView)
def show_data(client_id: int) -> dict:
    """Show how much is kept of a client: what an export holds, and what erasing it would delete."""
    return {"success": True, **service.outlook(client_id, by=current_principal())}


@bp.get("/<int:client_id>/export")
@who_may(ADMIN)
@bp.raises(ClientNotFound)
@bp.response(200, {"type": "string", "format": "binary"}, content_type="application/zip")
def export(client_id: int) -> Response:
    """Hand out everything that is kept of a client as a ZIP: JSON lines for each table, and the files. Without
    passwords, secrets and tokens."""
    name = service.note_export(client_id, by=current_principal())
    return sending.flow(exporting.pieces(client_id, name), name=f"{name}.zip", media_type="application/zip")


@bp.post("/<int:client_id>/erase")
@who_may(ADMIN)
@bp.arguments(shapes.Erasing)
@bp.raises(ClientNotFound, ClientInUse, Conflict, ValidationFailed)
@bp.response(200)
@bp.shows(shapes.ErasedView)
def erase(body: dict, client_id: int) -> dict:
    """Erase a client for good with everything that is kept of it. Its devices are cut off, its sessions end."""
    return {"success": True, "erased": service.erase(client_id, by=current_principal(), **body)}

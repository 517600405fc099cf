"""/api/devices/provision: staff announce a device for a client."""

from __future__ import annotations

from connectassist.core.errors import ClientNotFound, DeviceIdTaken, NotFound, RateLimited, ValidationFailed
from connectassist.features.provisioning import queries, service
from connectassist.features.provisioning.rows import announced, provision_row
from connectassist.features.provisioning.shapes import (
    AnnouncedView,
    ProvisionListView,
    StaffAnnouncement,
    StaffProvisionPage,
)
from connectassist.http.context import server_url
from connectassist.http.guard import STAFF, TECHNICIAN, current_principal, who_may
from connectassist.http.openapi import Blueprint

bp = Blueprint("announced_devices", __name__, url_prefix="/api/devices", description="Devices that are expected.")


@bp.post("/provision")
@who_may(TECHNICIAN)
@bp.arguments(StaffAnnouncement)
@bp.raises(ValidationFailed, ClientNotFound, DeviceIdTaken, RateLimited)
@bp.response(200)
@bp.shows(AnnouncedView)
def provision(body: dict) -> dict:
    """Announce a device for a client. Its activation code is shown this once and good for 24 hours."""
    made, code = service.provision(by=current_principal(), **body)
    return {"success": True, **announced(made, code, server=server_url())}


@bp.get("/provisions")
@who_may(STAFF)
@bp.arguments(StaffProvisionPage, location="query")
@bp.response(200)
@bp.shows(ProvisionListView)
def listing(query: dict) -> dict:
    """List the announced devices that have not come yet, newest first; `clientId` for one client's."""
    found, total = queries.page(current_principal(), **query)
    return {"success": True, "provisions": [provision_row(each) for each in found], "total": total}


@bp.delete("/provisions/<int:provision_id>")
@who_may(TECHNICIAN)
@bp.raises(NotFound)
@bp.response(200)
def cancel(provision_id: int) -> dict:
    """Take an announcement back; its activation code works no more."""
    service.cancel(provision_id, by=current_principal())
    return {"success": True}

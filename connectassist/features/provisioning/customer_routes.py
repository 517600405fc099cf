"""/api/v1/customer/devices/provision: a customer announces a device before it comes (contract 003)."""

from __future__ import annotations

from connectassist.core.errors import DeviceIdTaken, NotFound, RateLimited, ValidationFailed
from connectassist.features.provisioning import queries, service
from connectassist.features.provisioning.rows import announced, provision_row
from connectassist.features.provisioning.shapes import AnnouncedView, Announcement, ProvisionListView
from connectassist.http.context import server_url
from connectassist.http.guard import CUSTOMER, current_principal, who_may
from connectassist.http.openapi import Blueprint
from connectassist.http.paging import Page

bp = Blueprint("provisioning", __name__, url_prefix="/api/v1/customer/devices",
               description="Devices that are expected.")


@bp.post("/provision")
@who_may(CUSTOMER)
@bp.arguments(Announcement)
@bp.raises(ValidationFailed, DeviceIdTaken, RateLimited)
@bp.response(200)
@bp.shows(AnnouncedView)
def provision(body: dict) -> dict:
    """Announce a device. Its activation code is shown this once and good for 24 hours."""
    made, code = service.provision(by=current_principal(), **body)
    return announced(made, code, server=server_url())


@bp.get("/provisions")
@who_may(CUSTOMER)
@bp.arguments(Page, location="query")
@bp.response(200)
@bp.shows(ProvisionListView)
def listing(query: dict) -> dict:
    """List the devices that are announced and have not come yet, newest first."""
    found, total = queries.page(current_principal(), **query)
    return {"provisions": [provision_row(each) for each in found], "total": total}


@bp.delete("/provisions/<int:provision_id>")
@who_may(CUSTOMER)
@bp.raises(NotFound)
@bp.response(200)
def cancel(provision_id: int) -> dict:
    """Take an announcement back; its activation code works no more."""
    service.cancel(provision_id, by=current_principal())
    return {"success": True}

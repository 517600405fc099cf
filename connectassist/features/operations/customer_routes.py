"""/api/v1/customer/system: what customers may know of the server (contract 003)."""

from __future__ import annotations

from marshmallow import fields

from connectassist.features.operations import queries
from connectassist.http.guard import CUSTOMER, who_may
from connectassist.http.openapi import Blueprint, Shape

bp = Blueprint("customer_system", __name__, url_prefix="/api/v1/customer/system", description="The server itself.")


class SystemView(Shape):
    version = fields.String()
    build = fields.String()
    environment = fields.String()
    uptime = fields.Integer()
    services = fields.Dict()


@bp.get("/info")
@who_may(CUSTOMER)
@bp.response(200)
@bp.shows(SystemView)
def show_info() -> dict:
    """Tell which version runs, for how many seconds, and whether its services work."""
    return queries.system_info()

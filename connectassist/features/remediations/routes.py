"""Asking a device for one act from the whitelist, and what came of it."""

from __future__ import annotations

from marshmallow import fields, validate

from connectassist.core.errors import DeviceNotFound, DeviceOffline, NotFound, RateLimited, ValidationFailed
from connectassist.features.remediations import queries, service
from connectassist.features.remediations.rows import action_row, remediation_row
from connectassist.features.remediations.shapes import ActionListView, RemediationListView, RemediationView
from connectassist.http.guard import STAFF, TECHNICIAN, current_principal, who_may
from connectassist.http.openapi import Blueprint, Body
from connectassist.http.paging import Page

bp = Blueprint("remediations", __name__, url_prefix="/api", description="Acts from a whitelist, allowed at the device.")


class RemediationPage(Page):
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 200))


class Order(Body):
    action_id = fields.String(required=True, data_key="actionId", validate=validate.Length(1, 40))
    parameter = fields.String(load_default=None, allow_none=True, validate=validate.Length(0, 200))


@bp.get("/remediations/actions")
@who_may(STAFF)
@bp.response(200)
@bp.shows(ActionListView)
def whitelist() -> dict:
    """List what a device may be asked for."""
    return {"success": True, "actions": [action_row(action) for action in queries.whitelist()]}


@bp.get("/devices/<device_id>/remediations")
@who_may(STAFF)
@bp.arguments(RemediationPage, location="query")
@bp.raises(DeviceNotFound)
@bp.response(200)
@bp.shows(RemediationListView)
def listing(query: dict, device_id: str) -> dict:
    """List what a device was asked for, newest first."""
    found = queries.page(current_principal(), device_id, **query)
    return {"success": True, "remediations": [remediation_row(each) for each in found]}


@bp.get("/devices/<device_id>/remediations/<request_id>")
@who_may(STAFF)
@bp.raises(DeviceNotFound, NotFound)
@bp.response(200)
@bp.shows(RemediationView)
def show(device_id: str, request_id: str) -> dict:
    """Show one request, with what it changed."""
    return {"success": True, "remediation": remediation_row(queries.one(current_principal(), device_id, request_id))}


@bp.post("/devices/<device_id>/remediations")
@who_may(TECHNICIAN)
@bp.arguments(Order)
@bp.raises(DeviceNotFound, ValidationFailed, DeviceOffline, RateLimited)
@bp.response(200)
@bp.shows(RemediationView)
def ask(body: dict, device_id: str) -> dict:
    """Ask the person at a device to allow an act."""
    return {"success": True, "remediation": remediation_row(
        service.request(device_id, by=current_principal(), **body))}

"""/api/devices/…: what the checks of a device found, its health over time, and the fleet's (contract 000)."""

from __future__ import annotations

from marshmallow import fields, validate

from connectassist.core.errors import DeviceNotFound, DeviceOffline, RateLimited, ValidationFailed
from connectassist.features.devices import queries as devices
from connectassist.features.diagnostics import fleet, queries, service
from connectassist.features.diagnostics.checks import ALL
from connectassist.features.diagnostics.rows import fleet_row, points, result_row
from connectassist.features.diagnostics.shapes import FleetView, HealthView, RequestedView, ResultView
from connectassist.http.guard import STAFF, TECHNICIAN, current_principal, who_may
from connectassist.http.openapi import Blueprint, Body
from connectassist.http.paging import Page
from connectassist.realtime.presence import presence

bp = Blueprint("diagnostics", __name__, url_prefix="/api/devices", description="What devices tell of their health.")


class ResultFilter(Page):
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 500))
    check_type = fields.String(load_default="", validate=validate.Length(0, 40))


class Span(Body):
    days = fields.Integer(load_default=30, validate=validate.Range(1, 365))


class FleetPage(Page):
    limit = fields.Integer(load_default=500, validate=validate.Range(1, 500))


class Order(Body):
    check_type = fields.String(load_default=ALL, data_key="checkType", validate=validate.Length(1, 40))


@bp.get("/<device_id>/diagnostics")
@who_may(STAFF)
@bp.arguments(ResultFilter, location="query")
@bp.raises(DeviceNotFound)
@bp.response(200)
@bp.shows(ResultView(many=True))
def listing(query: dict, device_id: str) -> list[dict]:
    """List what a device's checks found, newest first: a bare array, each with `data` as a JSON string."""
    return [result_row(result) for result in queries.page(current_principal(), device_id, **query)]


@bp.post("/<device_id>/diagnostics")
@who_may(TECHNICIAN)
@bp.arguments(Order)
@bp.raises(DeviceNotFound, ValidationFailed, DeviceOffline, RateLimited)
@bp.response(200)
@bp.shows(RequestedView)
def ask(body: dict, device_id: str) -> dict:
    """Have a device run a check, or all of them. The results come over the socket and into the list."""
    request_id = service.request(device_id, by=current_principal(), **body)
    return {"success": True, "deviceId": device_id, "checkType": body["check_type"], "requestId": request_id}


@bp.get("/<device_id>/health")
@who_may(STAFF)
@bp.arguments(Span, location="query")
@bp.raises(DeviceNotFound)
@bp.response(200)
@bp.shows(HealthView)
def health(query: dict, device_id: str) -> dict:
    """A device's score, what costs points, and its course: a point for each hour up to 3 days, else for each day."""
    device = devices.visible_to(current_principal(), device_id)
    course = points(queries.course(device_id, **query), **query)
    return {"success": True, "device_id": device_id, "health_score": device.health_score,
            "reasons": device.health_reasons, "examined_at": device.examined_at, "points": course}


@bp.get("/health/summary")
@who_may(STAFF)
@bp.arguments(FleetPage, location="query")
@bp.response(200)
@bp.shows(FleetView)
def summary(query: dict) -> dict:
    """The fleet's average score, how many devices are healthy, and a page of them, last seen first."""
    by = current_principal()
    average, breakdown = fleet.summary(by)
    rows = [fleet_row(row, is_online=presence.is_online(row.device_id)) for row in fleet.page(by, **query)]
    return {"avgScore": average, "breakdown": breakdown, "devices": rows, "total": sum(breakdown.values())}

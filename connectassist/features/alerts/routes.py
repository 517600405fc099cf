"""/api/alerts: what staff should look at (contract 000's dashboard)."""

from __future__ import annotations

from marshmallow import fields, validate

from connectassist.core.errors import Conflict, NotFound
from connectassist.features.alerts import queries, service
from connectassist.features.alerts.rows import alert_rows
from connectassist.features.alerts.shapes import AlertCountsView, AlertView
from connectassist.http.guard import STAFF, TECHNICIAN, current_principal, who_may
from connectassist.http.openapi import Blueprint
from connectassist.http.paging import Page

bp = Blueprint("alerts", __name__, url_prefix="/api/alerts", description="What staff should look at.")


class AlertFilter(Page):
    status = fields.String(load_default="", validate=validate.Length(0, 20))
    device_id = fields.String(load_default="", validate=validate.Length(0, 120))


@bp.get("")
@who_may(STAFF)
@bp.arguments(AlertFilter, location="query")
@bp.response(200)
@bp.shows(AlertView(many=True))
def listing(query: dict) -> list[dict]:
    """List alerts, newest first: a bare array. `status` is active, acknowledged or resolved,
    or open for the first two."""
    return alert_rows(queries.page(current_principal(), **query))


@bp.get("/stats")
@who_may(STAFF)
@bp.response(200)
@bp.shows(AlertCountsView)
def stats() -> dict:
    """How many alerts are active."""
    return queries.counts(current_principal())


@bp.post("/<int:alert_id>/acknowledge")
@who_may(TECHNICIAN)
@bp.raises(NotFound, Conflict)
@bp.response(200)
@bp.shows(AlertView)
def acknowledge(alert_id: int) -> dict:
    """Say that somebody looks after it."""
    return alert_rows([service.acknowledge(alert_id, by=current_principal())])[0]


@bp.post("/<int:alert_id>/resolve")
@who_may(TECHNICIAN)
@bp.raises(NotFound)
@bp.response(200)
@bp.shows(AlertView)
def resolve(alert_id: int) -> dict:
    """Say that it is well again."""
    return alert_rows([service.resolve(alert_id, by=current_principal())])[0]

"""/api/dashboard: how the server fares (contract 004), its alerts and their thresholds.

Everybody who signed in sees the machine and their own tickets, as 004's dashboard asks for both in every role. Alerts
are for staff, each within their clients; the log tells staff of their clients, administrators everything, and customers
what they did themselves. Live figures come over `/ws`."""

from __future__ import annotations

from flask import Response

from connectassist.core.errors import Conflict, NotFound, ValidationFailed
from connectassist.features.metrics import queries, rows, service, shapes, states
from connectassist.features.operations import queries as operations
from connectassist.http import spreadsheets
from connectassist.http.guard import ADMIN, SIGNED_IN, STAFF, current_principal, who_may
from connectassist.http.openapi import TEXT, Blueprint

bp = Blueprint("dashboard", __name__, url_prefix="/api/dashboard", description="How the server fares.")


@bp.get("/health")
@who_may(SIGNED_IN)
@bp.response(200)
@bp.shows(shapes.HealthView)
def show_health() -> dict:
    """Show how the server's machine is now, and how much waits for the caller."""
    return states.health(current_principal())


@bp.get("/metrics")
@who_may(SIGNED_IN)
@bp.arguments(shapes.Span, location="query")
@bp.response(200)
@bp.shows(shapes.MetricsView)
def show_metrics(query: dict) -> dict:
    """Show the same with its history over some hours, some 480 points at most, oldest first."""
    return states.metrics(current_principal(), **query)


@bp.get("/logs")
@who_may(SIGNED_IN)
@bp.arguments(shapes.LogFilter, location="query")
@bp.response(200)
@bp.shows(shapes.LogView(many=True))
def show_logs(query: dict) -> list[dict]:
    """List what happened, newest first: a bare array."""
    source = query.pop("source")
    return [rows.log_row(entry) for entry in operations.log_page(current_principal(), category=source, **query)]


@bp.get("/logs.csv")
@who_may(STAFF)
@bp.arguments(shapes.LogExport, location="query")
@bp.response(200, TEXT, content_type="text/csv")
def export_logs(query: dict) -> Response:
    """The same as a CSV file, the newest 5,000."""
    found = operations.log_page(current_principal(), category=query.pop("source"), limit=shapes.LARGEST_EXPORT, **query)
    return spreadsheets.answer("log", rows.LOG_HEADINGS, [list(map(rows.log_cells, found))])


@bp.get("/alerts")
@who_may(STAFF)
@bp.arguments(shapes.AlertFilter, location="query")
@bp.response(200)
@bp.shows(shapes.SystemAlertView(many=True))
def list_alerts(query: dict) -> list[dict]:
    """List the server's own alerts, newest first; `status` is open or closed."""
    return [rows.system_alert_row(alert) for alert in queries.alerts(**query)]


@bp.post("/alerts/<int:alert_id>/acknowledge")
@who_may(ADMIN)
@bp.raises(NotFound, Conflict)
@bp.response(200)
@bp.shows(shapes.SystemAlertView)
def acknowledge_alert(alert_id: int) -> dict:
    """Say that somebody looks after an alert of the server."""
    return rows.system_alert_row(service.acknowledge(alert_id, by=current_principal()))


@bp.get("/thresholds")
@who_may(STAFF)
@bp.response(200)
def show_thresholds() -> dict:
    """Show from where on the server warns, by measure: cpu, memory, disk and hub_lag."""
    return rows.threshold_rows(queries.thresholds())


@bp.put("/thresholds")
@who_may(ADMIN)
@bp.arguments(shapes.ThresholdsBody)
@bp.raises(ValidationFailed)
@bp.response(200)
def change_thresholds(body: dict) -> dict:
    """Set from where on the server warns; measures that are left out stay as they are."""
    return rows.threshold_rows(service.set_thresholds(body, by=current_principal()))

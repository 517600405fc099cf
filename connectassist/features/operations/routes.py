"""The server itself: is it up, what happened, how much. Contract 002's and 001's rows."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from marshmallow import fields, validate

from connectassist import VERSION
from connectassist.core import clock
from connectassist.features.operations import queries, statistics, status
from connectassist.features.operations.rows import activity_row, log_row
from connectassist.features.operations.shapes import ActivityView
from connectassist.http.context import server_url
from connectassist.http.guard import ANYONE, STAFF, current_principal, who_may
from connectassist.http.openapi import Blueprint
from connectassist.http.paging import Page

bp = Blueprint("operations", __name__, url_prefix="/api", description="The server itself.")
NAME = "ConnectAssist"


class LogFilter(Page):
    level = fields.String(load_default="", validate=validate.Length(0, 10))
    category = fields.String(load_default="", validate=validate.Length(0, 40))


@bp.get("/status")
@who_may(ANYONE)
@bp.response(200)
def show_status() -> dict:
    """Show whether the server and its services work."""
    found = status.probed()
    return {"online": found.is_online, "server": urlsplit(server_url()).hostname, "timestamp": clock.now(),
            "version": VERSION, "services": found.services}


@bp.get("/stats")
@who_may(STAFF)
@bp.response(200)
def show_stats() -> dict:
    """Show the dashboard's counts."""
    return statistics.answer(current_principal())


@bp.get("/logs")
@who_may(STAFF)
@bp.arguments(LogFilter, location="query")
@bp.response(200)
def show_logs(query: dict) -> dict:
    """List what happened, newest first."""
    return {"success": True, "logs": [log_row(entry) for entry in queries.log_page(current_principal(), **query)]}


@bp.get("/activity")
@who_may(STAFF)
@bp.response(200)
@bp.shows(ActivityView(many=True))
def show_activity() -> Any:
    """List the last things that happened, as a bare array for 002's page."""
    return [activity_row(entry) for entry in queries.newest_activity(current_principal())]


@bp.get("/health")
@who_may(ANYONE)
@bp.response(200)
def show_health() -> dict:
    """Say that the server answers."""
    return {"status": "ok", "timestamp": clock.now()}


@bp.get("/version")
@who_may(ANYONE)
@bp.response(200)
def show_version() -> dict:
    """Show the server's name and version."""
    return {"version": VERSION, "name": NAME}

"""Diagnostic and remediation sessions as staff open, see and end them."""

from __future__ import annotations

from typing import Any

from connectassist.core.errors import ActiveSessionExists, DeviceNotFound, SessionEnded, SessionNotFound
from connectassist.features.device_sessions import listing, queries, service, telling
from connectassist.features.device_sessions.rows import session_row
from connectassist.features.device_sessions.shapes import (
    Opening,
    SessionAnswer,
    SessionListAnswer,
    SessionPage,
    WholeSessionAnswer,
)
from connectassist.features.devices import queries as devices
from connectassist.http.guard import STAFF, TECHNICIAN, current_principal, who_may
from connectassist.http.json import json_response
from connectassist.http.openapi import Blueprint

bp = Blueprint("device_sessions", __name__, url_prefix="/api",
               description="Diagnostic and remediation sessions of devices.")


@bp.post("/devices/<device_id>/sessions")
@who_may(TECHNICIAN)
@bp.arguments(Opening)
@bp.raises(DeviceNotFound, ActiveSessionExists)
@bp.response(201)
@bp.shows(SessionAnswer, status=201)
def create(body: dict, device_id: str) -> Any:
    """Open a diagnostic or remediation session for a device, for an hour."""
    by = current_principal()
    opened = service.open(devices.visible_to(by, device_id), kind=body["type"], description=body["description"], by=by)
    return json_response({"success": True, "session": session_row(opened)}, 201)


@bp.get("/device-sessions")
@who_may(STAFF)
@bp.arguments(SessionPage, location="query")
@bp.response(200)
@bp.shows(SessionListAnswer)
def index(query: dict) -> dict:
    """List the diagnostic and remediation sessions in scope, newest first."""
    return {"success": True, **listing.paged(current_principal(), **query)}


@bp.get("/device-sessions/<session_id>")
@who_may(STAFF)
@bp.raises(SessionNotFound)
@bp.response(200)
@bp.shows(WholeSessionAnswer)
def detail(session_id: str) -> dict:
    """A session with its newest 100 commands, oldest first, and its transcript."""
    found = queries.visible_to(current_principal(), session_id)
    return {"success": True, "session": telling.whole(found), "transcript": telling.transcript(found)}


@bp.post("/device-sessions/<session_id>/end")
@who_may(TECHNICIAN)
@bp.raises(SessionNotFound, SessionEnded)
@bp.response(200)
@bp.shows(SessionAnswer)
def end(session_id: str) -> dict:
    """End a session; what waits in it for the customer's approval is rejected."""
    by = current_principal()
    ended = service.end(queries.visible_to(by, session_id).session_id, by=by)
    return {"success": True, "session": session_row(ended)}

"""/api/monitors: contract 001's list and switch."""

from __future__ import annotations

from marshmallow import fields, validate

from connectassist.core.errors import Conflict, NotConsented, SessionNotFound, ValidationFailed
from connectassist.features.monitors import service
from connectassist.http.guard import STAFF, TECHNICIAN, current_principal, who_may
from connectassist.http.openapi import Blueprint, Body

bp = Blueprint("monitors", __name__, url_prefix="/api/monitors", description="The monitors of a customer's machine.")


class Choice(Body):
    monitor_index = fields.Integer(required=True, data_key="monitorIndex", strict=True, validate=validate.Range(0, 31))


@bp.get("/session/<session_id>")
@who_may(STAFF)
@bp.raises(SessionNotFound)
@bp.response(200)
def listing(session_id: str) -> dict:
    """The monitors of a session's machine, and which one is shown."""
    return service.shown(session_id, by=current_principal())


@bp.post("/session/<session_id>/switch")
@who_may(TECHNICIAN)
@bp.arguments(Choice)
@bp.raises(SessionNotFound, ValidationFailed, NotConsented, Conflict)
@bp.response(200)
def switch(body: dict, session_id: str) -> dict:
    """Show another monitor."""
    service.switch(session_id, index=body["monitor_index"], by=current_principal())
    return {"success": True, "monitorIndex": body["monitor_index"]}

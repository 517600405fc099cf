"""/api/sessions/<id>/messages: what was said."""

from __future__ import annotations

from marshmallow import fields, validate

from connectassist.core.errors import Forbidden, SessionNotFound, Unauthorized
from connectassist.features.chat import queries
from connectassist.features.chat.rows import message_row
from connectassist.features.sessions import service as sessions
from connectassist.http.guard import ANYONE, current_principal, who_may
from connectassist.http.openapi import Blueprint, Body

bp = Blueprint("chat", __name__, url_prefix="/api/sessions", description="What was said in a session.")


class Since(Body):
    since = fields.Integer(load_default=None, validate=validate.Range(0, 253402300799000))


@bp.get("/<session_id>/messages")
@who_may(ANYONE)
@bp.arguments(Since, location="query")
@bp.raises(SessionNotFound, Unauthorized, Forbidden)
@bp.response(200)
def messages(query: dict, session_id: str) -> dict:
    """The newest 500 messages, oldest first: for staff in scope and the session's own device."""
    readable = sessions.readable_by(current_principal(), session_id)
    return {"messages": [message_row(message) for message in queries.messages(readable.session_id, **query)]}

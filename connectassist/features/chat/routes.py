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


Moment = validate.Range(0, 253402300799000)


class Span(Body):
    since = fields.Integer(load_default=None, validate=Moment)
    before = fields.Integer(load_default=None, validate=Moment)
    limit = fields.Integer(load_default=queries.LONGEST, validate=validate.Range(1, queries.LONGEST))


@bp.get("/<session_id>/messages")
@who_may(ANYONE)
@bp.arguments(Span, location="query")
@bp.raises(SessionNotFound, Unauthorized, Forbidden)
@bp.response(200)
def messages(query: dict, session_id: str) -> dict:
    """The newest messages, oldest first; `before` (ms) pages back: for staff in scope and the session's own device."""
    readable = sessions.readable_by(current_principal(), session_id)
    found = queries.messages(readable.session_id, **query)
    return {"messages": [message_row(message) for message in found], "more": len(found) == query["limit"]}

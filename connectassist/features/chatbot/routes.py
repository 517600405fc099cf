"""/api/chatbot: the FAQ assistant of contract 004."""

from __future__ import annotations

from marshmallow import fields, pre_load, validate

from connectassist.core.errors import NotFound, RateLimited, ValidationFailed
from connectassist.core.ids import LARGEST_ID
from connectassist.features.chatbot import service
from connectassist.features.chatbot.rows import log_row, reply_row
from connectassist.features.chatbot.shapes import LogView, ReplyView
from connectassist.http import limits
from connectassist.http.guard import SIGNED_IN, current_principal, limiter, who_may
from connectassist.http.openapi import Blueprint, Body, YesOrNo

bp = Blueprint("chatbot", __name__, url_prefix="/api/chatbot", description="The FAQ assistant.")


class Message(Body):
    """The React client says `sessionId`, contract 004 `session_id`; either may be null."""

    message = fields.String(required=True, validate=validate.Length(1, service.LONGEST_MESSAGE))
    session_id = fields.String(load_default=None, allow_none=True, validate=validate.Length(0, 200))

    @pre_load
    def _either_name(self, data: dict, **kwargs: object) -> dict:
        return data if data.get("session_id") else {**data, "session_id": data.get("sessionId")}


class Rating(Message):
    message = fields.String()
    message_id = fields.Integer(required=True, strict=True, validate=validate.Range(1, LARGEST_ID))
    helpful = YesOrNo(required=True)


@bp.post("/chat")
@who_may(SIGNED_IN)
@bp.arguments(Message)
@bp.raises(ValidationFailed, RateLimited)
@bp.response(200)
@bp.shows(ReplyView)
def chat(body: dict) -> dict:
    """Ask the FAQ assistant. `response` is HTML, `text` the same as plain text; `session_id` goes on with the
    conversation, and one that isn't the caller's own begins another."""
    by = current_principal()
    limiter().spend(limits.CHATBOT, "chatbot", str(by.user_id))
    return reply_row(service.ask(body["message"], session_id=body["session_id"], by=by))


@bp.post("/feedback")
@who_may(SIGNED_IN)
@bp.arguments(Rating)
@bp.raises(ValidationFailed, NotFound)
@bp.response(200)
@bp.shows(LogView)
def feedback(body: dict) -> dict:
    """Say whether an answer helped: whoever it was given to."""
    return log_row(service.rate(body["message_id"], by=current_principal(), session_id=body["session_id"],
                                is_helpful=body["helpful"]))

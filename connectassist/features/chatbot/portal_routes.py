"""/api/portal/chat: the FAQ assistant for visitors of the portal, who have no account. A conversation's id, which
nobody can guess, is all that goes on with it; nothing but what is everybody's is told, and no ticket is opened."""

from __future__ import annotations

from connectassist.core.errors import NotFound, RateLimited, ValidationFailed
from connectassist.features.chatbot import service
from connectassist.features.chatbot.bodies import Message, Rating
from connectassist.features.chatbot.rows import reply_row
from connectassist.features.chatbot.shapes import ReplyView
from connectassist.http import limits
from connectassist.http.guard import ANYONE, current_principal, limiter, who_may
from connectassist.http.limits import limited
from connectassist.http.openapi import Blueprint

bp = Blueprint("portal_chat", __name__, url_prefix="/api/portal/chat", description="The FAQ assistant on the portal.")


@bp.post("")
@who_may(ANYONE)
@limited(limits.PORTAL_CHAT)
@bp.arguments(Message)
@bp.raises(ValidationFailed, RateLimited)
@bp.response(200)
@bp.shows(ReplyView)
def chat(body: dict) -> dict:
    """Ask the FAQ assistant without an account."""
    limiter().spend(limits.PORTAL_CHAT_OF_ALL, "portal chat")
    return reply_row(service.ask(body["message"], session_id=body["session_id"], by=current_principal()))


@bp.post("/feedback")
@who_may(ANYONE)
@limited(limits.PORTAL_CHAT)
@bp.arguments(Rating)
@bp.raises(ValidationFailed, NotFound, RateLimited)
@bp.response(200)
def feedback(body: dict) -> dict:
    """Say whether an answer helped, by the id of the conversation that it was given in."""
    service.rate(body["message_id"], by=current_principal(), session_id=body["session_id"], is_helpful=body["helpful"])
    return {"success": True}

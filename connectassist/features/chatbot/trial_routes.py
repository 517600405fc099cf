"""/api/chatbot/trial: what the assistant would find, for staff who write entries. Nothing of it is kept or counted."""

from __future__ import annotations

from marshmallow import fields, validate

from connectassist.core.errors import ClientNotFound, ValidationFailed
from connectassist.core.ids import LARGEST_ID
from connectassist.features.assistant import service as assistant
from connectassist.features.chatbot.answering import SURE_ENOUGH
from connectassist.features.chatbot.rows import source_row
from connectassist.features.chatbot.service import LONGEST_MESSAGE
from connectassist.features.chatbot.shapes import TrialView
from connectassist.features.clients import queries as clients
from connectassist.http.guard import STAFF, current_principal, who_may
from connectassist.http.openapi import Blueprint, Body

bp = Blueprint("chatbot_trial", __name__, url_prefix="/api/chatbot/trial", description="The FAQ assistant, tried out.")
SHOWN = 5


class TrialQuestion(Body):
    question = fields.String(required=True, validate=validate.Length(1, LONGEST_MESSAGE))
    client_id = fields.Integer(load_default=None, allow_none=True, strict=True, validate=validate.Range(1, LARGEST_ID))


@bp.post("")
@who_may(STAFF)
@bp.arguments(TrialQuestion)
@bp.raises(ValidationFailed, ClientNotFound)
@bp.response(200)
@bp.shows(TrialView)
def trial(body: dict) -> dict:
    """What the assistant finds for a question of a client's people, best first; without a client, of a visitor."""
    if body["client_id"] is not None:
        clients.in_scope(current_principal(), body["client_id"])
    whose = frozenset(() if body["client_id"] is None else (body["client_id"],))
    found = assistant.find(whose, body["question"])
    return {"answers": bool(found) and found[0].confidence >= SURE_ENOUGH, "sure_enough": SURE_ENOUGH,
            "found": [source_row(each) for each in found[:SHOWN]]}

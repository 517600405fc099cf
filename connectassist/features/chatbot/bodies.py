"""What comes in to the FAQ assistant, and what is asked of its logs."""

from __future__ import annotations

from marshmallow import fields, pre_load, validate

from connectassist.core.ids import LARGEST_ID
from connectassist.features.chatbot.service import LONGEST_MESSAGE
from connectassist.http.openapi import Body, Flag, YesOrNo

LARGEST_PAGE = 500


class OfConversation(Body):
    """The React client says `sessionId`, contract 004 `session_id`; either may be null."""

    session_id = fields.String(load_default=None, allow_none=True, validate=validate.Length(0, 200))

    @pre_load
    def _either_name(self, data: dict, **kwargs: object) -> dict:
        return data if data.get("session_id") else {**data, "session_id": data.get("sessionId")}


class Message(OfConversation):
    message = fields.String(required=True, validate=validate.Length(1, LONGEST_MESSAGE))


class Rating(OfConversation):
    message_id = fields.Integer(required=True, strict=True, validate=validate.Range(1, LARGEST_ID))
    helpful = YesOrNo(required=True)


class LogFilter(Body):
    session_id = fields.String(validate=validate.Length(0, 200))
    escalated_only = Flag(load_default=False)
    unanswered_only = Flag(load_default=False)
    search = fields.String(validate=validate.Length(0, 200))
    skip = fields.Integer(load_default=0, validate=validate.Range(0, 10_000_000))


class LogPage(LogFilter):
    limit = fields.Integer(load_default=100, validate=validate.Range(1, LARGEST_PAGE))


class Period(Body):
    days = fields.Integer(validate=validate.Range(1, 365), metadata={
        "description": "How many days back the figures look. Left out, contract 004's count all that is kept, and "
                       "those by day, of entries and of unanswered questions the last 30 days."})

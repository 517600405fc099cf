"""Whose conversation it is, and how it reads in a ticket."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from connectassist.core import clock
from connectassist.core.db import db
from connectassist.features.assistant.service import Scope
from connectassist.features.chatbot import queries, wishes
from connectassist.features.chatbot.models import ChatbotSession
from connectassist.identity.principal import Principal

if TYPE_CHECKING:
    from connectassist.features.chatbot.models import ChatbotLog

#: Whoever comes back later begins anew.
LASTS = timedelta(hours=12)
LONGEST_TITLE, LONGEST_LINE = 120, 600
_SAYS_LITTLE = (wishes.PERSON, wishes.HELLO, wishes.WELCOME)


def going_on(session_id: str | None, *, by: Principal) -> ChatbotSession:
    """The caller's conversation of that id, or a new one: an id that is unknown, over or somebody else's tells
    nothing, as nobody can know from the outside which of these it is."""
    found = queries.session(session_id) if session_id else None
    moment = clock.now()
    if found is None or found.user_id != by.user_id or found.last_at < moment - LASTS:
        found = ChatbotSession(id=secrets.token_urlsafe(24), user_id=by.user_id, client_id=home_of(by),
                               created_at=moment)
        db.session.add(found)
    found.last_at = moment
    return found


def home_of(by: Principal) -> int | None:
    """The client whose matter a caller's questions are: theirs, where they have one alone."""
    return next(iter(by.client_ids)) if by.client_ids is not None and len(by.client_ids) == 1 else None


def scope_of(by: Principal) -> Scope:
    """Whose knowledge a caller is told of: their clients'; strangers, what is everybody's."""
    return by.client_ids if by.is_signed_in else frozenset()


def unanswered(said: list[ChatbotLog], *, below: float) -> int:
    """How many of the newest questions, without a pause, got no answer. `said` is newest first."""
    count = 0
    for each in said:
        if each.confidence_score >= below or each.was_escalated:
            break
        count += 1
    return count


def ticket_title(message: str, said: list[ChatbotLog]) -> str:
    """What it was about: the longest of the last things asked, in one line. Who only asks for people tells least."""
    asked = [message, *(each.user_query for each in said[:3])]
    about = [each for each in asked if wishes.wish_of(each) not in _SAYS_LITTLE]
    told = " ".join(max(about or asked, key=len).split()) or "Help is needed"
    return told if len(told) <= LONGEST_TITLE else f"{told[:LONGEST_TITLE - 1].rstrip()}…"


def as_text(message: str, said: list[ChatbotLog]) -> str:
    """The conversation as a ticket's description, oldest first."""
    lines = ["Conversation with the FAQ assistant:"]
    for each in reversed(said):
        lines += [f"> {each.user_query[:LONGEST_LINE]}", each.bot_response[:LONGEST_LINE]]
    return "\n\n".join([*lines, f"> {message}"])

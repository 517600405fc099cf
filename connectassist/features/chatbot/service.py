"""The FAQ assistant: a question in, an answer with its source out; where it knows none, or people are wanted, a
ticket."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from connectassist.core import audit, clock, foreign
from connectassist.core.db import db
from connectassist.core.errors import AppError, NotFound, ValidationFailed
from connectassist.features.assistant import service as assistant
from connectassist.features.chatbot import answering, conversations, phrases, queries, wishes
from connectassist.features.chatbot.answering import SURE_ENOUGH, Decision
from connectassist.features.chatbot.models import ChatbotLog, ChatbotSession
from connectassist.features.tickets import service as tickets
from connectassist.identity.principal import Principal
from connectassist.realtime.retention import Rule

if TYPE_CHECKING:
    from connectassist.features.assistant.service import Found

log = logging.getLogger(__name__)
LONGEST_MESSAGE = 2000
#: So many of the last words are looked back at.
LOOKED_BACK = 8
#: Called with each question and its answer, once they are kept.
on_said: list[Callable[[ChatbotLog], None]] = []


@dataclass(frozen=True, kw_only=True)
class Reply:
    """An answer. `text` is plain text; `message_id` names it for whoever says whether it helped. `ticket_id` is the
    ticket that people take over in; `needs_sign_in` says that nobody did, for nobody knows who asks."""

    text: str
    session_id: str
    message_id: int
    confidence: float
    language: str
    was_escalated: bool = False
    ticket_id: int | None = None
    needs_sign_in: bool = False
    sources: tuple[Found, ...] = ()
    others: tuple[Found, ...] = ()


def ask(message: str, *, session_id: str | None, by: Principal) -> Reply:
    """Answer a message, in the caller's conversation or a new one. Raises ValidationFailed for an empty message."""
    began = clock.monotonic()
    text = foreign.lines(message, LONGEST_MESSAGE).strip()
    if not text:
        raise ValidationFailed("message: Write what you would like to know")
    session = conversations.going_on(session_id, by=by)
    said = queries.newest_of(session.id, limit=LOOKED_BACK)
    db.session.commit()
    decision = _decided(text, said, by=by)
    return _kept(text, session, said, decision, by=by, began=began)


def _decided(text: str, said: list[ChatbotLog], *, by: Principal) -> Decision:
    language = assistant.language_of(text)
    before = conversations.unanswered(said, below=SURE_ENOUGH)
    if wishes.wish_of(text):
        return answering.decide(text, language=language, found=[], unanswered_before=before)
    found = _found(text, said[:1] if before else [], by=by)
    decision = answering.decide(text, language=language, found=found, unanswered_before=before)
    return _reworded(text, decision, said, before) if decision.source and by.is_signed_in else decision


def _found(text: str, before: list[ChatbotLog], *, by: Principal) -> list[Found]:
    """What fits; of a question that says too little by itself, together with the one before it."""
    scope = conversations.scope_of(by)
    found = assistant.find(scope, text)
    if before and not (found and found[0].confidence >= SURE_ENOUGH):
        together = assistant.find(scope, f"{before[0].user_query}\n{text}")
        return max(found, together, key=lambda each: each[0].confidence if each else 0.0)
    return found


def _reworded(text: str, decision: Decision, said: list[ChatbotLog], before: int) -> Decision:
    """In a model's words, where one is configured. It is told only what was found, and can do nothing."""
    assert decision.source is not None
    talk = tuple(pair for each in reversed(said) for pair in (("user", each.user_query), ("ai", each.bot_response)))
    answered = assistant.reworded(text, talk, [decision.source, *decision.others])
    return answering.reworded(decision, answered, unanswered_before=before) if answered else decision


def _kept(text: str, session: ChatbotSession, said: list[ChatbotLog], decision: Decision, *, by: Principal,
          began: float) -> Reply:
    told, ticket_id, needs_sign_in = decision.text, None, False
    if decision.hands_over:
        more, ticket_id, needs_sign_in = _handed_over(text, session, said, decision.language, by=by)
        told = f"{told}\n\n{more}".strip()
    source = decision.source
    entry = ChatbotLog(
        session_id=session.id, user_id=by.user_id, client_id=session.client_id, user_query=text, bot_response=told,
        asked=" ".join(text.lower().split())[:200], confidence_score=round(decision.confidence, 3),
        entry_id=source.document.id if source and source.is_entry else None, was_escalated=ticket_id is not None,
        ticket_id=ticket_id, response_time_ms=int((clock.monotonic() - began) * 1000))
    db.session.add(entry)
    db.session.commit()
    for tell in on_said:
        tell(entry)
    return Reply(text=told, session_id=session.id, message_id=entry.id, confidence=entry.confidence_score,
                 language=decision.language, was_escalated=entry.was_escalated, ticket_id=ticket_id,
                 needs_sign_in=needs_sign_in, sources=(source,) if source else (), others=decision.others)


def _handed_over(text: str, session: ChatbotSession, said: list[ChatbotLog], language: str, *,
                 by: Principal) -> tuple[str, int | None, bool]:
    """People take over: one ticket for each conversation. What is said about it, its id, and whether the caller must
    sign in first."""
    if not by.is_signed_in:
        return phrases.say("sign_in", language), None, True
    if by.is_staff and not by.is_technician:
        return phrases.say("no_ticket", language), None, False
    known = queries.ticket_of(session.id)
    if known is not None:
        return phrases.say("already", language, ticket=known), known, False
    try:
        ticket = tickets.open_by_person(
            by=by, client_id=session.client_id, title=conversations.ticket_title(text, said),
            description=conversations.as_text(text, said), requested_by=by.name, conversation=session.id)
    except AppError as refusal:
        log.info("no ticket was opened out of a conversation: %s", refusal.code)
        return phrases.say("no_ticket", language), None, False
    return phrases.say("opened", language, ticket=ticket.id), ticket.id, False


def rate(message_id: int, *, by: Principal, session_id: str | None, is_helpful: bool) -> ChatbotLog:
    """Note whether an answer helped whoever asked: they alone know. Raises NotFound."""
    entry = queries.own(message_id, by=by, session_id=session_id)
    if entry is None:
        raise NotFound("No answer of yours has this id")
    entry.was_helpful = is_helpful
    audit.record(by, "chatbot.rate", f"Answer {entry.id} {'helped' if is_helpful else 'did not help'}",
                 client_id=entry.client_id)
    db.session.commit()
    return entry


prune = Rule("conversations with the FAQ assistant", "chatbot_days", ChatbotSession.id, queries.forgotten)

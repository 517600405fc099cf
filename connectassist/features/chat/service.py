"""Chat: what is said in a session is kept and passed on."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import IntegrityError

from connectassist.core import clock, foreign
from connectassist.core.db import db
from connectassist.core.errors import EventRefused
from connectassist.features.chat import queries
from connectassist.features.chat.models import ChatMessage
from connectassist.features.chat.rows import spoken
from connectassist.features.sessions import queries as sessions
from connectassist.realtime.gateway import GATEWAY

if TYPE_CHECKING:
    from connectassist.features.sessions.models import Session

EVENT = "chat-message"
LONGEST, MOST = 4_000, 10_000
TECHNICIAN, USER, CUSTOMER = "technician", "user", "customer"
ONE_MS = timedelta(milliseconds=1)


def post(session_id: str, *, role: str, sender: str, text: Any, timestamp: Any = None, client_id: Any = None,
         but: str | None = None) -> ChatMessage:
    """Say something in a live session: kept with the server's time, passed on to everyone but the socket `but`
    with the speaker's own. A message whose `client_id` has come already is the same one, said again after a lost
    answer. Raises SessionNotFound, EventRefused."""
    said, session = _clean(text), sessions.live(session_id)
    key = _key(role, client_id)
    known = queries.by_key(session_id, key)
    if known is not None and known.text == said:
        return known
    message = ChatMessage(session_id=session_id, at=_next_moment(session_id), role=role, text=said,
                          sender=_sender(role, sender, session), client_key=key if known is None else None)
    if not _written(message):
        return queries.by_key(session_id, key) or message
    shown = spoken(message, timestamp=_milliseconds(timestamp) or clock.milliseconds(message.at))
    GATEWAY.to_session(session_id, EVENT, shown, but=but)
    return message


def _written(message: ChatMessage) -> bool:
    """False when the same message was being written at the same time."""
    try:
        db.session.add(message)
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
        return False
    return True


def _key(role: str, client_id: Any) -> str | None:
    """What a speaker's own id is kept as: long enough to be drawn at random, and apart from the other side's."""
    if not isinstance(client_id, str) or not re.fullmatch(r"[\w-]{8,64}", client_id, re.ASCII):
        return None
    return f"{role[:10]}:{client_id}"


def _next_moment(session_id: str) -> datetime:
    """Now, in whole milliseconds and after everything said before: whoever asks for what came since a message
    misses none that was said in the same millisecond. Raises EventRefused."""
    count, last = queries.count_and_last(session_id)
    if count >= MOST:
        raise EventRefused(f"A session holds at most {MOST} messages")
    moment = clock.now()
    moment = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    return max(moment, last + ONE_MS) if last else moment


def _clean(text: Any) -> str:
    if not isinstance(text, str):
        raise EventRefused("A message needs text")
    said = foreign.lines(text).strip()
    if not said:
        raise EventRefused("The message is empty")
    if len(said) > LONGEST:
        raise EventRefused(f"A message has at most {LONGEST} characters")
    return said


def _sender(role: str, sender: str, session: Session) -> str:
    """Technicians speak by their own name. The customer's side is called what staff call it, if anything."""
    if role == TECHNICIAN:
        return foreign.text(sender, 120)
    return session.customer_name or foreign.text(sender, 120).strip() or "Customer"


def _milliseconds(timestamp: Any) -> int | None:
    """A client's own time, in ms or ISO-8601, as ms; None for anything else."""
    if isinstance(timestamp, int | float) and not isinstance(timestamp, bool):
        return clock.milliseconds(clock.from_milliseconds(timestamp)) if timestamp > 0 else None
    try:
        moment = datetime.fromisoformat(timestamp) if isinstance(timestamp, str) else None
        return clock.milliseconds(moment) if moment and moment.tzinfo else None
    except (ValueError, OverflowError):
        return None

"""Chat: what is said in a session is kept and passed on."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from connectassist.core import clock
from connectassist.core.audit import printable
from connectassist.core.db import db
from connectassist.core.errors import EventRefused
from connectassist.features.chat.models import ChatMessage
from connectassist.features.chat.rows import spoken
from connectassist.features.sessions import queries as sessions
from connectassist.realtime.gateway import GATEWAY

if TYPE_CHECKING:
    from connectassist.features.sessions.models import Session

EVENT = "chat-message"
LONGEST = 4_000
TECHNICIAN, USER, CUSTOMER = "technician", "user", "customer"


def post(session_id: str, *, role: str, sender: str, text: Any, timestamp: Any = None,
         but: str | None = None) -> ChatMessage:
    """Say something in a live session: kept with the server's time, passed on to everyone but the socket `but`
    with the speaker's own. Raises SessionNotFound, EventRefused."""
    said = _clean(text)
    session = sessions.live(session_id)
    message = ChatMessage(session_id=session_id, at=clock.now(), role=role, text=said,
                          sender=_sender(role, sender, session))
    db.session.add(message)
    db.session.commit()
    shown = spoken(message, timestamp=_milliseconds(timestamp) or clock.milliseconds(message.at))
    GATEWAY.to_session(session_id, EVENT, shown, but=but)
    return message


def _clean(text: Any) -> str:
    if not isinstance(text, str):
        raise EventRefused("A message needs text")
    said = "".join(c for c in text if c.isprintable() or c in "\n\t\u200d").strip()
    if not said:
        raise EventRefused("The message is empty")
    if len(said) > LONGEST:
        raise EventRefused(f"A message has at most {LONGEST} characters")
    return said


def _sender(role: str, sender: str, session: Session) -> str:
    """Technicians speak by their own name. The customer's side is called what staff call it, if anything."""
    if role == TECHNICIAN:
        return printable(sender, 120)
    return session.customer_name or printable(sender, 120).strip() or "Customer"


def _milliseconds(timestamp: Any) -> int | None:
    """A client's own time, in ms or ISO-8601, as ms; None for anything else."""
    if isinstance(timestamp, int | float) and not isinstance(timestamp, bool):
        return clock.milliseconds(clock.from_milliseconds(timestamp)) if timestamp > 0 else None
    try:
        moment = datetime.fromisoformat(timestamp) if isinstance(timestamp, str) else None
        return clock.milliseconds(moment) if moment and moment.tzinfo else None
    except (ValueError, OverflowError):
        return None

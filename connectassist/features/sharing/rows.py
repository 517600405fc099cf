"""What a customer's own browser is told of the session it shares into."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from connectassist.features.chat import queries as chat
from connectassist.features.chat.rows import message_row
from connectassist.features.sessions import queries as sessions
from connectassist.features.sharing import service
from connectassist.features.support_codes import queries as codes

if TYPE_CHECKING:
    from connectassist.features.sessions.models import Session


def share_view(session: Session) -> dict[str, Any]:
    """The session as the customer's page needs it after each load: whom it is with, what was said, and whether the
    technician waits for the helper. `installer` says where the helper comes from: `code` or `session`."""
    return {"sessionId": session.session_id, "technicianId": str(session.technician_id or ""),
            "technicianName": session.technician_name or _code_technician(session),
            "customerName": session.customer_name or "", "expiresAt": session.expires_at,
            "helperWanted": _helper_wanted(session.session_id),
            "installer": _installer(session),
            "messages": [message_row(message) for message in chat.messages(session.session_id)]}


def _installer(session: Session) -> str:
    if session.support_code_id is None:
        return "session"
    return "code" if service.still_has_installer(session) else ""


def _code_technician(session: Session) -> str:
    code = codes.by_row(session.support_code_id)
    return code.technician_name if code else ""


def _helper_wanted(session_id: str) -> str:
    """The technician who asked for the helper and waits for it, by name."""
    settled = ("helper_joined", "helper_declined", "helper_took_over")
    for event in reversed(sessions.timeline(session_id)):
        if event.kind == "helper_asked":
            return event.who
        if event.kind in settled:
            break
    return ""

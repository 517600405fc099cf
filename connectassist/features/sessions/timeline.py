"""The timeline of a session: one line for each thing that a case should be able to tell."""

from __future__ import annotations

from collections.abc import Iterable

from connectassist.core import foreign
from connectassist.core.db import db
from connectassist.features.sessions.models import SessionEvent


def note(session_id: str, kind: str, *, who: str = "", rights: Iterable[str] = (), text: str = "") -> None:
    """Add a line to the caller's transaction."""
    db.session.add(SessionEvent(session_id=session_id, kind=kind, who=foreign.text(who, 120), rights=list(rights),
                                text=foreign.text(text, 500)))

"""Remote-support sessions: the list, and the page of one."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from connectassist.features.sessions import queries
from connectassist.http.guard import STAFF, current_principal, who_may
from connectassist.web.frame import blueprint


@blueprint.get("/sessions")
@who_may(STAFF)
def sessions() -> ResponseReturnValue:
    """Show the sessions in the caller's scope."""
    return render_template("sessions.html")


@blueprint.get("/sessions/<session_id>")
@who_may(STAFF)
def session(session_id: str) -> ResponseReturnValue:
    """Show one session: the live screen, chat, files. Raises SessionNotFound, also for one out of scope."""
    queries.visible_to(current_principal(), session_id)
    return render_template("session.html", session_id=session_id)

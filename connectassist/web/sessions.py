"""Remote-support sessions: the list, and the page of one."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from connectassist.http.guard import STAFF, who_may
from connectassist.web.frame import blueprint


@blueprint.get("/sessions")
@who_may(STAFF)
def sessions() -> ResponseReturnValue:
    """Show the sessions in the caller's scope."""
    return render_template("sessions.html")


@blueprint.get("/sessions/<session_id>")
@who_may(STAFF)
def session(session_id: str) -> ResponseReturnValue:
    """Show one session: the live screen, chat, files."""
    return render_template("session.html", session_id=session_id)

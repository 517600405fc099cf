"""The customer's pages: type a support code, choose a door, share the screen."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from connectassist.http.guard import ANYONE, who_may
from connectassist.web.frame import blueprint


@blueprint.get("/")
@blueprint.get("/support", endpoint="support")
@who_may(ANYONE)
def portal() -> ResponseReturnValue:
    """Ask for the support code."""
    return render_template("portal.html")


@blueprint.get("/support/<session_id>")
@who_may(ANYONE)
def support_link(session_id: str) -> ResponseReturnValue:
    """The link that contract 001 gives for a session: the same two doors. The page itself tells nothing of the
    session; its script asks, with the sessionId as the capability."""
    return render_template("portal.html", session_id=session_id)


@blueprint.get("/share")
@who_may(ANYONE)
def share() -> ResponseReturnValue:
    """The customer's side of a session in the browser: consent, picker, chat, Stop."""
    return render_template("share.html")

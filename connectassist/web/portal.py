"""The customer's page: type a support code, get the helper."""

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
    """The link that contract 001 gives for a session: it leads to the code's door and tells nothing of the session."""
    return render_template("portal.html")

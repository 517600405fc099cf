"""The customer's chat for machines without sockets, at the address that contract 001's scripts open."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from connectassist.core.ids import SESSION_ID
from connectassist.http.guard import ANYONE, who_may
from connectassist.web.frame import blueprint


@blueprint.get("/customer/xp-chat.html")
@who_may(ANYONE)
def bridge_chat() -> ResponseReturnValue:
    """Chat and files for the customer, in a page that old browsers understand; it tells nothing of the session."""
    given = request.args.get("session", "").strip().upper()
    return render_template("bridge_chat.html", session_id=given if SESSION_ID.fullmatch(given) else "")

"""The knowledge base: what the assistant answers from, and what tickets and cases propose to add."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from connectassist.features.clients import queries as clients
from connectassist.http.guard import STAFF, current_principal, who_may
from connectassist.web.frame import blueprint


@blueprint.get("/faq")
@who_may(STAFF)
def faq() -> ResponseReturnValue:
    """Show the knowledge base, to search, change and try it."""
    return render_template("faq.html", clients=clients.visible_to(current_principal()))

"""Analytics: how tickets and the assistant fare over time."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from connectassist.http.guard import STAFF, who_may
from connectassist.web.frame import blueprint


@blueprint.get("/analytics")
@who_may(STAFF)
def analytics() -> ResponseReturnValue:
    """Show figures and charts of tickets and of the assistant."""
    return render_template("analytics.html")

"""Alerts: what somebody should look at."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from connectassist.http.guard import STAFF, who_may
from connectassist.web.frame import blueprint


@blueprint.get("/alerts")
@who_may(STAFF)
def alerts() -> ResponseReturnValue:
    """Show the alerts in the caller's scope."""
    return render_template("alerts.html")

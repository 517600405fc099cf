"""The system page: how the server itself fares."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from connectassist.http.guard import STAFF, who_may
from connectassist.web.frame import blueprint


@blueprint.get("/system")
@who_may(STAFF)
def system() -> ResponseReturnValue:
    """Show the measures of the server over time, its alerts and its log."""
    return render_template("system.html")

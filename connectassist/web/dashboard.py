"""The technician's home page."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from connectassist.http.guard import STAFF, who_may
from connectassist.web.frame import blueprint


@blueprint.get("/dashboard")
@who_may(STAFF)
def dashboard() -> ResponseReturnValue:
    """Show what is going on: counts, codes, sessions and devices, live."""
    return render_template("dashboard.html")

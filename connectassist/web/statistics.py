"""Statistics of sessions, and what a member of staff sets for themselves."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from connectassist.http.guard import STAFF, who_may
from connectassist.web.frame import blueprint


@blueprint.get("/statistics")
@who_may(STAFF)
def statistics() -> ResponseReturnValue:
    """Show how many sessions there were, for whom, and how long they took."""
    return render_template("statistics.html")


@blueprint.get("/preferences")
@who_may(STAFF)
def preferences() -> ResponseReturnValue:
    """Show one's own preferences, to change them."""
    return render_template("preferences.html")

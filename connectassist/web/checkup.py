"""The check-up's page: what is wrong with this server, and how to mend it."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from connectassist.http.guard import ADMIN, who_may
from connectassist.web.frame import blueprint


@blueprint.get("/system/check-up")
@who_may(ADMIN)
def checkup() -> ResponseReturnValue:
    """Show the last check-up of the server, and begin another."""
    return render_template("checkup.html")

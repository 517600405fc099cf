"""What packages are made of: an administrator's page."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from connectassist.http.guard import ADMIN, who_may
from connectassist.web.frame import blueprint


@blueprint.get("/packages")
@who_may(ADMIN)
def packages() -> ResponseReturnValue:
    """Show which platforms are ready, and take uploads."""
    return render_template("packages.html")

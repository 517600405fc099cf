"""The icon that browsers ask for on their own, where no page names one: at an image, a PDF, JSON."""

from __future__ import annotations

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from connectassist.http.guard import ANYONE, who_may
from connectassist.web.frame import blueprint


@blueprint.get("/favicon.ico")
@who_may(ANYONE)
def favicon() -> ResponseReturnValue:
    """Lead to the icon."""
    return redirect(url_for("static", filename="img/favicon.svg"))

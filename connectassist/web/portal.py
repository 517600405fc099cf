"""The customer's page: type a support code, get the helper."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from connectassist.http.guard import ANYONE, who_may
from connectassist.web.frame import blueprint


@blueprint.get("/")
@who_may(ANYONE)
def portal() -> ResponseReturnValue:
    """Ask for the support code."""
    return render_template("portal.html")

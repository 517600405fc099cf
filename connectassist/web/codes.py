"""Support codes: make one, read it out, take it back."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from connectassist.http.guard import STAFF, who_may
from connectassist.web.frame import blueprint


@blueprint.get("/codes")
@who_may(STAFF)
def codes() -> ResponseReturnValue:
    """Show the active codes and the form for a new one."""
    return render_template("codes.html")

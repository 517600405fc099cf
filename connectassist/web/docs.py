"""The API's documentation, from our own copies of Swagger UI and Redoc."""

from __future__ import annotations

from flask import g, render_template
from flask.typing import ResponseReturnValue

from connectassist.http.guard import ANYONE, who_may
from connectassist.web.frame import blueprint

#: Both viewers write style elements at run time, which the strict policy of every other page forbids.
_STYLED_AT_RUN_TIME = "'self' 'unsafe-inline'"


@blueprint.get("/docs")
@who_may(ANYONE)
def swagger() -> ResponseReturnValue:
    """Try the API in Swagger UI."""
    g.csp_style = _STYLED_AT_RUN_TIME
    return render_template("docs.html", viewer="swagger")


@blueprint.get("/redoc")
@who_may(ANYONE)
def redoc() -> ResponseReturnValue:
    """Read the API in Redoc."""
    g.csp_style = _STYLED_AT_RUN_TIME
    return render_template("docs.html", viewer="redoc")

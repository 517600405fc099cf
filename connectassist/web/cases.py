"""Cases: the written record of a session, and its PDF."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from connectassist.features.cases import queries
from connectassist.http.guard import STAFF, TECHNICIAN, current_principal, who_may
from connectassist.web.frame import blueprint


@blueprint.get("/cases")
@who_may(STAFF)
def cases() -> ResponseReturnValue:
    """Show the cases in the caller's scope."""
    return render_template("cases.html")


@blueprint.get("/cases/new")
@who_may(TECHNICIAN)
def new_case() -> ResponseReturnValue:
    """Write the case of a session, prefilled with what the session knows."""
    return render_template("case.html", case_id="", session_id=request.args.get("session", ""))


@blueprint.get("/cases/<case_id>")
@who_may(STAFF)
def case(case_id: str) -> ResponseReturnValue:
    """Show one case, to read, mend and print."""
    found = queries.visible_to(current_principal(), case_id)
    return render_template("case.html", case_id=found.id, session_id="")

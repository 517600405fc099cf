"""/api/sessions/<id>/case: how contract 001's session page writes the case of its session."""

from __future__ import annotations

from connectassist.core.errors import SessionNotFound, ValidationFailed
from connectassist.features.cases import queries, service
from connectassist.features.cases.blueprint import bp
from connectassist.features.cases.bodies import SessionNotes
from connectassist.features.cases.models import CLOSED, OPEN
from connectassist.features.cases.rows import case_row
from connectassist.features.sessions import queries as sessions
from connectassist.http.guard import STAFF, TECHNICIAN, current_principal, who_may


@bp.get("/sessions/<session_id>/case")
@who_may(STAFF)
@bp.raises(SessionNotFound)
@bp.response(200)
def of_session(session_id: str) -> dict:
    """The session's case, or null."""
    case = queries.newest_of_session(sessions.visible_to(current_principal(), session_id).session_id)
    return {"caseReport": case_row(case) if case else None}


@bp.post("/sessions/<session_id>/case")
@who_may(TECHNICIAN)
@bp.arguments(SessionNotes)
@bp.raises(SessionNotFound, ValidationFailed)
@bp.response(200)
def write(body: dict, session_id: str) -> dict:
    """Write the session's case and leave it open."""
    case = service.write_for_session(session_id, by=current_principal(), status=OPEN, **body)
    return {"success": True, "caseReport": case_row(case)}


@bp.post("/sessions/<session_id>/case/close")
@who_may(TECHNICIAN)
@bp.arguments(SessionNotes)
@bp.raises(SessionNotFound, ValidationFailed)
@bp.response(200)
def close(body: dict, session_id: str) -> dict:
    """Write the session's case and close it."""
    case = service.write_for_session(session_id, by=current_principal(), status=CLOSED, **body)
    return {"success": True, "caseReport": case_row(case)}

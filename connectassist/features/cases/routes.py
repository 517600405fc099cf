"""/api/cases: contract 001's rows, with a draft, changes and the PDF."""

from __future__ import annotations

from flask import Response

from connectassist.core.errors import CaseNotFound, PdfUnavailable, SessionNotFound, Unavailable, ValidationFailed
from connectassist.features.cases import printing, queries, service, session_routes
from connectassist.features.cases.blueprint import bp
from connectassist.features.cases.bodies import CaseFilter, DraftOf, NewCase, Paper, Written
from connectassist.features.cases.rows import case_row, case_view
from connectassist.http.guard import STAFF, TECHNICIAN, current_principal, who_may

__all__ = ["bp", "session_routes"]


@bp.get("/cases")
@who_may(STAFF)
@bp.arguments(CaseFilter, location="query")
@bp.raises(ValidationFailed)
@bp.response(200)
def listing(query: dict) -> dict:
    """List cases, newest first."""
    return {"cases": [case_row(case) for case in queries.page(current_principal(), **query)]}


@bp.post("/cases")
@who_may(TECHNICIAN)
@bp.arguments(NewCase)
@bp.raises(ValidationFailed, SessionNotFound)
@bp.response(200)
def create(body: dict) -> dict:
    """Write the case of a session."""
    return {"success": True, "case": case_view(service.create(body.pop("session_id"), by=current_principal(), **body))}


@bp.get("/cases/draft")
@who_may(STAFF)
@bp.arguments(DraftOf, location="query")
@bp.raises(ValidationFailed, SessionNotFound)
@bp.response(200)
def draft(query: dict) -> dict:
    """What a new case of a session would begin with."""
    return service.draft(query["session_id"], by=current_principal())


@bp.get("/cases/<case_id>")
@who_may(STAFF)
@bp.raises(CaseNotFound)
@bp.response(200)
def get(case_id: str) -> dict:
    """One case, with the record of its session."""
    return {"success": True, "case": case_view(queries.visible_to(current_principal(), case_id))}


@bp.patch("/cases/<case_id>")
@who_may(TECHNICIAN)
@bp.arguments(Written)
@bp.raises(ValidationFailed, CaseNotFound)
@bp.response(200)
def amend(body: dict, case_id: str) -> dict:
    """Change what was written."""
    return {"success": True, "case": case_view(service.amend(case_id, by=current_principal(), **body))}


@bp.delete("/cases/<case_id>")
@who_may(TECHNICIAN)
@bp.raises(CaseNotFound)
@bp.response(200)
def delete(case_id: str) -> dict:
    """Delete a case for good; its number is not used again."""
    service.delete(case_id, by=current_principal())
    return {"success": True}


@bp.get("/cases/<case_id>/pdf")
@who_may(STAFF)
@bp.arguments(Paper, location="query")
@bp.raises(ValidationFailed, CaseNotFound, PdfUnavailable, Unavailable)
@bp.response(200, {"type": "string", "format": "binary"}, content_type="application/pdf")
def pdf(query: dict, case_id: str) -> Response:
    """A case as a PDF, on A4 or Letter paper."""
    name, content = printing.pdf(case_id, by=current_principal(), **query)
    return Response(content, mimetype="application/pdf",
                    headers={"Content-Disposition": f'attachment; filename="{name}"'})

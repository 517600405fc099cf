"""/api/support-codes: contract 002's codes."""

from __future__ import annotations

from marshmallow import fields, validate

from connectassist.core.errors import NotFound, Unavailable, ValidationFailed
from connectassist.core.ids import LARGEST_ID
from connectassist.features.packages import service as packages
from connectassist.features.support_codes import queries, service
from connectassist.features.support_codes.rows import code_row, made_row
from connectassist.features.support_codes.typed import Line, Notes
from connectassist.http.context import server_url
from connectassist.http.guard import STAFF, TECHNICIAN, current_principal, who_may
from connectassist.http.openapi import Blueprint, Body
from connectassist.http.paging import Page

bp = Blueprint("support_codes", __name__, url_prefix="/api/support-codes",
               description="The six digits that a technician reads out and a customer types.")
USUAL_LIFE, LONGEST_LIFE = 24, 168
"""Hours."""


class CodeOrder(Body):
    customer_name = Line(required=True, validate=validate.Length(1, 120))
    customer_email = Line(load_default="", allow_none=True, validate=validate.Length(0, 254))
    customer_phone = Line(load_default="", allow_none=True, validate=validate.Length(0, 40))
    notes = Notes(load_default="", allow_none=True, validate=validate.Length(0, 2000))
    session_notes = Notes(load_default="", allow_none=True, validate=validate.Length(0, 2000))
    expires_hours = fields.Integer(load_default=USUAL_LIFE, allow_none=True, validate=validate.Range(1, LONGEST_LIFE))
    client_id = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(1, LARGEST_ID))


@bp.post("")
@who_may(TECHNICIAN)
@bp.arguments(CodeOrder)
@bp.raises(ValidationFailed, NotFound, Unavailable)
@bp.response(200)
def create(body: dict) -> dict:
    """Make a support code. Its package for the most usual platform is ready at once."""
    by, session_notes = current_principal(), body.pop("session_notes")
    body |= {"notes": body["notes"] or session_notes, "expires_hours": body["expires_hours"] or USUAL_LIFE}
    code = service.create(by=by, **body)
    return made_row(code, packages.prepare_usual(code, by=by, server_url=server_url()))


@bp.get("")
@who_may(STAFF)
@bp.arguments(Page, location="query")
@bp.response(200)
def listing(query: dict) -> dict:
    """List active support codes, newest first."""
    codes, total = queries.page(current_principal(), **query)
    return {"success": True, "support_codes": [code_row(code) for code in codes], "total": total}


@bp.delete("/<code>")
@who_may(TECHNICIAN)
@bp.raises(NotFound)
@bp.response(200)
def deactivate(code: str) -> dict:
    """Deactivate a support code. Spaces and dashes in it don't matter."""
    digits = service.deactivate(code, by=current_principal()).code
    return {"success": True, "message": f"Support code {digits} deactivated"}

"""/api/chatbot/faqs: contract 004's knowledge base, read by everybody and written by staff."""

from __future__ import annotations

from flask import request

from connectassist.core.errors import Conflict, Forbidden, NotFound, ValidationFailed
from connectassist.features.faq import queries, service
from connectassist.features.faq.bodies import EditedEntry, NewEntry, StaffFilter
from connectassist.features.faq.rows import faq_row
from connectassist.features.faq.shapes import FaqView
from connectassist.http import versions
from connectassist.http.guard import ADMIN, SIGNED_IN, TECHNICIAN, current_principal, who_may
from connectassist.http.openapi import Blueprint

bp = Blueprint("faqs", __name__, url_prefix="/api/chatbot/faqs", description="The FAQ assistant's knowledge base.")
_ONE = "/<int:entry_id>"


@bp.get("")
@who_may(SIGNED_IN)
@bp.arguments(StaffFilter, location="query")
@bp.raises(ValidationFailed)
@bp.response(200)
@bp.shows(FaqView(many=True))
def listing(query: dict) -> list[dict]:
    """List the entries in use by category and question: everybody's, and those of the caller's clients."""
    by = current_principal()
    withdrawn = query.pop("withdrawn") and by.is_staff
    return [faq_row(entry) for entry in queries.listed(by, **query, withdrawn=withdrawn)]


@bp.post("")
@who_may(TECHNICIAN)
@bp.arguments(NewEntry)
@bp.raises(ValidationFailed, NotFound)
@bp.response(200)
@bp.shows(FaqView)
def create(body: dict) -> dict:
    """Write an entry. An administrator's is everybody's unless it names a client, a technician's their client's."""
    return faq_row(service.create(by=current_principal(), **body))


@bp.get("/categories")
@who_may(SIGNED_IN)
@bp.response(200)
@bp.alt_response(200, schema={"type": "array", "items": {"type": "string"}}, description="OK", success=True)
def categories() -> list[str]:
    """The categories of the entries in use that the caller may see."""
    return queries.categories(current_principal())


@bp.get(_ONE)
@who_may(SIGNED_IN)
@bp.raises(NotFound)
@bp.response(200)
@bp.shows(FaqView)
def get(entry_id: int) -> dict:
    """One entry; one out of use only staff see."""
    return faq_row(queries.visible_to(current_principal(), entry_id))


@bp.put(_ONE)
@who_may(TECHNICIAN)
@bp.arguments(EditedEntry)
@bp.raises(ValidationFailed, Forbidden, NotFound, Conflict)
@bp.response(200)
@bp.shows(FaqView)
def edit(body: dict, entry_id: int) -> dict:
    """Change an entry; `is_active` takes it out of use and back. With `version`, or an `If-Match` header, whoever saw
    an older one is told (409)."""
    return faq_row(service.change(entry_id, by=current_principal(), **versions.seen(body, request.headers)))


@bp.delete(_ONE)
@who_may(TECHNICIAN)
@bp.raises(Forbidden, NotFound)
@bp.response(200)
def withdraw(entry_id: int) -> dict:
    """Take an entry out of use. PUT with `is_active` brings it back."""
    service.change(entry_id, by=current_principal(), is_active=False)
    return {"success": True, "message": "FAQ entry deactivated"}


@bp.delete(f"{_ONE}/for-good")
@who_may(ADMIN)
@bp.raises(NotFound, Conflict)
@bp.response(200)
def delete(entry_id: int) -> dict:
    """Delete an entry for good. One that came with the product can only be taken out of use."""
    service.delete(entry_id, by=current_principal())
    return {"success": True, "message": "FAQ entry deleted"}

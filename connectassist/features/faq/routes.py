"""/api/faq: the knowledge base."""

from __future__ import annotations

from connectassist.features.faq import queries
from connectassist.features.faq.bodies import FaqFilter
from connectassist.features.faq.rows import faq_row
from connectassist.features.faq.shapes import FaqView
from connectassist.http.guard import SIGNED_IN, current_principal, who_may
from connectassist.http.openapi import Blueprint

bp = Blueprint("faq", __name__, url_prefix="/api/faq", description="Questions that people have, and the answers.")


@bp.get("")
@who_may(SIGNED_IN)
@bp.arguments(FaqFilter, location="query")
@bp.response(200)
@bp.shows(FaqView(many=True))
def listing(query: dict) -> list[dict]:
    """List the entries in use: everybody's, and those of the caller's clients."""
    return [faq_row(entry) for entry in queries.listed(current_principal(), **query)]

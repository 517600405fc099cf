"""/api/chatbot/proposals: what closed tickets and cases could add to the knowledge base, for staff to decide on."""

from __future__ import annotations

from connectassist.core.errors import Forbidden, NotFound, ProposalOver, ValidationFailed
from connectassist.features.faq import queries, service
from connectassist.features.faq.bodies import Accepted, ProposalFilter
from connectassist.features.faq.rows import faq_row, proposal_row
from connectassist.features.faq.shapes import FaqView, ProposalView
from connectassist.http.guard import STAFF, TECHNICIAN, current_principal, who_may
from connectassist.http.openapi import Blueprint

bp = Blueprint("faq_proposals", __name__, url_prefix="/api/chatbot/proposals",
               description="Entries that closed tickets and cases propose.")
_ONE = "/<int:proposal_id>"


@bp.get("")
@who_may(STAFF)
@bp.arguments(ProposalFilter, location="query")
@bp.raises(ValidationFailed)
@bp.response(200)
@bp.shows(ProposalView(many=True))
def listing(query: dict) -> list[dict]:
    """List proposals of the caller's clients, newest first: those that wait, unless `status` says otherwise."""
    return [proposal_row(each) for each in queries.proposals(current_principal(), **query)]


@bp.post(f"{_ONE}/accept")
@who_may(TECHNICIAN)
@bp.arguments(Accepted)
@bp.raises(ValidationFailed, Forbidden, NotFound, ProposalOver)
@bp.response(200)
@bp.shows(FaqView)
def accept(body: dict, proposal_id: int) -> dict:
    """Make an entry of it, as it is or with edits: the client's own, unless an administrator says `for_everybody`."""
    return faq_row(service.accept(proposal_id, by=current_principal(), **body))


@bp.post(f"{_ONE}/dismiss")
@who_may(TECHNICIAN)
@bp.raises(NotFound, ProposalOver)
@bp.response(200)
@bp.shows(ProposalView)
def dismiss(proposal_id: int) -> dict:
    """Put it aside."""
    return proposal_row(service.dismiss(proposal_id, by=current_principal()))


@bp.post(f"{_ONE}/restore")
@who_may(TECHNICIAN)
@bp.raises(NotFound, ProposalOver)
@bp.response(200)
@bp.shows(ProposalView)
def restore(proposal_id: int) -> dict:
    """Take back that it was put aside."""
    return proposal_row(service.restore(proposal_id, by=current_principal()))

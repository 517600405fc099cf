"""/api/v1/customer/approvals: what waits for a customer's yes or no, in a session or not."""

from __future__ import annotations

from connectassist.core.errors import CommandDecided, CommandNotFound, SessionEnded, ValidationFailed
from connectassist.features.approvals import service
from connectassist.features.approvals.rows import approval_row, approval_rows
from connectassist.features.approvals.shapes import ApprovalAnswer, ApprovalListAnswer, Decision, Where
from connectassist.features.commands import queries as commands
from connectassist.http.guard import CUSTOMER, current_principal, who_may
from connectassist.http.openapi import Blueprint

bp = Blueprint("approvals", __name__, url_prefix="/api/v1/customer/approvals",
               description="What waits for a customer's approval.")
SHOWN = 10


@bp.get("")
@who_may(CUSTOMER)
@bp.arguments(Where, location="query")
@bp.raises(ValidationFailed)
@bp.response(200)
@bp.shows(ApprovalListAnswer)
def index(where: dict) -> dict:
    """List what waits for an approval, the oldest ten with all that would be run, of one device or session if they are
    named; and how many wait in all, there and elsewhere."""
    found, total = commands.waiting_for_approval(current_principal(), limit=SHOWN, **where)
    return {"approvals": approval_rows(found), "total": total}


@bp.get("/<command_id>")
@who_may(CUSTOMER)
@bp.raises(CommandNotFound)
@bp.response(200)
@bp.shows(ApprovalAnswer)
def show(command_id: str) -> dict:
    """Tell of one, also after it was decided: by whom, when and why."""
    command, _ = commands.visible_to(current_principal(), command_id)
    return {"approval": approval_row(command)}


@bp.post("/<command_id>")
@who_may(CUSTOMER)
@bp.arguments(Decision)
@bp.raises(ValidationFailed, CommandNotFound, CommandDecided, SessionEnded)
@bp.response(200)
@bp.shows(ApprovalAnswer)
def decide(body: dict, command_id: str) -> dict:
    """Approve a command that waits, or reject it; once."""
    return {"success": True, "approval": approval_row(service.decide(command_id, by=current_principal(), **body))}

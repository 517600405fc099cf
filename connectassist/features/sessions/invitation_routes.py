"""Calling colleagues into a session: who there is, and the invitations."""

from __future__ import annotations

from marshmallow import fields, validate

from connectassist.core.errors import Conflict, InvitationNotFound, NotConsented, SessionNotFound, ValidationFailed
from connectassist.features.sessions import colleagues, handover, queries
from connectassist.features.sessions.shapes import ColleagueListView, InvitationListView, InvitedView
from connectassist.http.guard import TECHNICIAN, current_principal, who_may
from connectassist.http.openapi import Blueprint, Body

bp = Blueprint("invitations", __name__, url_prefix="/api/sessions", description="Colleagues called into a session.")


class Call(Body):
    user_id = fields.Integer(required=True, data_key="userId", strict=True)
    kind = fields.String(load_default=handover.INVITE, validate=validate.OneOf((handover.INVITE, handover.HANDOVER)))
    note = fields.String(load_default="", validate=validate.Length(0, 500))


@bp.get("/<session_id>/colleagues")
@who_may(TECHNICIAN)
@bp.raises(SessionNotFound)
@bp.response(200)
@bp.shows(ColleagueListView)
def listing(session_id: str) -> dict:
    """The other technicians who may see this session, those who are online first."""
    by = current_principal()
    return {"colleagues": colleagues.of(queries.visible_to(by, session_id), by=by)}


@bp.post("/<session_id>/invitations")
@who_may(TECHNICIAN)
@bp.arguments(Call)
@bp.raises(SessionNotFound, ValidationFailed, Conflict, NotConsented)
@bp.response(200)
@bp.shows(InvitedView)
def invite(body: dict, session_id: str) -> dict:
    """Ask a colleague to join (`kind` invite) or to take over (`handover`)."""
    made = handover.invite(session_id, by=current_principal(), **body)
    return {"success": True, "invitationId": made.id, "technicianName": made.invitee_name,
            "secondsLeft": int(handover.PATIENCE.total_seconds())}


@bp.get("/invitations")
@who_may(TECHNICIAN)
@bp.response(200)
@bp.shows(InvitationListView)
def waiting() -> dict:
    """The open invitations to the caller."""
    return {"invitations": handover.waiting_for(current_principal())}


@bp.post("/invitations/<invitation_id>/decline")
@who_may(TECHNICIAN)
@bp.raises(InvitationNotFound)
@bp.response(200)
def decline(invitation_id: str) -> dict:
    """Say no to an invitation. Joining the session accepts it."""
    handover.decline(invitation_id, by=current_principal())
    return {"success": True}


@bp.delete("/invitations/<invitation_id>")
@who_may(TECHNICIAN)
@bp.raises(InvitationNotFound)
@bp.response(200)
def withdraw(invitation_id: str) -> dict:
    """Take an invitation back."""
    handover.withdraw(invitation_id, by=current_principal())
    return {"success": True}

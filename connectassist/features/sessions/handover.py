"""Calling a colleague into a session: to help too, or to take it on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from connectassist.core import audit, clock, foreign, ids
from connectassist.core.db import db
from connectassist.core.errors import Conflict, InvitationNotFound
from connectassist.features.sessions import colleagues, granting, queries, seats, timeline
from connectassist.features.sessions.consent import VIEW
from connectassist.features.sessions.granting import Technician
from connectassist.features.sessions.models import Invitation, Session
from connectassist.identity.principal import Principal
from connectassist.realtime.gateway import GATEWAY
from connectassist.realtime.rooms import rooms

INVITE, HANDOVER = "invite", "handover"
OPEN, ACCEPTED, DECLINED, WITHDRAWN, COMPLETED = "open", "accepted", "declined", "withdrawn", "completed"
PATIENCE = timedelta(minutes=3)
INVITED = GATEWAY.events.sends(
    "session-invitation", to="the invited technician", fields="invitationId sessionId kind fromName note customerName "
    "rights secondsLeft", doc="A colleague asks you into a session.")
SETTLED = GATEWAY.events.sends(
    "session-invitation-closed", to="both technicians", fields="invitationId sessionId kind outcome technicianName",
    doc="How an invitation ended: accepted, declined, withdrawn, completed.")
HANDED_OVER = GATEWAY.events.sends(
    "session-handed-over", to="the session", fields="sessionId technicianId technicianName fromTechnicianId",
    doc="Another technician has taken the session on; `fromTechnicianId` leaves it.")


def invite(session_id: str, *, by: Principal, user_id: int, kind: str, note: str) -> Invitation:
    """Ask a colleague in. A newer invitation to the same colleague replaces the older.
    Raises SessionNotFound, ValidationFailed, Conflict, NotConsented."""
    session = queries.live(queries.visible_to(by, session_id).session_id)
    _require_seat(session, by)
    if kind == HANDOVER and session.rights:
        granting.require(session, session.rights[0], by=by)
    invitee = colleagues.one(session, user_id, by=by)
    for older in queries.invitations_of_session(session_id):
        if older.invitee_id == invitee.id:
            older.outcome = WITHDRAWN
    made = Invitation(
        id=ids.handle(), session_id=session_id, kind=kind, inviter_id=by.user_id, inviter_name=by.name, outcome=OPEN,
        invitee_id=invitee.id, invitee_name=invitee.display_name, note=foreign.text(note, 500),
        expires_at=clock.now() + PATIENCE)
    db.session.add(made)
    _note(session, "technician_invited", by=by, text=f"{made.invitee_name} ({_WORDS[kind]})", message=(
        f"{by.name} asks {made.invitee_name} {_WORDS[kind]}"))
    db.session.commit()
    GATEWAY.to_user(invitee.id, INVITED, shown(made, session))
    if str(invitee.id) in _people(session_id):
        _accept(made)
        _settled_by_presence(session, invitee.id)
    return made


_WORDS = {INVITE: "to join", HANDOVER: "to take over"}


def _require_seat(session: Session, by: Principal) -> None:
    if str(by.user_id) not in _people(session.session_id):
        raise Conflict("Join the session before you call a colleague in")


def _people(session_id: str) -> set[str]:
    room = rooms.get(session_id)
    return {seat.person_id for seat in room.technicians.values()} if room else set()


def shown(made: Invitation, session: Session) -> dict[str, Any]:
    """An invitation as the colleague sees it."""
    return {"invitationId": made.id, "sessionId": made.session_id, "kind": made.kind, "fromName": made.inviter_name,
            "note": made.note, "customerName": session.customer_name or session.machine_name,
            "rights": session.rights or [VIEW],
            "secondsLeft": max(0, int((made.expires_at - clock.now()).total_seconds()))}


def waiting_for(by: Principal) -> list[dict[str, Any]]:
    """The open invitations to whoever asks."""
    return [shown(made, session) for made, session in queries.invitations_to(by)]


def decline(invitation_id: str, *, by: Principal) -> None:
    """The colleague says no. Raises InvitationNotFound."""
    made = queries.open_invitation(invitation_id)
    if made is None or made.invitee_id != by.user_id:
        raise InvitationNotFound()
    timeline.note(made.session_id, "invitation_declined", who=by.name)
    audit.record(by, "session.invitation_decline", f"{by.name} declined", session_id=made.session_id)
    _settle(made, DECLINED)


def withdraw(invitation_id: str, *, by: Principal) -> None:
    """The technician who asked thinks better of it. Raises InvitationNotFound."""
    made = queries.open_invitation(invitation_id)
    if made is None or made.inviter_id != by.user_id:
        raise InvitationNotFound()
    _settle(made, WITHDRAWN)


def _accept(made: Invitation) -> None:
    if made.outcome == OPEN:
        _settle(made, ACCEPTED)


def _settle(made: Invitation, outcome: str) -> None:
    made.outcome = outcome
    db.session.commit()
    told = {"invitationId": made.id, "sessionId": made.session_id, "kind": made.kind, "outcome": outcome,
            "technicianName": made.invitee_name}
    for user_id in {made.inviter_id, made.invitee_id}:
        GATEWAY.to_user(user_id, SETTLED, told)


def arrived(session_id: str, *, by: Principal) -> None:
    """A technician took a seat: whoever was asked in has accepted; where nothing is allowed yet, or they are admitted
    already, a hand-over is done with that."""
    asked = [made for made in queries.invitations_of_session(session_id) if made.invitee_id == by.user_id]
    for made in asked:
        _accept(made)
    session = queries.find_live(session_id)
    if asked and session:
        _settled_by_presence(session, by.user_id)


def _settled_by_presence(session: Session, user_id: int | None) -> None:
    """Whoever is in the session takes it on at once, unless the customer must let them in first."""
    if not session.rights or user_id in session.admitted:
        admitted(session, user_id)


def admitted(session: Session, user_id: int | None) -> None:
    """The customer let a technician in (or there was nothing to let them into): a hand-over to them is done."""
    for made in queries.invitations_of_session(session.session_id):
        if made.invitee_id == user_id and made.kind == HANDOVER and made.outcome == ACCEPTED:
            _hand_over(made, session)


def _hand_over(made: Invitation, session: Session) -> None:
    session_id = session.session_id
    queries.lock(session)
    session.technician_id, session.technician_name = made.invitee_id, made.invitee_name
    by = Principal(kind="user", name=made.inviter_name, user_id=made.inviter_id)
    _note(session, "handed_over", by=by, text=made.invitee_name,
          message=f"{made.inviter_name} handed the session over to {made.invitee_name}")
    granting.put_in_force(session, session.rights, who="technician", about=Technician(made.inviter_id, by.name),
                          admitted=[each for each in session.admitted if each != made.inviter_id])
    GATEWAY.to_session(session_id, HANDED_OVER, {
        "sessionId": session_id, "technicianId": str(made.invitee_id), "technicianName": made.invitee_name,
        "fromTechnicianId": str(made.inviter_id)})
    _settle(made, COMPLETED)
    seats.let_go(session_id, made.inviter_id)


def _note(session: Session, kind: str, *, by: Principal, text: str, message: str) -> None:
    timeline.note(session.session_id, kind, who=by.name, text=text)
    audit.record(by, f"session.{kind}", message, client_id=session.client_id, device_id=session.device_id,
                 session_id=session.session_id)

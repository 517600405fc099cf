"""/api/v1/customer/sessions: a customer's diagnostic and remediation sessions (contract 003)."""

from __future__ import annotations

from typing import Any

from flask import request

from connectassist.core.errors import (
    ActiveSessionExists,
    CommandDecided,
    CommandNotFound,
    DeviceNotFound,
    IdempotencyMismatch,
    NotYourDevice,
    NotYourSession,
    SessionEnded,
    SessionNotFound,
    TooLarge,
    ValidationFailed,
)
from connectassist.features.commands import service as commands
from connectassist.features.commands.rows import history_row
from connectassist.features.device_sessions import listing, queries, service, telling
from connectassist.features.device_sessions.rows import decision_view, session_view
from connectassist.features.device_sessions.shapes import (
    CommandDecision,
    CustomerOpening,
    Decision,
    DecisionAnswer,
    Order,
    QueuedAnswer,
    Rejection,
    SessionAnswer,
    SessionListAnswer,
    SessionPage,
    TranscriptAnswer,
    WholeSessionAnswer,
)
from connectassist.features.devices import queries as devices
from connectassist.http.guard import CUSTOMER, current_principal, who_may
from connectassist.http.json import json_response
from connectassist.http.openapi import Blueprint

bp = Blueprint("customer_sessions", __name__, url_prefix="/api/v1/customer/sessions",
               description="A customer's diagnostic and remediation sessions.")


@bp.post("")
@who_may(CUSTOMER)
@bp.arguments(CustomerOpening)
@bp.raises(DeviceNotFound, NotYourDevice, ActiveSessionExists)
@bp.response(201)
@bp.shows(SessionAnswer, status=201)
def create(body: dict) -> Any:
    """Open a session for a device of one's own, for an hour."""
    by = current_principal()
    opened = service.open(devices.owned(by, body["device_id"]), kind=body["type"], description=body["description"],
                          by=by)
    return json_response({"session": session_view(opened)}, 201)


@bp.get("")
@who_may(CUSTOMER)
@bp.arguments(SessionPage, location="query")
@bp.response(200)
@bp.shows(SessionListAnswer)
def index(query: dict) -> dict:
    """List the sessions, newest first, with the devices and people that they name."""
    return listing.paged(current_principal(), **query)


@bp.get("/<session_id>")
@who_may(CUSTOMER)
@bp.raises(SessionNotFound, NotYourSession)
@bp.response(200)
@bp.shows(WholeSessionAnswer)
def detail(session_id: str) -> dict:
    """A session with its newest 100 commands, oldest first."""
    return {"session": telling.whole(queries.owned(current_principal(), session_id))}


@bp.post("/<session_id>/commands")
@who_may(CUSTOMER)
@bp.arguments(Order)
@bp.raises(ValidationFailed, SessionNotFound, NotYourSession, SessionEnded, IdempotencyMismatch, TooLarge)
@bp.response(201)
@bp.shows(QueuedAnswer, status=201)
@bp.shows(QueuedAnswer)
def queue(body: dict, session_id: str) -> Any:
    """Queue a command for the session's device. In a remediation session it waits for the approval. One with an
    idempotency key that is known already answers 200."""
    by, wish = current_principal(), commands.wish_in(body, request.headers.get("Idempotency-Key"))
    session = service.require_active(queries.owned(by, session_id))
    command, is_new = commands.enqueue_once(session.device_id, session_id=session_id, by=by, **wish)
    return json_response({"success": True, "command": history_row(command)}, 201 if is_new else 200)


@bp.post("/<session_id>/approve")
@who_may(CUSTOMER)
@bp.arguments(Decision)
@bp.raises(SessionNotFound, NotYourSession, CommandNotFound, CommandDecided, SessionEnded)
@bp.response(200)
@bp.shows(DecisionAnswer)
def approve(body: dict, session_id: str) -> dict:
    """Approve a command that waits, or reject it; once. Without `commandId`: whatever waits in the session."""
    return _decided(session_id, **body)


@bp.post("/<session_id>/approve-command")
@who_may(CUSTOMER)
@bp.arguments(CommandDecision)
@bp.raises(SessionNotFound, NotYourSession, CommandNotFound, CommandDecided, SessionEnded)
@bp.response(200)
@bp.shows(DecisionAnswer)
def approve_command(body: dict, session_id: str) -> dict:
    """The same for one command, at the address that contract 003's portal calls."""
    return _decided(session_id, **body)


@bp.post("/<session_id>/reject")
@who_may(CUSTOMER)
@bp.arguments(Rejection)
@bp.raises(SessionNotFound, NotYourSession, CommandNotFound, CommandDecided, SessionEnded)
@bp.response(200)
@bp.shows(DecisionAnswer)
def reject(body: dict, session_id: str) -> dict:
    """Reject a command that waits, or without `commandId` whatever waits in the session."""
    return _decided(session_id, approved=False, **body)


@bp.post("/<session_id>/end")
@who_may(CUSTOMER)
@bp.raises(SessionNotFound, NotYourSession, SessionEnded)
@bp.response(200)
@bp.shows(SessionAnswer)
def end(session_id: str) -> dict:
    """End a session; what waits in it for a decision is rejected."""
    by = current_principal()
    ended = service.end(queries.owned(by, session_id).session_id, by=by)
    return {"success": True, "session": session_view(ended)}


@bp.get("/<session_id>/transcript")
@who_may(CUSTOMER)
@bp.raises(SessionNotFound, NotYourSession)
@bp.response(200)
@bp.shows(TranscriptAnswer)
def transcript(session_id: str) -> dict:
    """Tell what happened in a session, oldest first."""
    return {"transcript": telling.transcript(queries.owned(current_principal(), session_id))}


def _decided(session_id: str, *, command_id: str | None, approved: bool, reason: str | None) -> dict[str, Any]:
    by = current_principal()
    decided = service.decide(queries.owned(by, session_id), command_id, approved=approved, reason=reason, by=by)
    return decision_view(decided, approved=approved, of_all=not command_id)

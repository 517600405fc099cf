"""/api/sessions: contract 001's rows."""

from __future__ import annotations

from marshmallow import ValidationError, fields, validate

from connectassist.core.errors import (
    Conflict,
    Forbidden,
    HelperNeeded,
    RateLimited,
    SessionNotFound,
    Unauthorized,
    ValidationFailed,
)
from connectassist.features.sessions import asking, queries, service
from connectassist.features.sessions.consent import RIGHTS
from connectassist.features.sessions.rows import session_rows, session_view
from connectassist.features.sessions.shapes import (
    AssignedSessionView,
    ConsentAnswerView,
    OpenedSessionView,
    SessionListView,
    SessionView,
    TimelineView,
)
from connectassist.http import limits
from connectassist.http.context import server_url
from connectassist.http.guard import ANYONE, STAFF, TECHNICIAN, current_principal, own_address, who_may
from connectassist.http.json import dumps
from connectassist.http.limits import limited
from connectassist.http.openapi import Blueprint, Body, Flag
from connectassist.http.paging import LARGEST, Page

bp = Blueprint("sessions", __name__, url_prefix="/api/sessions", description="Remote-support sittings.")

Text = validate.Length(0, 255)
LARGEST_CAPABILITIES = 16 * 1024
DeviceId = validate.Regexp(r"^[\x21-\x7e]{1,120}\Z")


def _is_small(told: dict) -> None:
    if len(dumps(told)) > LARGEST_CAPABILITIES:
        raise ValidationError("That is too large.")


class ClientInfo(Body):
    os = fields.String(allow_none=True, validate=Text)
    hostname = fields.String(allow_none=True, validate=Text)
    username = fields.String(allow_none=True, validate=Text)
    arch = fields.String(allow_none=True, validate=Text)
    userAgent = fields.String(allow_none=True, validate=validate.Length(0, 500))


class Assignment(Body):
    device_id = fields.String(required=True, data_key="deviceId", validate=DeviceId)
    device_name = fields.String(data_key="deviceName", allow_none=True, validate=Text)
    os = fields.String(allow_none=True, validate=Text)
    hostname = fields.String(allow_none=True, validate=Text)
    arch = fields.String(allow_none=True, validate=Text)
    allow_unattended = fields.Boolean(data_key="allowUnattended", allow_none=True)
    mac_address = fields.String(data_key="macAddress", allow_none=True, validate=Text)
    session_id = fields.String(data_key="sessionId", allow_none=True, validate=Text)
    client_info = fields.Nested(ClientInfo, data_key="clientInfo", allow_none=True)


class Registration(Body):
    session_id = fields.String(required=True, data_key="sessionId", validate=Text)
    device_id = fields.String(data_key="deviceId", allow_none=True, validate=DeviceId)
    client_info = fields.Nested(ClientInfo, data_key="clientInfo", allow_none=True)
    capabilities = fields.Dict(allow_none=True, validate=_is_small)
    vnc_port = fields.Integer(data_key="vncPort", allow_none=True, validate=validate.Range(1, 65535))
    allow_unattended = fields.Boolean(data_key="allowUnattended", allow_none=True)


class SessionSettings(Body):
    allow_unattended = fields.Boolean(load_default=True, data_key="allowUnattended")


class ConnectRequest(Body):
    rights = fields.List(fields.String(validate=validate.OneOf(RIGHTS)), load_default=None, allow_none=True)
    reason = fields.String(load_default="", validate=validate.Length(0, 500))
    shown_name = fields.String(load_default="", data_key="technicianName", allow_none=True, validate=Text)


class Approval(Body):
    approved = fields.Boolean(required=True)
    rights = fields.List(fields.String(), load_default=None, allow_none=True)
    request_id = fields.String(load_default=None, data_key="requestId", allow_none=True, validate=Text)


class SessionFilter(Page):
    limit = fields.Integer(load_default=500, validate=validate.Range(1, LARGEST))
    status = fields.String(load_default="")
    q = fields.String(load_default="", validate=validate.Length(0, 100))
    all = Flag(load_default=False)
    counts = Flag(load_default=False)


def _link(session_id: str) -> str:
    return f"{server_url()}/support/{session_id}"


@bp.post("/assign")
@who_may(ANYONE)
@limited(limits.HELPER)
@bp.arguments(Assignment)
@bp.raises(ValidationFailed, Unauthorized, RateLimited)
@bp.response(200)
@bp.shows(AssignedSessionView)
def assign(body: dict) -> dict:
    """Assign a session to a device (helper)."""
    info = body.pop("client_info", None) or {}
    reported = {name: body.get(name) or info.get(name) for name in ("os", "hostname", "arch")}
    session, extra = service.assign(
        body["device_id"], by=current_principal(), invited=body.get("session_id"), username=info.get("username"),
        display_name=body.get("device_name"), mac_address=body.get("mac_address"),
        allow_unattended=body.get("allow_unattended"), **reported)
    return {"success": True, "sessionId": session.session_id, "link": _link(session.session_id),
            "expiresAt": session.expires_at, "existing": False, **extra}


@bp.post("/create")
@who_may(TECHNICIAN)
@bp.response(200)
@bp.shows(OpenedSessionView)
def create() -> dict:
    """Create a session (technician)."""
    session = service.create(by=current_principal())
    return {"success": True, "sessionId": session.session_id, "link": _link(session.session_id),
            "expiresAt": session.expires_at}


@bp.get("")
@who_may(STAFF)
@bp.arguments(SessionFilter, location="query")
@bp.response(200)
@bp.shows(SessionListView)
def listing(query: dict) -> dict:
    """List sessions, newest first: the live ones; with `all=1` also those that are over, as far back as the
    caller's preferences go. `q` is looked for in ids and names; with `counts=1` comes how many there are of each
    state."""
    by, live_only, with_counts = current_principal(), not query.pop("all"), query.pop("counts")
    rows = {"sessions": session_rows(queries.page(by, live_only=live_only, **query))}
    return {**rows, "counts": queries.counts(by, q=query["q"], live_only=live_only)} if with_counts else rows


@bp.get("/<session_id>")
@who_may(ANYONE)
@bp.raises(SessionNotFound)
@bp.response(200)
@bp.shows(SessionView)
def get(session_id: str) -> dict:
    """Get a session by its id; staff also see one that is over."""
    by = current_principal()
    return session_view(queries.visible_to(by, session_id) if by.is_staff else queries.live(session_id))


@bp.post("/register")
@who_may(ANYONE)
@limited(limits.HELPER)
@bp.arguments(Registration)
@bp.raises(SessionNotFound, Unauthorized, Forbidden, ValidationFailed)
@bp.response(200)
def register(body: dict) -> dict:
    """A helper says that it is there."""
    session = service.register(body.pop("session_id"), by=current_principal(), origin=own_address(), **body)
    return {"success": True, "message": "Session registered", "sessionId": session.session_id}


@bp.patch("/<session_id>/settings")
@who_may(ANYONE)
@bp.arguments(SessionSettings)
@bp.raises(SessionNotFound, Unauthorized, Forbidden)
@bp.response(200)
def settings(body: dict, session_id: str) -> dict:
    """The customer's side allows or forbids unattended access."""
    session = service.settings(session_id, by=current_principal(), **body)
    return {"success": True, "sessionId": session_id, "allowUnattended": session.allow_unattended}


@bp.post("/<session_id>/connect")
@who_may(TECHNICIAN)
@bp.arguments(ConnectRequest)
@bp.raises(SessionNotFound, ValidationFailed, HelperNeeded)
@bp.response(200)
@bp.shows(ConsentAnswerView)
def connect(body: dict, session_id: str) -> dict:
    """Ask the customer for consent; the answer is held up to 30 s."""
    answer = asking.ask(session_id, by=current_principal(), **body)
    result = {"success": True, "approved": answer.approved, "autoApproved": answer.automatic, "rights": answer.rights}
    return result if answer.reason is None else {**result, "reason": answer.reason}


@bp.post("/<session_id>/approval")
@who_may(ANYONE)
@bp.arguments(Approval)
@bp.raises(SessionNotFound, Unauthorized, Forbidden, ValidationFailed, Conflict)
@bp.response(200)
def approval(body: dict, session_id: str) -> dict:
    """The customer's answer; nothing happens when nothing was asked."""
    asking.answer(session_id, by=current_principal(), **body)
    return {"success": True}


@bp.delete("/<session_id>")
@who_may(TECHNICIAN)
@bp.raises(SessionNotFound)
@bp.response(200)
def delete(session_id: str) -> dict:
    """End a session. What happened in it stays for the case."""
    by = current_principal()
    service.end(queries.visible_to(by, session_id).session_id, by=by, who="technician")
    return {"success": True, "message": "Session ended"}


@bp.get("/<session_id>/timeline")
@who_may(STAFF)
@bp.raises(SessionNotFound)
@bp.response(200)
@bp.shows(TimelineView)
def timeline(session_id: str) -> dict:
    """What happened in a session, oldest first."""
    events = queries.timeline(queries.visible_to(current_principal(), session_id).session_id)
    return {"timeline": [{"at": e.at, "kind": e.kind, "who": e.who, "rights": e.rights, "text": e.text}
                         for e in events]}

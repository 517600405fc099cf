"""The session's own events: taking seats, consent, Stop."""

from __future__ import annotations

from typing import Any

from connectassist.core.errors import EventRefused, SessionEnded, SessionNotFound
from connectassist.features.sessions import asking, browser, granting, handover, queries, removal, seats, service
from connectassist.realtime import session_guesses
from connectassist.realtime.connections import Connection
from connectassist.realtime.gateway import GATEWAY
from connectassist.realtime.rooms import CUSTOMER, HELPER, TECHNICIAN, Seat


@GATEWAY.on("join-session", fields={"sessionId": str, "role": str}, uses_database=True, seated=False)
def join_session(data: dict, connection: Connection) -> dict[str, Any]:
    """Take a seat in a session; `rights` is what a helper still holds."""
    held = data.get("rights")
    if held is not None and not (isinstance(held, list) and all(isinstance(right, str) for right in held)):
        raise EventRefused("rights must be a list of names")
    with session_guesses.counted(connection, SessionNotFound):
        told = seats.take(connection, session_id=data["sessionId"], role=data["role"], held=held)
    if data["role"] != HELPER:
        handover.arrived(data["sessionId"], by=connection.principal)
    return told


@GATEWAY.on("leave-session", speaks=(HELPER, CUSTOMER, TECHNICIAN), uses_database=True)
def leave_session(data: dict, seat: Seat) -> None:
    """Give up the seat."""
    seats.leave(GATEWAY.connections[seat.socket_id], seat)


@GATEWAY.on("approval-response", speaks=HELPER, fields={"approved": bool}, uses_database=True)
def approval_response(data: dict, seat: Seat) -> None:
    """The customer's answer to a connection-request; `rights` may name a part of what was asked."""
    by = GATEWAY.connections[seat.socket_id].principal
    asking.answer(seat.session_id, by=by, approved=data["approved"], rights=_names(data.get("rights")),
                  request_id=data.get("requestId"))


@GATEWAY.on("consent-revoke", speaks=(HELPER, CUSTOMER), fields={"rights": list}, uses_database=True)
def consent_revoke(data: dict, seat: Seat) -> dict[str, Any]:
    """The customer takes rights back."""
    by = GATEWAY.connections[seat.socket_id].principal
    rights = browser.own(seat, _names(data["rights"]) or ())
    return {"rights": granting.revoke(seat.session_id, rights=rights, by=by)}


@GATEWAY.on("technician-remove", speaks=HELPER, fields={"technicianId": str}, uses_database=True)
def technician_remove(data: dict, seat: Seat) -> None:
    """The customer sends one technician away; the others stay."""
    by = GATEWAY.connections[seat.socket_id].principal
    removal.remove(seat.session_id, technician_id=data["technicianId"], by=by)


@GATEWAY.on("session-stop", speaks=HELPER, uses_database=True)
def session_stop(data: dict, seat: Seat) -> None:
    """The red Stop: every right goes and the session ends."""
    by = GATEWAY.connections[seat.socket_id].principal
    service.speak_for_helper(by, queries.live(seat.session_id))
    if service.end(seat.session_id, by=by, who="customer") is None:
        raise SessionEnded()


@GATEWAY.on("viewer-state", speaks=TECHNICIAN, fields={"viewing": bool}, needs="view", uses_database=True)
def viewer_state(data: dict, seat: Seat) -> None:
    """A technician starts or stops watching."""
    seats.viewing(seat, is_viewing=data["viewing"])


def _names(value: Any) -> list[str] | None:
    return [name for name in value if isinstance(name, str)] if isinstance(value, list) else None


def _left(connection: Connection) -> None:
    for seat in list(connection.seats.values()):
        seats.leave(connection, seat)


GATEWAY.on_disconnect.append(_left)

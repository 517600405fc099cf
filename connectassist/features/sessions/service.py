"""Sessions: made, joined by the device, ended."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from connectassist.core import audit, clock, foreign
from connectassist.core.db import db
from connectassist.core.errors import Forbidden, Unauthorized, ValidationFailed
from connectassist.features.clients import service as clients
from connectassist.features.devices import queries as device_queries
from connectassist.features.devices import service as devices
from connectassist.features.packages import queries as packages
from connectassist.features.sessions import attendance, queries, timeline
from connectassist.features.sessions.attendance import LIFE
from connectassist.features.sessions.consent import questions
from connectassist.features.sessions.models import CONNECTED, ENDED, Session
from connectassist.features.sessions.rows import session_row
from connectassist.http import guard
from connectassist.http.context import server_url
from connectassist.identity import device_secrets, principal
from connectassist.identity.principal import Principal
from connectassist.realtime import announce
from connectassist.realtime.bus import BUS
from connectassist.realtime.gateway import GATEWAY
from connectassist.realtime.rooms import rooms

if TYPE_CHECKING:
    from connectassist.features.devices.models import Device
    from connectassist.features.support_codes.models import SupportCode

REGISTERED = GATEWAY.events.sends("session-connected", to="the session", fields="sessionId status clientInfo vncPort",
                                  doc="The customer's side said over HTTP that it is there.")
on_registered: list[Callable[[Session], None]] = []
on_created: list[Callable[[Session], None]] = []
#: Called once, by the process that ends a session, and `on_over` in each, where nothing may wait.
on_ended: list[Callable[[str], None]] = []
on_over: list[Callable[[str], None]] = []
_suspected: list[str] = []
#: What the processes of a site tell each other: a session has ended.
OVER = "session-over"


def create(*, by: Principal, life: timedelta = LIFE) -> Session:
    """A session without a device yet, for an hour or a `life` of its own."""
    client_id = clients.choose(by, None)
    session = _new(client_id=client_id, life=life, technician_id=by.user_id, technician_name=by.name)
    return _opened(session, by)


def create_for(device: Device, *, by: Principal) -> Session:
    """A session for a device."""
    staff = by if by.is_staff else None
    session = _new(
        client_id=device.client_id, life=LIFE, device_id=device.device_id,
        technician_id=staff.user_id if staff else device.technician_id, technician_name=staff.name if staff else "",
        customer_name=device.customer_name, machine_name=device.machine_name or device.hostname,
        support_code=device.support_code, support_code_id=packages.code_id_of(device.device_id),
        allow_unattended=device.allow_unattended)
    return _opened(session, by)


def create_for_code(code: SupportCode, *, by: Principal, machine_name: str, client_info: dict[str, Any]) -> Session:
    """A session that a customer's browser opens with a code."""
    session = _new(client_id=code.client_id, life=LIFE, technician_id=code.technician_id, machine_name=machine_name,
                   customer_name=code.customer_name, support_code=code.code, support_code_id=code.id,
                   client_info=client_info)
    return _opened(session, by)


def _new(*, client_id: int, life: timedelta, **values: Any) -> Session:
    return Session(session_id=queries.free_id(), client_id=client_id, rights=[], admitted=[], removed=[],
                   expires_at=clock.now() + life, **values)


def _opened(session: Session, by: Principal) -> Session:
    """Write a new session and tell the dashboards."""
    db.session.add(session)
    audit.record(by, "session.create", f"Session {session.session_id} created", client_id=session.client_id,
                 device_id=session.device_id, session_id=session.session_id)
    db.session.commit()
    announce.session_created(session.client_id, {**session_row(session), "sessionId": session.session_id,
                                                 "link": f"{server_url()}/support/{session.session_id}"})
    for hook in on_created:
        hook(session)
    return session


def assign(device_id: str, *, by: Principal, invited: str | None = None, **reported: Any,
           ) -> tuple[Session, dict[str, Any]]:
    """The session a device belongs in: its live one, the one it was invited to, the one that its code opened in a
    browser, the one a technician asked for, or a new one. Returns it and what 001's helper is told besides.
    Raises Unauthorized, RateLimited."""
    invitation = _invitation(invited)
    if invitation and is_of_code(invitation):
        invitation = None
    if not (invitation and invitation.device_id in (None, device_id) and device_queries.by_id(device_id) is None):
        devices.prove(by, device_id)
    device, secret = devices.register(device_id, by=by, **reported)
    db.session.commit()
    extra: dict[str, Any] = {"deviceSecret": secret} if secret else {}
    pending = queries.find_live(device.pending_session_id)
    found = queries.live_of_device(device_id)
    if found:
        return found, extra | {"existing": True}
    if invitation and invitation.device_id is None:
        return _adopt(invitation, device), extra | {"fromInviteLink": True}
    opened = queries.live_of_code(packages.code_id_of(device_id), without_device=True)
    if opened:
        return _adopt(opened, device), extra | {"existing": True}
    if pending:
        device.pending_session_id = None
        db.session.commit()
        return pending, extra | {"fromPending": True}
    return create_for(device, by=by), extra | {"existing": False}


def _invitation(invited: str | None) -> Session | None:
    """The live session that a device was invited to. Raises RateLimited: a wrong id is a guess."""
    if not invited:
        return None
    guard.require_guesses()
    found = queries.find(invited)
    if found is None:
        guard.count_guess()
    return queries.find_live(found.session_id) if found else None


def adopt(session_id: str, device: Device) -> None:
    """Give a session to the device that came with its package, unless another one came first."""
    session = queries.find_live(session_id)
    if session is not None and session.device_id is None:
        _adopt(session, device)


def _adopt(session: Session, device: Device) -> Session:
    known_as = device.machine_name or device.hostname
    session.machine_name = (known_as if is_of_code(session) else None) or session.machine_name or known_as
    session.device_id, session.customer_name = device.device_id, session.customer_name or device.customer_name
    db.session.commit()
    return session


def is_of_code(session: Session) -> bool:
    """Did a code open this session in a browser, with no device yet? Then its sessionId alone admits nobody."""
    return session.support_code_id is not None and session.device_id is None


def speak_for_helper(by: Principal, session: Session) -> None:
    """Let a caller act as the session's helper: the device itself, the browser that a code let in, or, while no
    device has shown a secret, whoever holds the sessionId and is not staff (contract 001's helper has nothing else).
    Raises Unauthorized, Forbidden."""
    if by.kind == principal.DEVICE and by.device_id == session.device_id:
        return
    if by.kind == principal.SHARER and by.session_id == session.session_id:
        return
    if by.is_staff:
        raise Forbidden("Only the customer's side may do this")
    is_another = by.kind in (principal.DEVICE, principal.SHARER)
    if is_another or is_of_code(session) or device_secrets.is_binding(session.device_id):
        raise Unauthorized("This device must show its secret")


def readable_by(by: Principal, session_id: str) -> Session:
    """A session whose words and files the caller may read: staff in scope, over or not, else its own helper.
    Raises SessionNotFound, Unauthorized."""
    if by.is_staff:
        return queries.visible_to(by, session_id)
    session = queries.live(session_id)
    speak_for_helper(by, session)
    return session


def register(session_id: str, *, by: Principal, device_id: str | None = None, client_info: dict | None = None,
             capabilities: dict | None = None, vnc_port: int | None = None, allow_unattended: bool | None = None,
             origin: str = "") -> Session:
    """A helper says that it is there. `origin` is the address it really comes from, if that is known.
    Raises SessionNotFound, Unauthorized, ValidationFailed."""
    session = queries.live(session_id)
    speak_for_helper(by, session)
    if device_id and session.device_id not in (None, device_id):
        raise ValidationFailed("This session belongs to another device")
    said = {name: foreign.text(str(text), 500) for name, text in (client_info or {}).items() if text is not None}
    info = {**said, "ip": by.address}
    session.client_info, session.capabilities = info, capabilities or session.capabilities
    session.vnc_port = vnc_port or session.vnc_port
    _is_there(session, origin=origin)
    if device_id:
        if session.device_id is None:  # else the sessionId, given to that very device, speaks for it
            devices.prove(by, device_id)
        reported = {name: info.get(name) for name in ("os", "hostname", "arch", "username")}
        device, _ = devices.register(device_id, by=by, allow_unattended=allow_unattended, **reported)
        device.pending_session_id = None
        _adopt(session, device)
    db.session.commit()
    GATEWAY.to_session(session_id, REGISTERED, {"sessionId": session_id, "status": session.status,
                                                "clientInfo": info, "vncPort": session.vnc_port})
    announce.session_updated(session.client_id, session_id, **session_row(session))
    for hook in on_registered:
        hook(session)
    return session


def _is_there(session: Session, *, origin: str) -> None:
    """The customer's side counts as connected as soon as it says so: machines that have only VNC and a browser never
    take a seat. Where they said it from is where their screen may come from."""
    moment = clock.now()
    session.status, session.connected_at = CONNECTED, session.connected_at or moment
    room = rooms.get(session.session_id)
    if room is None or room.helper is None:
        session.registered_at, session.registered_from = moment, origin


def settings(session_id: str, *, by: Principal, allow_unattended: bool) -> Session:
    """The customer's side allows or forbids unattended access. Raises SessionNotFound, Unauthorized, Forbidden."""
    session = queries.live(session_id)
    speak_for_helper(by, session)
    session.allow_unattended = allow_unattended
    audit.record(by, "session.unattended", f"Unattended access {'allowed' if allow_unattended else 'forbidden'}",
                 client_id=session.client_id, session_id=session_id)
    db.session.commit()
    return session


def end(session_id: str, *, by: Principal, who: str) -> Session | None:
    """End a session: every right goes, seats are emptied, everyone is told. None when it was over already.
    `who` is technician, customer or server. The caller has checked that it may."""
    session = queries.find_live(session_id)
    if session is None:
        return None
    _close(session, by=by, who=who)
    db.session.commit()
    client_id = session.client_id
    rooms.set_consent(session_id, rights=frozenset(), admitted=frozenset())
    announce.session_ended(client_id, session_id, by=who)
    BUS.tell(OVER, {"session_id": session_id})
    empty(session_id)
    for hook in on_ended:
        hook(session_id)
    return session


def empty(session_id: str) -> None:
    """A session is over, and its people have been told: nobody asks or sits in it any more, as far as we hold them."""
    questions.end(session_id)
    rooms.close(session_id)
    for hook in on_over:
        hook(session_id)
    for connection in list(GATEWAY.connections.values()):
        seat = connection.seats.get(session_id)
        if seat:
            GATEWAY.drop_seat(connection, seat)


def _close(session: Session, *, by: Principal, who: str) -> None:
    moment = clock.now()
    session.viewing_seconds += clock.seconds_between(session.viewing_since, moment)
    session.viewing_since = None
    session.status, session.ended_at, session.ended_by = ENDED, moment, who
    session.rights, session.admitted = [], []
    timeline.note(session.session_id, "ended", who=by.name if who == "technician" else who)
    audit.record(by, "session.end", f"Session {session.session_id} ended by {who}", client_id=session.client_id,
                 device_id=session.device_id, session_id=session.session_id)


def end_all_of(device_id: str, *, by: Principal) -> None:
    """End every live session of a device that is removed."""
    for session_id in queries.live_ids_of_device(device_id):
        end(session_id, by=by, who="technician")


def recover() -> None:
    """After a start nobody sits anywhere, whatever the rows say: sessions wait for their helpers again, and what
    the customer allowed outlives the outage by five minutes at most."""
    for session in queries.connected():
        session.viewing_seconds += clock.seconds_between(session.viewing_since, session.updated_at)
        session.viewing_since = None
        if session.registered_at:  # no helper holds these rights; a VNC connection did, or nobody
            session.rights, session.admitted = [], []
        attendance.helper_went(session)
    db.session.commit()


def settle_abandoned() -> None:
    """Sessions that still count as connected, though in no process a helper sits there: the process that was to see to
    it is gone too, or had no database. Looked at twice, so that nobody is taken for gone who is on the way."""
    if not BUS.is_shared or BUS.is_cut:
        return
    found = [session for session in queries.connected() if session.registered_at is None and _is_deserted(session)]
    due, _suspected[:] = [s for s in found if s.session_id in _suspected], [s.session_id for s in found]
    for session in due:
        attendance.stop_viewing(session)
        attendance.helper_went(session)
    db.session.commit()


def _is_deserted(session: Session) -> bool:
    room = rooms.get(session.session_id)
    return room is None or room.helper is None


def note_recording(session_id: str, *, who: str, text: str) -> None:
    """Put the beginning or the end of a recording into the session's timeline. The caller commits."""
    timeline.note(session_id, "recording", who=who, text=text)


def note_file(session_id: str, *, who: str, text: str) -> None:
    """Put a file that travelled into the session's timeline. The caller commits."""
    timeline.note(session_id, "file", who=who, text=text)

"""Screens that come over VNC: a connection that the customer's computer made (reverse), or one that the server makes to
where the computer itself said that it is (direct).

Consent. A machine with nothing but VNC can show no question. Starting a reverse connection is the customer's own act
and allows the technicians of the session what VNC is: seeing, control, clipboard, and besides the exchange of files,
which on such a machine the customer does by hand in the browser. It holds while the connection does. A direct
connection allows nothing by itself: the usual consent must be there, asked or given beforehand.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from connectassist.core import audit, clock
from connectassist.core.db import db
from connectassist.core.errors import Conflict, VncUnreachable
from connectassist.features.sessions import attendance, consent, granting, queries
from connectassist.features.sessions import service as sessions
from connectassist.features.vnc import addresses
from connectassist.features.vnc.lines import DIRECT, LINES, REVERSE, Line, dial
from connectassist.identity import principal
from connectassist.identity.principal import Principal
from connectassist.realtime import announce, leading, screens
from connectassist.realtime.bus import BUS, Said
from connectassist.realtime.everywhere import aside
from connectassist.realtime.gateway import GATEWAY
from connectassist.realtime.rooms import TECHNICIAN, Seat, rooms

if TYPE_CHECKING:
    from connectassist.features.sessions.models import Session

_sends = GATEWAY.events.sends
READY = _sends("vnc-ready", to="technicians", fields="sessionId kind",
               doc="The customer's screen can be had over VNC now; `kind` is reverse or direct.")
LOST = _sends("vnc-disconnected", to="technicians", fields="sessionId kind reason",
              doc="A VNC connection is gone, or couldn't be made.")
#: What VNC is cannot be had in parts: whoever sees may also press keys and set the clipboard.
NEEDED = frozenset((consent.VIEW, consent.CONTROL))
REMEMBERED = timedelta(minutes=10)
MOST_VIEWERS = 8
ELSEWHERE = ("The customer's VNC connection came to another process of this server; the proxy in front must send "
             "/websockify to the first one")
#: What the processes of a site tell each other: a computer may be called.
HOPE = "vnc-hope"
#: Sessions whose technicians wait for a direct connection until the customer allows it.
HOPEFUL: set[str] = set()


def expected(address: str, *, named: str | None) -> Session | None:
    """The live session that a connection from this address belongs to: its customer's side said from there within the
    last ten minutes that it is there, and no other did, unless the connection names its session."""
    found = queries.registered_from(addresses.plain(address), since=clock.now() - REMEMBERED)
    if named:
        found = [session for session in found if session.session_id == named]
    return found[0] if len(found) == 1 and not _has_helper(found[0].session_id) else None


def came(session: Session, line: Line) -> None:
    """The customer's computer connected: the newest connection counts."""
    by = _customer(line.address)
    for older in [each for each in LINES.of(session.session_id) if each.kind == REVERSE]:
        older.close()
    LINES.add(line)
    HOPEFUL.discard(session.session_id)
    attendance.screen_came(session)
    audit.record(by, "vnc.connect", "The customer's computer made a VNC connection", client_id=session.client_id,
                 device_id=session.device_id, session_id=session.session_id)
    db.session.commit()
    _announce(session)
    room = rooms.get(session.session_id)
    for seat in list(room.technicians.values()) if room else ():
        _welcome(session, seat, line)


def _welcome(session: Session, seat: Seat, line: Line) -> None:
    """Let a technician of the session see the connection that the customer made, unless the customer sent them away."""
    user_id = int(seat.person_id)
    if user_id in session.removed:
        return
    if user_id not in session.admitted or not set(session.rights) >= NEEDED:
        granting.grant(session, list(consent.USUAL), asked=[], to=granting.Technician(user_id, seat.person_name),
                       by=_customer(line.address), text="the customer started a VNC connection")
    GATEWAY.to_socket(seat.socket_id, READY, {"sessionId": session.session_id, "kind": line.kind})


def went(line: Line) -> None:
    """A line is over. With the customer's own connection goes what it allowed."""
    LINES.remove(line)
    if LINES.of(line.session_id):
        return
    session = queries.find_live(line.session_id)
    if session is None:
        screens.UP.put(line.session_id, None)
    elif line.kind == REVERSE:
        _taken_back(session, by=_customer(line.address))
    if session:
        _announce(session)
    if line.kind == REVERSE or not line.was_left:
        _lost(line.session_id, line.kind)


def _taken_back(session: Session, *, by: Principal) -> None:
    queries.lock(session)
    attendance.screen_went(session)
    audit.record(by, "vnc.disconnect", "The VNC connection ended", client_id=session.client_id,
                 device_id=session.device_id, session_id=session.session_id)
    granting.put_in_force(session, consent.ordered(set(session.rights) - set(consent.USUAL)),
                          admitted=session.admitted, who="customer")


def _lost(session_id: str, kind: str, reason: str = "") -> None:
    payload = {"sessionId": session_id, "kind": kind, "reason": reason}
    GATEWAY.to_technicians(session_id, LOST, payload)


def _announce(session: Session) -> None:
    """Tell the dashboards whether the screen is there."""
    screens.UP.put(session.session_id, 1 if LINES.of(session.session_id) else None)
    announce.session_updated(session.client_id, session.session_id, status=session.status,
                             vnc_connected=screens.is_up(session.session_id))


def _heard(process: str, changed: dict[str, int | None]) -> None:
    """A process is gone with its lines: what they allowed goes too, and one of the others sees to it."""
    if process not in BUS.peers and leading.is_heir():
        aside(_left_behind, [session_id for session_id in changed if not screens.is_up(session_id)])


def _left_behind(session_ids: list[str]) -> None:
    for session_id in session_ids:
        session = queries.find_live(session_id)
        if session is not None:
            if session.registered_at:
                _taken_back(session, by=principal.system())
            _announce(session)
        _lost(session_id, REVERSE)


def viewable(session_id: str, *, by: Principal) -> Session:
    """A session whose screen this technician may see over VNC. Raises SessionNotFound, NotConsented, Conflict."""
    session = queries.live(queries.visible_to(by, session_id).session_id)
    for right in sorted(NEEDED):
        granting.require(session, right, by=by)
    if _has_helper(session_id):
        raise Conflict("The customer's helper shows the screen in this session")
    return session


def line_for(session_id: str, *, by: Principal) -> Line:
    """The connection that a technician's viewer gets: the one that waits, else a new one to the customer's computer.
    Raises SessionNotFound, NotConsented, Conflict, VncUnreachable."""
    session = viewable(session_id, by=by)
    audit.record(by, "vnc.watch", f"{by.name} looks at the screen over VNC", client_id=session.client_id,
                 device_id=session.device_id, session_id=session_id)
    db.session.commit()
    found = LINES.free(session_id) or LINES.reverse(session_id)
    return found or _called(session)


def _called(session: Session) -> Line:
    """A new direct connection, running. Raises VncUnreachable."""
    address, port = session.registered_from or "", session.vnc_port
    if session.registered_at is None or not addresses.is_callable(address, port):
        raise VncUnreachable(ELSEWHERE) if screens.is_elsewhere(session.session_id) else VncUnreachable()
    if len(LINES.of(session.session_id)) >= MOST_VIEWERS:
        raise VncUnreachable("Too many technicians look at this screen already")
    session_id = session.session_id
    try:
        tcp, first = dial(address, port or 0)
    except OSError as problem:
        raise VncUnreachable("The customer's computer does not answer on its VNC port") from problem
    line = Line(session_id, address, DIRECT, tcp, first)
    LINES.add(line)
    _announce(session)
    GATEWAY.socketio.start_background_task(run, line)
    return line


def run(line: Line) -> None:
    """Serve a line to its end."""
    try:
        line.run()
    finally:
        with GATEWAY.database():
            went(line)


def seated(seat: Seat) -> None:
    """Somebody took a seat: a technician is shown what there is; where a helper comes, VNC has nothing to do."""
    if seat.role != TECHNICIAN:
        close_all(seat.session_id)
    elif LINES.reverse(seat.session_id):
        GATEWAY.socketio.start_background_task(_welcome_late, seat)
    else:
        with GATEWAY.database():
            registered(queries.find_live(seat.session_id))


def seated_elsewhere(seat: Seat) -> None:
    """Somebody took a seat at another process; the line may be here."""
    if seat.role != TECHNICIAN:
        close_all(seat.session_id)
    elif LINES.reverse(seat.session_id):
        GATEWAY.socketio.start_background_task(_welcome_late, seat)


def close_all(session_id: str) -> None:
    """A helper came, or the session is over: no screen comes over VNC any more."""
    for line in LINES.of(session_id):
        line.close()


def _welcome_late(seat: Seat) -> None:
    with GATEWAY.database():
        session, line = queries.find_live(seat.session_id), LINES.reverse(seat.session_id)
        if session and line:
            _welcome(session, seat, line)


def registered(session: Session | None) -> None:
    """A customer's computer said where it is: call it as soon as the customer allows it and a technician is there."""
    if session and session.registered_at and addresses.is_callable(session.registered_from or "", session.vnc_port):
        HOPEFUL.add(session.session_id)
        BUS.tell(HOPE, {"session_id": session.session_id})


@BUS.hears(HOPE)
def _hope(said: Said, sender: str) -> None:
    HOPEFUL.add(said["session_id"])


def hopeful() -> list[str]:
    """The sessions whose computer may be called now: a technician is there, at this process, who may see it."""
    for session_id in [each for each in HOPEFUL if rooms.get(each) is None or _has_helper(each)]:
        HOPEFUL.discard(session_id)
    return [each for each in HOPEFUL if _may_anybody(each)]


def _may_anybody(session_id: str) -> bool:
    room = rooms.get(session_id)
    here = [seat for seat in room.technicians.values() if seat.is_here] if room else []
    return any(may_pass(session_id, seat.person_id) for seat in here)


def try_direct(session_id: str) -> None:
    """The customer allows it and technicians wait: call the customer's computer, once. Where somebody looks already
    there is nothing to try: each viewer gets a connection of its own."""
    HOPEFUL.discard(session_id)
    with GATEWAY.database():
        session = queries.find_live(session_id)
        if session is None:
            return
        try:
            if not LINES.of(session_id):
                _called(session)
        except VncUnreachable as problem:
            return _lost(session_id, DIRECT, problem.sentence)
    GATEWAY.to_technicians(session_id, READY, {"sessionId": session_id, "kind": DIRECT})


def may_pass(session_id: str, person_id: str) -> bool | None:
    """May bytes go to and from this technician right now? None while nobody sits in the session."""
    room = rooms.get(session_id)
    if room is None:
        return None
    return room.helper is None and room.rights >= NEEDED and person_id in room.admitted


def is_over(session_id: str) -> bool:
    """Has the session ended?"""
    with GATEWAY.database():
        return queries.find_live(session_id) is None


def keep_alive(line: Line) -> None:
    """A session lives on while its screen is there."""
    with GATEWAY.database():
        session = queries.find_live(line.session_id)
        if session:
            attendance.screen_seen(session)
            db.session.commit()


def _has_helper(session_id: str) -> bool:
    room = rooms.get(session_id)
    return bool(room and room.helper)


def _customer(address: str) -> Principal:
    """Who acts when the customer's computer connects: nobody who has proved more than where they are."""
    return Principal(kind=principal.NOBODY, name="the customer's computer", address=address)


GATEWAY.on_seat.append(seated)
GATEWAY.on_far_seat.append(seated_elsewhere)
sessions.on_registered.append(registered)
sessions.on_over.append(close_all)
screens.UP.on_heard.append(_heard)

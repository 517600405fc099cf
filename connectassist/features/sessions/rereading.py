"""What is allowed in live sessions, read anew from their rows: after each change where others may change it too, and
after this process or another was cut off. Until then a room is in doubt: nothing passes between processes in it."""

from __future__ import annotations

import logging
from itertools import islice

from connectassist.core import clock
from connectassist.features.sessions import consent, granting, queries, seats, service, showing
from connectassist.features.sessions.models import Session
from connectassist.realtime import announce
from connectassist.realtime.bus import BUS
from connectassist.realtime.gateway import GATEWAY
from connectassist.realtime.rooms import Room, rooms

log = logging.getLogger(__name__)
AT_ONCE, PAUSE = 200, 1.0
Allowed = tuple[frozenset[str], frozenset[str]]
_due: dict[str, None] = {}
_is_reading = [False]
#: What was allowed in rooms when something was missed: whoever sits there is told what is different.
_missed: dict[str, Allowed] = {}


def soon(session_id: str) -> None:
    """Read a session's row in a green thread: a row read before this moment doesn't count."""
    _due[session_id] = None
    if not _is_reading[0]:
        _is_reading[0] = True
        BUS.later(_read)


def missed(peer: str) -> None:
    """Another process is new to us, or was cut off from us: in each session something may have changed unheard."""
    for room in rooms.all():
        _missed.setdefault(room.session_id, (room.rights, room.admitted))
        rooms.doubt(room)


def _read() -> None:
    try:
        while _due:
            _read_some()
    finally:
        _is_reading[0] = False


def _read_some() -> None:
    session_ids = list(islice(_due, AT_ONCE))
    for session_id in session_ids:
        del _due[session_id]
    changes = {i: room.changes for i in session_ids if (room := rooms.get(i))}
    for session_id in set(session_ids) - changes.keys():
        _missed.pop(session_id, None)
    try:
        with GATEWAY.database():
            found = queries.live_among(list(changes))
            told = {i: _allowed(session) for i, session in found.items()}
            ended_by = {i: queries.ender(i) for i in changes if i not in told}
            for session_id in told.keys() & _missed.keys():
                seats.still_there(found[session_id])
    except Exception:
        log.exception("what is allowed in %d sessions could not be read; it is tried again", len(changes))
        _due.update(dict.fromkeys(session_ids))
        return GATEWAY.socketio.sleep(PAUSE)
    for session_id, count in changes.items():
        room = rooms.get(session_id)
        if room is None:
            continue
        if room.changes != count:
            _due[session_id] = None
        elif session_id in told:
            _known(room, told[session_id])
        else:
            _over(room, ended_by[session_id])
    return None


def _allowed(session: Session) -> Allowed:
    return frozenset(session.rights), frozenset(str(each) for each in session.admitted)


def _known(room: Room, now: Allowed) -> None:
    before, was = set(room.entitled), _missed.pop(room.session_id, None)
    if was is None and BUS.is_cut:  # nobody but us tells our own people
        was = room.rights, room.admitted
    rooms.known(room, rights=now[0], admitted=now[1])
    showing.pictures(room, before)
    if was is not None and was != now:
        GATEWAY.to_session_here(room.session_id, granting.CHANGED, {
            "sessionId": room.session_id, "rights": consent.ordered(now[0]), "by": "server",
            "admitted": sorted(now[1]), "at": clock.iso(clock.now())})


def _over(room: Room, by: str) -> None:
    """A session that ended while we heard nothing, or at the moment in which somebody took a seat."""
    _missed.pop(room.session_id, None)
    GATEWAY.to_session_here(room.session_id, announce.ENDED, {"sessionId": room.session_id, "by": by})
    service.empty(room.session_id)


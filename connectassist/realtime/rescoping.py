"""Who somebody is now, put into force on the sockets that they have open.

Over HTTP a caller is looked up with each request. A socket stays open, so whoever changes what a member of staff may
see or do (a client assigned or taken away, a role, the account itself) says so here, once it is committed:

    rescoping.rescope(user_id)

Before it returns, each of the person's sockets in this process has left the rooms that are out of scope and entered the
new ones, and every part that holds something for a socket has let go of what it may hold no more; sockets without an
account behind them are closed. In between no event gets through that wasn't allowed by the one or by the other. Other
processes of the site do the same as soon as they hear of it; one that is cut off when it is heard again, and after a
minute at the latest by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from connectassist.core.db import db
from connectassist.identity import tokens
from connectassist.identity.principal import Principal
from connectassist.realtime import websockets
from connectassist.realtime.bus import BUS
from connectassist.realtime.connections import Connection
from connectassist.realtime.everywhere import aside
from connectassist.realtime.gateway import GATEWAY, scopes
from connectassist.realtime.namespaces import IT
from connectassist.realtime.post import Said

CHANGED = GATEWAY.events.sends("scope-changed", to="the person's pages", fields="lost",
                               doc="You see other clients now, or may do other things; `lost`: less than before.")
RESCOPE, CLOSE_LOGIN, CLOSE_ENDED = "rescope", "close-login", "close-ended"
#: How many accounts are looked up in one read.
AT_ONCE = 500
#: Called for each socket once its principal is the new one; they let go of what it may not hold any more.
on_rescoped: list[Callable[[Connection], None]] = []
#: Called with the id of the person, in every process of the site, for those who hold plain WebSockets of theirs that
#: stay open.
on_person: list[Callable[[int], None]] = []


def rescope(user_id: int) -> None:
    """Put into force who somebody is now, on all of their sockets, whichever process holds them. Everything must be
    committed before."""
    BUS.tell(RESCOPE, {"user_id": user_id}, keep=True)
    _rescope_here(user_id)


def close_login(login_id: str) -> None:
    """End every socket that a sign-in opened, whichever process holds it: it was revoked."""
    BUS.tell(CLOSE_LOGIN, {"login_id": login_id}, keep=True)
    _close_login_here(login_id)


def close_ended() -> None:
    """End the sockets of sign-ins that were revoked just now, whichever process holds them."""
    BUS.tell(CLOSE_ENDED, {}, keep=True)
    _close_ended_here()


def look_again() -> None:
    """End the sockets of sign-ins that have run out since: an open socket must not outlive the sign-in that let it in.
    And put into force what changed of anybody's rights without our being told: another program wrote it, or a process
    that ended before it could tell."""
    _close_ended_here()
    ids = sorted({each.principal.user_id for each in _opened() if each.principal.user_id is not None})
    for begin in range(0, len(ids), AT_ONCE):
        now = tokens.standing(ids[begin:begin + AT_ONCE])
        db.session.rollback()
        for user_id in ids[begin:begin + AT_ONCE]:
            _compare(user_id, now.get(user_id))


def _compare(user_id: int, now: Principal | None) -> None:
    """Somebody with sockets here is this by now."""
    if any(now is None or (now.role, now.client_ids) != (was.role, was.client_ids)
           for was in (each.principal for each in _sockets_of(user_id))):
        _rescope_here(user_id)
    elif any(now is None or _is_less(now, each.principal) for each in websockets.OPEN
             if each.principal.user_id == user_id):
        websockets.close_user(user_id)


def _rescope_here(user_id: int) -> None:
    has_lost = [_renew(connection) for connection in _sockets_of(user_id)]
    if any(has_lost) or not has_lost:
        websockets.close_user(user_id)
    for hook in on_person:
        hook(user_id)
    for connection in list(GATEWAY.connections.values()):
        if connection.principal.user_id == user_id and connection.principal.is_staff:
            GATEWAY.to_socket(connection.socket_id, CHANGED, {"lost": any(has_lost)})


def _close_login_here(login_id: str) -> None:
    GATEWAY.close_login(login_id)
    for connection in [each for each in list(IT.connections.values()) if each.principal.login_id == login_id]:
        IT.close(connection)


def _close_ended_here() -> None:
    for login_id in tokens.ended({each.principal.login_id for each in _opened() if each.principal.login_id}):
        _close_login_here(login_id)


def _opened() -> list[Any]:
    return [*GATEWAY.connections.values(), *IT.connections.values(), *websockets.OPEN]


@BUS.hears(RESCOPE)
def _rescoped_elsewhere(said: Said, sender: str) -> None:
    aside(_rescope_here, said["user_id"])


@BUS.hears(CLOSE_LOGIN)
def _closed_elsewhere(said: Said, sender: str) -> None:
    aside(_close_login_here, said["login_id"])


@BUS.hears(CLOSE_ENDED)
def _ended_elsewhere(said: Said, sender: str) -> None:
    aside(_close_ended_here)


def _sockets_of(user_id: int) -> list[Connection]:
    return [each for each in list(GATEWAY.connections.values()) if each.principal.user_id == user_id
            ] + IT.of_user(user_id)


def _renew(connection: Connection) -> bool:
    """One socket. True when its person has lost something."""
    was, now = connection.principal, tokens.renewed(connection.principal)
    if now is None or (was.is_staff and not now.is_staff):
        _close(connection)
        return True
    _move(connection, now)
    for hook in on_rescoped:
        hook(connection)
    return _is_less(now, was)


def _close(connection: Connection) -> None:
    if connection.path == "/":
        GATEWAY.close_socket(connection.socket_id)
    else:
        IT.close(connection)


def _move(connection: Connection, now: Principal) -> None:
    """Out of the old rooms of staff, into the new."""
    kinds = ("staff", "lobby") if connection.path == "/" else ("staff",)
    server, path = GATEWAY.socketio.server, connection.path
    for scope in {*scopes(connection.principal)} - {*scopes(now)}:
        for kind in kinds:
            server.leave_room(connection.socket_id, f"{kind}-{scope}", namespace=path)
    connection.principal = now
    if path == "/":
        GATEWAY.greet(connection)
    else:
        IT.enter(connection, [f"staff-{scope}" for scope in scopes(now)])


def _is_less(now: Principal, was: Principal) -> bool:
    sees_less = now.client_ids is not None and (was.client_ids is None or bool(was.client_ids - now.client_ids))
    return sees_less or (was.is_technician and not now.is_technician) or (was.is_admin and not now.is_admin)

"""Who somebody is now, put into force on the sockets that they have open.

Over HTTP a caller is looked up with each request. A socket stays open, so whoever changes what a member of staff may
see or do (a client assigned or taken away, a role, the account itself) says so here, once it is committed:

    rescoping.rescope(user_id)

Before it returns, each of the person's sockets has left the rooms that are out of scope and entered the new ones, and
every part that holds something for a socket has let go of what it may hold no more; sockets without an account behind
them are closed. In between no event gets through that wasn't allowed by the one or by the other.
"""

from __future__ import annotations

from collections.abc import Callable

from connectassist.identity import tokens
from connectassist.identity.principal import Principal
from connectassist.realtime import websockets
from connectassist.realtime.connections import Connection
from connectassist.realtime.gateway import GATEWAY, scopes
from connectassist.realtime.namespaces import IT

CHANGED = GATEWAY.events.sends("scope-changed", to="the person's pages", fields="lost",
                               doc="You see other clients now, or may do other things; `lost`: less than before.")
#: Called for each socket once its principal is the new one; they let go of what it may not hold any more.
on_rescoped: list[Callable[[Connection], None]] = []
#: Called with the id of the person, for those who hold plain WebSockets of theirs that stay open.
on_person: list[Callable[[int], None]] = []


def rescope(user_id: int) -> None:
    """Put into force who a member of staff is now, on all of their sockets. Everything must be committed before."""
    has_lost = [_renew(connection) for connection in _sockets_of(user_id)]
    if any(has_lost) or not has_lost:
        websockets.close_user(user_id)
    for hook in on_person:
        hook(user_id)
    GATEWAY.to_user(user_id, CHANGED, {"lost": any(has_lost)})


def close_login(login_id: str) -> None:
    """End every socket that a sign-in opened: it was revoked."""
    GATEWAY.close_login(login_id)
    for connection in [each for each in list(IT.connections.values()) if each.principal.login_id == login_id]:
        IT.close(connection)


def close_ended() -> None:
    """End the sockets of sign-ins that have run out since, or were revoked elsewhere: an open socket must not outlive
    the sign-in that let it in."""
    opened = [*GATEWAY.connections.values(), *IT.connections.values(), *websockets.OPEN]
    for login_id in tokens.ended({each.principal.login_id for each in opened if each.principal.login_id}):
        close_login(login_id)


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

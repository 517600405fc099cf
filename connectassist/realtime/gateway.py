"""The Socket.IO gateway: one table of events, one way in, one way out.

Handlers hang on the underlying python-socketio server, not on Flask: no request context, no thread per event.
An event that needs the database says so and gets an application context; the rest never leave memory.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from flask import Flask
from flask.ctx import AppContext
from flask_socketio import SocketIO

from connectassist.core import logs
from connectassist.core.db import told
from connectassist.core.errors import (
    AppError,
    EventRefused,
    InternalError,
    NotConsented,
    NotJoined,
    UnknownEvent,
    WrongRole,
)
from connectassist.core.settings import Settings
from connectassist.identity.principal import Principal
from connectassist.realtime import elsewhere, far_seats, hub, lines, log_filter, websockets, wire
from connectassist.realtime.admission import admitted
from connectassist.realtime.connections import Connection
from connectassist.realtime.declare import DONE, FAILED, REFUSED, Declarations, Handler, Incoming, UndeclaredEvent
from connectassist.realtime.membership import Membership
from connectassist.realtime.packets import bounded
from connectassist.realtime.relay import Relay
from connectassist.realtime.rooms import Seat, rooms
from connectassist.realtime.strangers import STRANGERS
from connectassist.realtime.turnstile import Turnstile

log = logging.getLogger(__name__)
REFUSAL = "event-error"
LARGEST_MESSAGE = 8 * 1024 * 1024
LONGEST_REPEATED = 120
#: Seconds to wait until it is known whether something is allowed that may have become so at another process.
PATIENCE = 2.0


class Gateway:
    """Takes events in by the table and sends events out; the only place that emits."""

    def __init__(self) -> None:
        self.socketio = SocketIO()
        self.events = Declarations()
        self.connections: dict[str, Connection] = {}
        self.loop: hub.Hub | None = None
        self.relay = Relay(self.connections)
        self.on_connect: list[Callable[[Connection], None]] = []
        self.on_disconnect: list[Callable[[Connection], None]] = []
        self.on_seat: list[Callable[[Seat], None]] = []
        self.on_far_seat: list[Callable[[Seat], None]] = []
        self.on_told: list[Callable[[str, str], None]] = []
        self.events.sends(REFUSAL, to="the sender", fields="event error error_code sessionId",
                          doc="An event was not let through, and why.")

    def init_app(self, app: Flask, settings: Settings) -> None:
        """Bind to the app and its engine."""
        self._app = app
        log_filter.keep_down()
        STRANGERS.most = settings.strangers_per_address if settings.rate_limits else 0
        loop = self.loop = hub.of(settings.async_mode)
        if loop is not None:
            app.wsgi_app = Turnstile(app.wsgi_app, loop)
        self.socketio.init_app(
            app, async_mode=settings.async_mode, json=wire, async_handlers=False, manage_session=False,
            client_manager=Membership(), serializer=bounded(LARGEST_MESSAGE),
            cors_allowed_origins=[*settings.cors_origins] or None, max_http_buffer_size=LARGEST_MESSAGE,
            ping_interval=settings.ping_interval, ping_timeout=settings.ping_timeout, always_connect=False)
        server = self.socketio.server
        if loop is not None:
            lines.install(server, loop, relay=self.relay.passes_on, offline_after=settings.offline_seconds,
                          process=settings.process if settings.processes > 1 else None)
        server.on("connect", self._connect)
        server.on("disconnect", self._disconnect)
        server.on("*", self._receive)

    def on(self, name: str, *, speaks: tuple[str, ...] | str = (), needs: str | None = None,
           fields: dict[str, Any] | None = None, uses_database: bool = False, seated: bool = True,
           passes: str | None = None, stale: tuple[str, str] | None = None) -> Callable[[Handler], Handler]:
        """Declare the handler of an incoming event: `handler(data, seat)`, or `handler(data, connection)`
        when it takes events before a seat is held. What it returns goes into the acknowledgement. With `passes`,
        the handler does no more than send the event on to that role (a helper gets it with `from`), so that the relay
        may do it without asking; the handler is for what is out of the ordinary, as when nobody is there."""
        roles = (speaks,) if isinstance(speaks, str) else speaks

        def declare(handler: Handler) -> Handler:
            event = Incoming(name, handler, roles, needs, fields or {}, uses_database, seated,
                             (handler.__doc__ or "").strip(), passes, stale)
            self.events.add(event)
            if passes:
                self.relay.add(event)
            return handler
        return declare

    # -- in ---------------------------------------------------------------------------------------------

    def _connect(self, socket_id: str, environ: Any = None, auth: Any = None, *more: Any) -> bool | dict[str, Any]:
        if socket_id in self.connections:  # an event that a client called so; python-socketio sees no difference
            return self._receive("connect", socket_id)
        with self._app.request_context(environ):
            try:
                principal = admitted(auth)
                STRANGERS.require_place(principal)
            except AppError:
                return False
            connection = self.connections[socket_id] = Connection(socket_id, principal)
            self._tie(connection)
            for hook in self.on_connect:
                hook(connection)
        return True

    def _tie(self, connection: Connection) -> None:
        """Let the connection and its line know each other."""
        line = lines.line_of(self.socketio.server, connection.socket_id, connection.path)
        if line is not None:
            connection.line, line.speaker = line, connection
            line.is_known(connection.socket_id, connection.principal)

    def _disconnect(self, socket_id: str, *reason: Any) -> dict[str, Any] | None:
        if self.socketio.server.manager.is_connected(socket_id, "/"):  # an event again: nobody went
            return self._receive("disconnect", socket_id)
        connection = self.connections.pop(socket_id, None)
        if connection is None:
            return None
        if connection.line is not None:
            connection.line.speaker = None
            connection.line.guest.takes_back(socket_id)
        with self._app.app_context():
            for hook in self.on_disconnect:
                hook(connection)
        return None

    def _receive(self, name: str, socket_id: str, *args: Any) -> dict[str, Any]:
        with logs.Concerning(socket_id=socket_id, principal=_principal(self.connections.get(socket_id))):
            return self._received(name, socket_id, args[0] if args else {})

    def _received(self, name: str, socket_id: str, data: Any) -> dict[str, Any]:
        try:
            answer = {"ok": True, **(self._handle(name, socket_id, data) or {})}
            self.events.count(name, DONE)
            return answer
        except AppError as error:
            self.events.count(name, REFUSED)
            return self._refuse(name, socket_id, data, error)
        except Exception as problem:
            self.events.count(name, FAILED)
            refusal = told(problem)
            if refusal:
                log.warning("event %.60r could not be followed: %s", name, refusal.sentence)
            else:
                log.exception("unexpected error in event %.60r", name)
            return self._refuse(name, socket_id, data, refusal or InternalError())

    def _handle(self, name: str, socket_id: str, data: Any) -> dict[str, Any] | None:
        event = self.events.incoming.get(name)
        if event is None:
            raise UnknownEvent()
        if not isinstance(data, dict):
            raise EventRefused(f"{name} takes an object")
        connection = self.connections.get(socket_id)
        if connection is None:  # closed by the server while this event waited its turn
            raise NotJoined()
        event.check(data)
        source: Connection | Seat = self._entitled_seat(event, connection, data) if event.seated else connection
        if not event.uses_database:
            return event.handler(data, source)
        connection.spend()
        with self._app.app_context():
            return event.handler(data, source)

    def _entitled_seat(self, event: Incoming, connection: Connection, data: dict[str, Any]) -> Seat:
        seat = connection.seat(data.get("sessionId"))
        if seat.role not in event.speaks:
            raise WrongRole()
        if event.needs and not self._may(seat, event.needs):
            raise NotConsented()
        data["sessionId"] = seat.session_id
        return seat

    def _may(self, seat: Seat, right: str) -> bool:
        """May a seat of ours use a right now? Where that may have changed elsewhere, as soon as it is known."""
        room = rooms.get(seat.session_id)
        if room is None or room.allows(seat, right) or room.doubt is None:
            return room is not None and room.allows(seat, right)
        known = self.new_event()
        room.when_known(known.set)
        known.wait(PATIENCE)
        return room.allows(seat, right)

    def _refuse(self, name: str, socket_id: str, data: Any, error: AppError) -> dict[str, Any]:
        answer = {"ok": False, "error": error.sentence, "error_code": error.code}
        session_id = data.get("sessionId") if isinstance(data, dict) else None
        self.to_socket(socket_id, REFUSAL, {"event": _short(name), "sessionId": _short(session_id), **answer})
        return answer

    # -- out --------------------------------------------------------------------------------------------

    def _emit(self, name: str, payload: dict[str, Any], to: str | list[str], *, but: str | None = None) -> None:
        """Send a declared event; one that docs/events.md does not tell of never leaves."""
        if not self.events.knows(name):
            raise UndeclaredEvent(name)
        self.socketio.server.emit(name, payload, to=to, skip_sid=but)
        if not (isinstance(to, str) and to in self.connections):  # else it is a socket of ours, and nobody else's
            elsewhere.emit("/", name, payload, to, but=but)

    def to_socket(self, socket_id: str, name: str, payload: dict[str, Any]) -> None:
        """Send to one socket, whichever process holds it."""
        self._emit(name, payload, socket_id)

    def to_session(self, session_id: str, name: str, payload: dict[str, Any], *, but: str | None = None) -> None:
        """Send to everyone in a session; those who wait for news without a socket learn the event's name."""
        self._emit(name, payload, f"session-{session_id}", but=but)
        self.told(session_id, name)
        elsewhere.told(session_id, name)

    def told(self, session_id: str, name: str) -> None:
        """A session was told something, here or by another process."""
        for hook in self.on_told:
            hook(session_id, name)

    def to_technicians(self, session_id: str, name: str, payload: dict[str, Any]) -> None:
        """Send to the technicians in a session."""
        self._emit(name, payload, f"technicians-{session_id}")

    def to_session_here(self, session_id: str, name: str, payload: dict[str, Any]) -> None:
        """Send to those in a session whose sockets we hold: what others heard when it happened, and we did not."""
        if not self.events.knows(name):
            raise UndeclaredEvent(name)
        self.socketio.server.emit(name, payload, to=f"session-{session_id}")

    def to_helper(self, session_id: str, name: str, payload: dict[str, Any]) -> bool:
        """Send to the helper in a session. False when there is none, or none that can be reached."""
        room = rooms.get(session_id)
        return room is not None and room.helper is not None and self.to_seat(room.helper, name, payload)

    def to_seat(self, seat: Seat, name: str, payload: dict[str, Any], *, is_stale: bool = False) -> bool:
        """Send to one seat. What is of no use any more by the time it arrives (`is_stale`) is dropped where the client
        lags behind. False when the process that holds its socket can't be reached."""
        if not seat.is_here:
            return far_seats.tell(seat, name, payload, is_stale=is_stale)
        if not (is_stale and self.is_congested(seat.socket_id)):
            self.to_socket(seat.socket_id, name, payload)
        return True

    def is_congested(self, socket_id: str) -> bool:
        """Does a socket of ours lag behind, so that another picture would only add to it?"""
        connection = self.connections.get(socket_id)
        return connection is not None and connection.line is not None and connection.line.is_congested

    def to_user(self, user_id: int, name: str, payload: dict[str, Any]) -> None:
        """Send to every page that a member of staff has open."""
        self._emit(name, payload, f"user-{user_id}")

    def to_device(self, device_id: str, name: str, payload: dict[str, Any]) -> None:
        """Send to a device, in a session or not."""
        self._emit(name, payload, f"device-{device_id}")

    def to_staff(self, client_id: int | None, name: str, payload: dict[str, Any], *, idle_only: bool = False) -> None:
        """Send to the staff who may see a client. `idle_only`: those who sit in no session (001's page takes
        any session-ended for its own)."""
        kind = "lobby" if idle_only else "staff"
        self._emit(name, payload, [f"{kind}-all", f"{kind}-{client_id}"])

    # -- seats ------------------------------------------------------------------------------------------

    def take_seat(self, connection: Connection, seat: Seat) -> None:
        """Put a socket into a session's rooms."""
        connection.seats[seat.session_id] = seat
        if connection.line is not None:
            connection.line.sits(seat.session_id)
        self._enter(seat.socket_id, f"session-{seat.session_id}")
        if seat.role == "technician":
            self._enter(seat.socket_id, f"technicians-{seat.session_id}")
        self._place(connection)
        for hook in self.on_seat:
            hook(seat)

    def drop_seat(self, connection: Connection, seat: Seat) -> None:
        """Take a socket out of a session's rooms."""
        connection.seats.pop(seat.session_id, None)
        if connection.line is not None:
            connection.line.guest.takes_back(seat.session_id)
        if connection.socket_id in self.connections:
            for room in (f"session-{seat.session_id}", f"technicians-{seat.session_id}"):
                self.socketio.server.leave_room(connection.socket_id, room)
            self._place(connection)

    def greet(self, connection: Connection) -> None:
        """Put a new socket where its principal belongs: the staff rooms, or its device's."""
        principal: Principal = connection.principal
        if principal.device_id:
            self._enter(connection.socket_id, f"device-{principal.device_id}")
        if principal.is_staff:
            self._enter(connection.socket_id, f"user-{principal.user_id}")
        for scope in scopes(principal):
            self._enter(connection.socket_id, f"staff-{scope}")
        self._place(connection)

    def _place(self, connection: Connection) -> None:
        move = self.socketio.server.leave_room if connection.seats else self.socketio.server.enter_room
        for scope in scopes(connection.principal):
            move(connection.socket_id, f"lobby-{scope}")

    def _enter(self, socket_id: str, room: str) -> None:
        self.socketio.server.enter_room(socket_id, room)

    def close_socket(self, socket_id: str) -> None:
        """End a socket, whichever process holds it."""
        if socket_id not in self.connections:
            elsewhere.close("/", socket_id)
        self.socketio.server.disconnect(socket_id)

    def close_login(self, login_id: str) -> None:
        """End every socket of this process that a sign-in opened: it was revoked."""
        for connection in [c for c in self.connections.values() if c.principal.login_id == login_id]:
            self.close_socket(connection.socket_id)
        websockets.close_login(login_id)

    def database(self) -> AppContext:
        """What a handler that mostly does without needs around its use of the database."""
        return self._app.app_context()

    def new_event(self) -> Any:
        """A thing to wait for, of the engine in use: `wait(seconds)` and `set()`."""
        return self.socketio.server.eio.create_event()


def _principal(connection: Connection | None) -> Principal | None:
    """Who is behind a socket, for the log."""
    return connection.principal if connection is not None else None


def _short(said: Any) -> str | None:
    """What a client said, as far as it is worth repeating to it: it may have sent megabytes."""
    return said[:LONGEST_REPEATED] if isinstance(said, str) else None


def scopes(principal: Principal) -> list[str]:
    """What the rooms of staff are named by: the clients that somebody may see, or `all`."""
    if not principal.is_staff:
        return []
    return ["all"] if principal.client_ids is None else [str(c) for c in principal.client_ids]


GATEWAY = Gateway()
elsewhere.listen(GATEWAY)
far_seats.listen(GATEWAY)

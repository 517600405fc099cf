"""The namespaces of contract 000 beside the default one: `/agent` for devices, `/it` for staff.

Nobody sits in a session here: an event speaks for the device or for the member of staff behind its socket. Each
namespace answers under `/pocket-it` too, where a client whose server URL ends so looks for it.

A socket that is not admitted gets its CONNECT and is then disconnected by the server, which is what this contract's
clients know as a refusal.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask

from connectassist.core import clock, logs
from connectassist.core.db import told
from connectassist.core.errors import AppError, EventRefused, InternalError, NotJoined, UnknownEvent, WrongRole
from connectassist.identity.principal import Principal
from connectassist.realtime import elsewhere, lines
from connectassist.realtime.admission import admitted_agent, admitted_staff
from connectassist.realtime.bus import BUS
from connectassist.realtime.connections import Connection
from connectassist.realtime.declare import DONE, FAILED, REFUSED, Declarations, Handler, Incoming, UndeclaredEvent
from connectassist.realtime.gateway import GATEWAY
from connectassist.realtime.post import Said
from connectassist.realtime.shared import Shared
from connectassist.realtime.small import Ear
from connectassist.realtime.strangers import STRANGERS

log = logging.getLogger(__name__)
PREFIX = "/pocket-it"
#: Seconds until a client surely knows that it is connected: some take no disconnect for one before.
A_MOMENT = 0.25
DEVICE, STAFF, TECHNICIAN = "device", "staff", "technician"
_SPEAKS: dict[str, Callable[[Principal], bool]] = {
    DEVICE: lambda p: p.device_id is not None, STAFF: lambda p: p.is_staff, TECHNICIAN: lambda p: p.is_technician}


class Namespace:
    """One table of events, one way in, one way out. `on_connect` hooks run once the client knows that it is in."""

    def __init__(self, path: str, *, admits: Callable[[Any], Principal], refusal: str | None = None) -> None:
        self.path, self.paths = path, (path, PREFIX + path)
        self.events = Declarations()
        self.connections: dict[str, Connection] = {}
        self.on_connect: list[Callable[[Connection], None]] = []
        self.on_disconnect: list[Callable[[Connection], None]] = []
        self._admits, self._refusal = admits, refusal
        self._by_device: dict[str, list[Connection]] = {}
        self._devices = Shared(f"devices at {path}")
        self._small: set[str] = set()
        if refusal:
            self.events.sends(refusal, to="the sender", fields="message", doc="An event was not let through, and why.")

    def init_app(self, app: Flask) -> None:
        """Bind to the gateway's server."""
        self._app = app
        for path in self.paths:
            def connected(socket_id: str, environ: Any = None, auth: Any = None, *_: Any, path: str = path) -> Any:
                return self._connect(path, socket_id, environ, auth)

            def gone(socket_id: str, *_: Any, path: str = path) -> Any:
                return self._disconnect(path, socket_id)

            def received(name: str, socket_id: str, *args: Any) -> Any:
                return self._receive(name, socket_id, *args)

            for name, handler in (("connect", connected), ("disconnect", gone), ("*", received)):
                GATEWAY.socketio.server.on(name, handler, namespace=path)

    def on(self, name: str, *, speaks: str, fields: dict[str, Any] | None = None,
           uses_database: bool = True, small: bool = False) -> Callable[[Handler], Handler]:
        """Declare the handler of an incoming event: `handler(data, connection)`. `speaks` is DEVICE, STAFF or
        TECHNICIAN. What it returns goes into the acknowledgement, for clients that ask for one. The handler of a
        `small` one is called in the hub, as it is said all day: it neither waits for anything nor uses the database."""
        if small and uses_database:
            raise ValueError(f"{name} is not small: it uses the database")

        def declare(handler: Handler) -> Handler:
            self.events.add(Incoming(name, handler, (speaks,), None, fields or {}, uses_database, False,
                                     (handler.__doc__ or "").strip()))
            if small:
                self._small.add(name)
            return handler
        return declare

    # -- in ---------------------------------------------------------------------------------------------

    def _connect(self, path: str, socket_id: str, environ: Any, auth: Any) -> Any:
        if socket_id in self.connections:  # an event that a client called so
            return self._receive("connect", socket_id)
        with self._app.request_context(environ):
            try:
                principal = self._admits(auth)
                STRANGERS.require_place(principal)
            except AppError:
                GATEWAY.socketio.start_background_task(self._turn_away, path, socket_id)
                return True
        connection = self.connections[socket_id] = Connection(socket_id, principal, path=path,
                                                              device_id=principal.device_id, environ=environ)
        connection.line = lines.line_of(GATEWAY.socketio.server, socket_id, path)
        if connection.line is not None:
            connection.line.is_known(socket_id, principal)
        if principal.device_id:
            self._by_device.setdefault(principal.device_id, []).append(connection)
            self._devices.put(principal.device_id, clock.milliseconds(clock.now()))
        GATEWAY.socketio.start_background_task(self._greet, connection)
        return True

    def _turn_away(self, path: str, socket_id: str) -> None:
        GATEWAY.socketio.sleep(A_MOMENT)
        GATEWAY.socketio.server.disconnect(socket_id, namespace=path)

    def _greet(self, connection: Connection) -> None:
        """Runs once the CONNECT has left, so that the client hears of its connection first."""
        while connection.socket_id in self.connections and not GATEWAY.socketio.server.manager.is_connected(
                connection.socket_id, connection.path):
            GATEWAY.socketio.sleep(0.01)
        with self._app.app_context():
            for hook in self.on_connect:
                if connection.socket_id in self.connections:
                    hook(connection)
        self._lend_an_ear(connection)

    def _lend_an_ear(self, connection: Connection) -> None:
        """From now on, small events of this socket are heard in the hub."""
        line = connection.line
        if line is None or not self._small or connection.socket_id not in self.connections:
            return
        line.ears = (*line.ears, Ear(connection.socket_id, connection.path, names=self._small, receive=self._receive))

    def _disconnect(self, path: str, socket_id: str) -> dict[str, Any] | None:
        if GATEWAY.socketio.server.manager.is_connected(socket_id, path):  # an event again: nobody went
            return self._receive("disconnect", socket_id)
        connection = self.connections.pop(socket_id, None)
        if connection is None:
            return None
        if connection.line is not None:
            connection.line.ears = tuple(ear for ear in connection.line.ears if ear.socket_id != socket_id)
            connection.line.guest.takes_back(socket_id)
        self._forget_device(connection)
        with self._app.app_context():
            for hook in self.on_disconnect:
                hook(connection)
        return None

    def _forget_device(self, connection: Connection) -> None:
        open_ones = self._by_device.get(connection.device_id or "", [])
        if connection in open_ones:
            open_ones.remove(connection)
            if not open_ones:
                del self._by_device[connection.device_id or ""]
                self._devices.put(connection.device_id or "", None)

    def _receive(self, name: str, socket_id: str, *args: Any) -> dict[str, Any]:
        connection = self.connections.get(socket_id)
        with logs.Concerning(socket_id=socket_id, principal=connection and connection.principal):
            return self._received(name, socket_id, args[0] if args else None)

    def _received(self, name: str, socket_id: str, data: Any) -> dict[str, Any]:
        try:
            answer = {"ok": True, **(self._handle(name, socket_id, data) or {})}
            self.events.count(name, DONE)
            return answer
        except AppError as error:
            self.events.count(name, REFUSED)
            return self._refuse(socket_id, error)
        except Exception as problem:
            self.events.count(name, FAILED)
            log.exception("unexpected error in event %.60r", name)
            return self._refuse(socket_id, told(problem) or InternalError())

    def _handle(self, name: str, socket_id: str, data: Any) -> dict[str, Any] | None:
        event, connection = self.events.incoming.get(name), self.connections.get(socket_id)
        if connection is None:  # turned away, or closed while this event waited its turn
            raise NotJoined()
        if event is None:
            raise UnknownEvent()
        data = {} if data is None else data  # real clients leave it out where it would be empty
        if not isinstance(data, dict):
            raise EventRefused(f"{name} takes an object")
        if not _SPEAKS[event.speaks[0]](connection.principal):
            raise WrongRole("You may not do this")
        event.check(data)
        if not event.uses_database:
            return event.handler(data, connection)
        connection.spend()
        with self._app.app_context():
            return event.handler(data, connection)

    def _refuse(self, socket_id: str, error: AppError) -> dict[str, Any]:
        connection = self.connections.get(socket_id)
        if self._refusal and connection is not None:
            self.to_socket(connection, self._refusal, {"message": error.sentence})
        return {"ok": False, "error": error.sentence, "error_code": error.code}

    # -- out --------------------------------------------------------------------------------------------

    def to_socket(self, connection: Connection, name: str, payload: dict[str, Any]) -> None:
        """Send to one socket."""
        self._known(name)
        GATEWAY.socketio.server.emit(name, payload, to=connection.socket_id, namespace=connection.path)

    def to_rooms(self, rooms: str | list[str], name: str, payload: dict[str, Any], *, but: str | None = None) -> None:
        """Send once to every socket in any of these rooms."""
        self._known(name)
        for path in self.paths:
            GATEWAY.socketio.server.emit(name, payload, to=rooms, namespace=path, skip_sid=but)
            elsewhere.emit(path, name, payload, rooms, but=but)

    def to_device(self, device_id: str, name: str, payload: dict[str, Any]) -> bool:
        """Send to a device, over the newest of its sockets, whichever process holds it. False when there is none that
        can be reached."""
        self._known(name)
        process = self._process_of(device_id)
        if process is not None and elsewhere.to_device(process, self.path, device_id, name, payload):
            return True
        return self.to_device_here(device_id, name, payload)

    def to_device_here(self, device_id: str, name: str, payload: dict[str, Any]) -> bool:
        """The same over this process' own sockets."""
        connection = self.of_device(device_id)
        if connection is not None:
            self.to_socket(connection, name, payload)
        return connection is not None

    def to_staff(self, client_id: int | None, name: str, payload: dict[str, Any]) -> None:
        """Send to the staff who may see a client."""
        self.to_rooms(["staff-all", f"staff-{client_id}"], name, payload)

    def _known(self, name: str) -> None:
        if not self.events.knows(name):
            raise UndeclaredEvent(name)

    # -- who is there -----------------------------------------------------------------------------------

    def has_device(self, device_id: str) -> bool:
        """Has a device a socket here or at another process that can be reached?"""
        return device_id in self._by_device or (not BUS.is_cut and bool(self._devices.elsewhere(device_id)))

    def _process_of(self, device_id: str) -> str | None:
        """Which other process holds the newest socket of a device; None where this one does, or nobody."""
        since = self._devices.elsewhere(device_id)
        process = max(since, key=lambda each: (since[each], each), default=None)
        is_here = process is None or (device_id in self._by_device
                                      and self._devices.mine.get(device_id, 0) >= since[process])
        return None if is_here else process

    def of_device(self, device_id: str) -> Connection | None:
        """The newest socket of a device in this process."""
        found = self._by_device.get(device_id)
        return found[-1] if found else None

    def of_user(self, user_id: int) -> list[Connection]:
        """Every socket of a member of staff."""
        return [each for each in list(self.connections.values()) if each.principal.user_id == user_id]

    def may_hear(self, connection: Connection, client_id: int) -> bool:
        """Is this socket open still, and may its person see the client? For answers that come later."""
        return connection.socket_id in self.connections and connection.principal.may_see(client_id)

    def lags(self, connection: Connection) -> bool:
        """Does this client lag behind, so that another picture would only add to it?"""
        server = GATEWAY.socketio.server
        line = server.eio.sockets.get(server.manager.eio_sid_from_sid(connection.socket_id, connection.path))
        return bool(getattr(line, "is_congested", False))

    def enter(self, connection: Connection, rooms: Iterable[str]) -> None:
        """Put a socket into rooms."""
        for room in rooms:
            GATEWAY.socketio.server.enter_room(connection.socket_id, room, namespace=connection.path)

    def leave(self, connection: Connection, rooms: Iterable[str]) -> None:
        """Take a socket out of rooms."""
        for room in rooms:
            GATEWAY.socketio.server.leave_room(connection.socket_id, room, namespace=connection.path)

    def close(self, connection: Connection) -> None:
        """End a socket."""
        GATEWAY.socketio.server.disconnect(connection.socket_id, namespace=connection.path)


@BUS.hears(elsewhere.TO_DEVICE)
def _to_device(said: Said, sender: str) -> None:
    namespace = next(each for each in NAMESPACES if each.path == said["path"])
    namespace.to_device_here(said["device_id"], said["name"], said["payload"])


AGENT = Namespace("/agent", admits=admitted_agent)
IT = Namespace("/it", admits=admitted_staff, refusal="error_message")
NAMESPACES = (AGENT, IT)

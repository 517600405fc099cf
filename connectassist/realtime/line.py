"""One client's Engine.IO connection on the hub's call-backs, by polling or over a WebSocket.

A WebSocket costs no green thread: one is started when a packet needs a handler, and frames that may pass unparsed
(relay.py) or are heard in the hub (small.py) need none.
"""

from __future__ import annotations

import logging
from collections import deque
from typing import TYPE_CHECKING, Any

from engineio import exceptions, packet, socket

from connectassist.identity.principal import Principal
from connectassist.realtime import frames
from connectassist.realtime.channel import MOST_BYTES, MOST_FRAMES, Channel, answer_to
from connectassist.realtime.pings import TICK
from connectassist.realtime.presence import presence
from connectassist.realtime.small import Ear
from connectassist.realtime.strangers import LARGEST_OF_STRANGERS, Guest

if TYPE_CHECKING:
    from connectassist.realtime.lines import Lines

log = logging.getLogger(__name__)
#: So many packets and bytes may wait for their handlers before we read on.
MOST_HEARD, MOST_HEARD_BYTES = 64, 1024 * 1024
CONGESTED_FRAMES, CONGESTED_BYTES = 16, 2 * 1024 * 1024
FAREWELL = 5
_PING, _PROBE = frames.framed(b"2"), frames.framed(b"3probe")


class Line(socket.Socket):
    """The connection. `guest` knows whether who is behind it has shown who they are."""

    connected = upgrading = upgraded = closing = closed = False
    queue = channel = speaker = None
    ears: tuple[Ear, ...] = ()
    last_ping: float | None = None
    is_silent = False
    _inbox: deque[tuple[bytes, bool]] | None = None
    _inbox_bytes = _queued = 0
    _is_lost = _is_polling = False

    def __init__(self, server: Lines, sid: str, *, guest: Guest) -> None:
        self.server, self.sid, self.devices, self.guest = server, sid, set(), guest
        self._pinged = server.pings.time

    @property
    def session(self) -> dict[str, Any]:
        """The library keeps user sessions here; we have none."""
        return {}

    # -- who is there -----------------------------------------------------------------------------------

    def is_known(self, name: str, by: Principal) -> None:
        """Who is behind it has shown who they are, under this name; nothing where that is nobody."""
        self.guest.is_known(name, by)
        self._widen()

    def sits(self, session_id: str) -> None:
        """Who is behind it has been told a session's id."""
        self.guest.sits(session_id)
        self._widen()

    @property
    def _limit(self) -> int:
        """How large a message may be, of which a part may wait here for as long as somebody likes."""
        return LARGEST_OF_STRANGERS if self.guest.is_stranger else self.server.max_http_buffer_size

    def _widen(self) -> None:
        if self.channel is not None:
            self.channel.take_up_to(self._limit)

    # -- out --------------------------------------------------------------------------------------------

    def send(self, pkt: packet.Packet) -> None:
        """Send a packet. Raises SocketIsClosedError."""
        if self.closed:
            raise exceptions.SocketIsClosedError()
        if self.upgraded:
            self.channel.send(_framed(pkt))
            return
        self.queue.put(pkt)
        self._queued += len(pkt.data) if isinstance(pkt.data, str | bytes) else 0
        if self.queue.qsize() > MOST_FRAMES or self._queued > MOST_BYTES:
            self.lost()

    def poll(self) -> list[packet.Packet]:
        """What waits for a polling client, as soon as there is something. One that polls twice at a time breaks the
        protocol, and would hold a green thread with each: its connection ends. Raises QueueEmpty."""
        if self._is_polling:
            raise exceptions.QueueEmpty()
        self._is_polling = True
        try:
            found = super().poll()
        finally:
            self._is_polling = False
        self._queued = 0
        return found

    def pass_on(self, frame: list[bytes], *, is_stale: bool) -> None:
        """Send a text frame's parts, the head first, as they are."""
        if self.upgraded:
            self.channel.send(b"".join(frame), is_stale=is_stale)
        elif not self.closed:
            self.send(packet.Packet(packet.MESSAGE, b"".join(frame[1:])[1:].decode()))

    @property
    def is_congested(self) -> bool:
        """Does the client lag behind, so that another picture would only add to it?"""
        if not self.upgraded:
            return self.queue is not None and self.queue.qsize() > CONGESTED_FRAMES
        waiting, size = self.channel.waiting
        return waiting > CONGESTED_FRAMES or size > CONGESTED_BYTES

    # -- in ---------------------------------------------------------------------------------------------

    def heard(self, body: bytes, is_text: bool) -> bool:
        """A message over the WebSocket, told in the hub. What is not done at once goes to a green thread, in order."""
        if self._inbox is None and self.upgraded and is_text:
            if self.speaker is not None and body.startswith(b'42["') and self.server.relay(self.speaker, body):
                return True
            if body == b"3":
                self.schedule_ping()
                return True
            for ear in self.ears:
                if ear.hears(body, self.channel.send):
                    return True
        if self._inbox is None:
            self._inbox = deque()
            self.server.hub.spawn(self._work)
        self._inbox.append((body, is_text))
        self._inbox_bytes += len(body)
        return len(self._inbox) < MOST_HEARD and self._inbox_bytes < MOST_HEARD_BYTES

    def _work(self) -> None:
        """Handle what was heard, then let the channel read on."""
        while self._inbox and not self.closed:
            body, is_text = self._inbox.popleft()
            self._inbox_bytes -= len(body)
            if not self._handled(body, is_text):
                self.channel.end(frames.PROTOCOL)
                self._is_lost = True
                break
        self._inbox, self._inbox_bytes = None, 0
        if self._is_lost:
            self._leave()
        elif not self.closed and self.channel is not None:
            self.channel.resume()

    def _handled(self, body: bytes, is_text: bool) -> bool:
        """Handle one packet. False when the connection must end."""
        try:
            heard = packet.Packet(encoded_packet=body.decode() if is_text else body)
            if self.upgrading:
                return self._probed(heard)
            self.receive(heard)
        except exceptions.UnknownPacketError:
            pass
        except (exceptions.SocketIsClosedError, ValueError):
            return False
        except Exception:
            log.exception("unexpected error while handling a packet")
            return False
        return True

    def lost(self) -> None:
        """The WebSocket is gone. What was heard before is handled first."""
        self._is_lost = True
        if self._inbox is None:
            self.server.hub.spawn(self._leave)

    def _leave(self) -> None:
        if self.upgrading:  # only the attempt failed; polling goes on
            self.channel.abort()
            self.upgrading, self._is_lost, self.channel = False, False, None
        else:
            self.close(wait=False, abort=True, reason=self.server.reason.TRANSPORT_CLOSE)

    # -- pings ------------------------------------------------------------------------------------------

    def schedule_ping(self) -> None:
        """The client has answered a ping."""
        self.last_ping = None
        if self.is_silent:
            self._be_silent(False)

    def beat(self) -> float | None:
        """Send a ping when it is time, or see whether the last one was answered. Whoever sends anything at all is
        there, even if the answer waits behind it."""
        server, now = self.server, self.server.pings.time
        if self.closed:
            if self.channel is not None:
                self.channel.abort()
            return None
        if self.last_ping is None:
            if self.devices or now - self._pinged >= server.ping_interval - TICK:
                self._ping(now)
        elif self.channel is not None and self.channel.has_read():
            self.last_ping = now
            if self.is_silent:
                self._be_silent(False)
        elif now - self.last_ping >= server.ping_timeout - TICK:
            server.start_background_task(self.close, wait=False, reason=server.reason.PING_TIMEOUT)
            return None
        elif self.devices and not self.is_silent:
            self._be_silent(True)
        return server.rhythm

    def _ping(self, now: float) -> None:
        self._pinged = self.last_ping = now
        if self.upgraded:
            self.channel.has_read()
            self.channel.send(_PING)
        else:
            self.send(packet.Packet(packet.PING))

    def _be_silent(self, is_silent: bool) -> None:
        self.is_silent = is_silent
        presence.heard(self)

    def check_ping_timeout(self) -> bool:
        """`pings` sees to it."""
        return not self.closed

    # -- the WebSocket ----------------------------------------------------------------------------------

    def _upgrade_websocket(self, environ: dict[str, Any], start_response: Any) -> Any:
        answer = answer_to(environ)
        if self.upgraded or self.upgrading or answer is None:
            return self.server._bad_request("Invalid websocket upgrade")
        fileno = self.server.hub.take_over(environ)
        if self.connected:
            self.upgrading = True
        else:
            self.connected = self.upgraded = True
        self.channel = Channel(fileno, hub=self.server.hub, owner=self, greeting=answer, limit=self._limit)
        return ()

    def _probed(self, heard: packet.Packet) -> bool:
        """Take the two steps by which a polling client moves to its WebSocket."""
        if heard.packet_type == packet.PING and heard.data == "probe":
            self.channel.send(_PROBE)
            self.queue.put(packet.Packet(packet.NOOP))  # ends the poll that waits
            return True
        if heard.packet_type != packet.UPGRADE:
            return False
        while not self.queue.empty():
            self.channel.send(_framed(self.queue.get(block=False)))
        self.upgrading, self.upgraded = False, True
        return True

    def close(self, wait: bool = True, abort: bool = False, reason: str | None = None) -> None:
        """End the connection; its handlers hear of it first."""
        if self.closed or self.closing:
            return
        self.closing = True
        self.server._trigger_event("disconnect", self.sid, reason or self.server.reason.SERVER_DISCONNECT,
                                   run_async=False)
        if not abort:
            self.send(packet.Packet(packet.CLOSE))
        self.closed, self.speaker, self.ears = True, None, ()
        self.server.sockets.pop(self.sid, None)
        self.guest.leaves()
        if self.queue is not None:
            self.queue.put(None)
        if self.channel is not None:
            self.channel.end()
            self.server.pings.expect(self, FAREWELL)


def _framed(pkt: packet.Packet) -> bytes:
    """A packet as a WebSocket frame; made once, to however many it goes."""
    made = getattr(pkt, "framed", None)
    if made is None:
        encoded = pkt.encode()
        made = pkt.framed = (frames.framed(encoded.encode()) if isinstance(encoded, str)
                             else frames.framed(encoded, frames.BINARY))
    return made

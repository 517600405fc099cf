"""Who sees the screen and how: a video connection or tiles for each technician, none without the right."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from .control import Controls
from .peers import Peer
from .relays import Relays
from .screen.camera import Camera
from .screen.stream import TileStream
from .video import QUALITIES, Broadcast

log = logging.getLogger("helper.viewers")
Send = Callable[[str, dict[str, Any]], Awaitable[bool]]


class Viewers:
    """Keeps the connections in step with who is there and what is allowed."""

    def __init__(self, *, camera: Camera, controls: Controls, send: Send, codec: str, relays: Relays) -> None:
        self._camera = camera
        self._controls = controls
        self._send = send
        self._codec = codec
        self._broadcast = Broadcast(codec=codec, camera=camera)
        self._peers: dict[str, Peer] = {}
        self._streams: dict[str, TileStream] = {}
        self._offered: set[str] = set()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._quality = "balanced"
        self.relays = relays

    def prepare(self, technicians: Iterable[str]) -> None:
        """The customer is being asked: make the connections ready, so that a yes shows the screen at once."""
        self._camera.warm_up()
        for socket_id in technicians:
            if socket_id not in self._peers and socket_id not in self._streams:
                self._run(self._peer(socket_id).prepare())

    def sync(self, technicians: Iterable[str], *, view: bool) -> None:
        """Offer to everybody who is there while `view` is held; close everything else at once."""
        present = set(technicians) if view else set()
        for socket_id in [s for s in {*self._peers, *self._streams} if s not in present]:
            self.drop(socket_id)
        for socket_id in present - self._offered - set(self._streams):
            self._offered.add(socket_id)
            self._run(self._peer(socket_id).offer())

    def drop(self, socket_id: str) -> None:
        """End one technician's picture and input."""
        self._offered.discard(socket_id)
        self._stop_tiles(socket_id)
        peer = self._peers.pop(socket_id, None)
        if peer:
            self._run(peer.close())
        self._controls.release(socket_id)
        self._controls.release("")  # what came over the relay without a sender's name

    def transport(self, socket_id: str, wanted: object) -> None:
        """The technician's page asks to (re)start the picture as `tiles` or `webrtc`."""
        peer = self._peers.get(socket_id)
        if wanted not in ("tiles", "webrtc") or (wanted == "webrtc" and peer and peer.is_fresh):
            return  # a second offer would cross the answer to the first
        self.drop(socket_id)
        if wanted == "tiles":
            stream = TileStream(
                socket_id, camera=self._camera, send=self._send, quality=lambda: QUALITIES[self._quality]
            )
            self._streams[socket_id] = stream
            stream.start()
        else:
            self._offered.add(socket_id)
            self._run(self._peer(socket_id).offer())

    def revive(self) -> None:
        """The server is back: offers that were lost meanwhile are made again, and tiles begin with a whole picture."""
        for socket_id, peer in self._peers.items():
            if socket_id in self._offered and not peer.is_up and not peer.is_fresh:
                self._run(peer.restart())
        self._keyframes()

    def answer(self, socket_id: str, description: object) -> None:
        """`webrtc-answer`."""
        if socket_id in self._peers:
            self._run(self._peers[socket_id].answer(description))

    def candidate(self, socket_id: str, candidate: object) -> None:
        """`webrtc-ice-candidate`."""
        if socket_id in self._peers:
            self._run(self._peers[socket_id].candidate(candidate))

    def ack(self, socket_id: str, seq: object) -> None:
        """`screen-ack`."""
        if socket_id in self._streams:
            self._streams[socket_id].ack(seq)

    def set_quality(self, name: object) -> None:
        """`set-stream-quality`, for all viewers."""
        if isinstance(name, str) and self._broadcast.set_quality(name):
            self._quality = name
            self._keyframes()

    def switch(self, monitor: object) -> bool:
        """`switch-monitor`; false when there is none of that number."""
        if not isinstance(monitor, int) or isinstance(monitor, bool) or not self._camera.switch(monitor):
            return False
        self._controls.release_all()
        self._broadcast.want_key()
        self._keyframes()
        return True

    def release_input(self) -> None:
        """The right to control went: let go of every key and button."""
        self._controls.release_all()

    def kinds(self) -> str:
        """How the screen travels at this moment, for the window."""
        return "tiles" if self._streams else "webrtc" if self._offered else ""

    def warm_up(self, width: int, height: int) -> None:
        """Load the codec and touch its memory (takes a moment: call it off the loop)."""
        self._broadcast.encoder.warm_up(width, height)

    async def close(self) -> None:
        """End every picture, and wait until it is over."""
        self.sync((), view=False)
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=2)

    def _keyframes(self) -> None:
        for stream in self._streams.values():
            stream.keyframe()

    def _stop_tiles(self, socket_id: str) -> None:
        stream = self._streams.pop(socket_id, None)
        if stream:
            stream.stop()

    def _peer(self, socket_id: str) -> Peer:
        peer = self._peers.get(socket_id)
        if peer is None:
            peer = self._peers[socket_id] = Peer(
                socket_id, broadcast=self._broadcast, controls=self._controls, send=self._send, codec=self._codec,
                relays=self.relays,
            )
        return peer

    def _run(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception():
            log.error("a connection could not be made", exc_info=task.exception())

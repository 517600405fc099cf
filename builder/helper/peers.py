"""One peer connection for each technician: offer, answer, candidates, and a fresh try when it breaks."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any

from aiortc import RTCPeerConnection, RTCSessionDescription
from aiortc.sdp import candidate_from_sdp

from . import webrtc
from .control import Controls
from .relays import Relays, in_turn
from .video import Broadcast, ScreenTrack

log = logging.getLogger("helper.peers")
Send = Callable[[str, dict[str, Any]], Awaitable[bool]]
ANSWER_SECONDS = 10.0
FRESH_SECONDS = 1.5
_MAX_CANDIDATES = 64


class Peer:
    """The video and the control channel of one technician."""

    def __init__(
        self, socket_id: str, *, broadcast: Broadcast, controls: Controls, send: Send, codec: str, relays: Relays
    ) -> None:
        self.socket_id = socket_id
        self._broadcast = broadcast
        self._controls = controls
        self._send = send
        self._codec = codec
        self._relays = relays
        self._relay_turn = 0
        self._connection: RTCPeerConnection | None = None
        self._track: ScreenTrack | None = None
        self._candidates: list[Any] = []
        self._retry: asyncio.Task[None] | None = None
        self._making = asyncio.Lock()
        self._offered_at = float("-inf")
        self._failures = 0
        self._answered = False
        self._closed = False

    async def prepare(self) -> None:
        """Make the connection and its offer, without telling anybody yet."""
        async with self._making:
            await self._make()

    async def _make(self) -> None:
        await self._drop()
        if self._closed:
            return
        self._answered, self._candidates = False, []
        servers = in_turn(await self._relays.servers(), self._relay_turn)
        if self._closed:
            return
        pc = self._connection = webrtc.connection(servers, relay_only=self._relays.only)
        pc.on("connectionstatechange", lambda: self._state(pc))
        self._open_channel(pc)
        self._track = self._broadcast.track()
        sender = pc.addTrack(self._track)
        webrtc.listen(sender, on_key=self._broadcast.want_key, on_limit=self._network)
        _prefer(pc, codec=self._codec)
        await pc.setLocalDescription(await pc.createOffer())
        if webrtc.lacks_relay(pc, servers):
            log.info("the relay did not answer; the next one comes first the next time")
            self._relay_turn += 1

    async def offer(self) -> None:
        """Send the offer; asks again while no answer comes."""
        async with self._making:
            if self._connection is None:
                await self._make()
        pc = self._connection
        if pc is None or self._closed:
            await self._drop()
            return
        described = pc.localDescription
        self._offered_at = time.monotonic()
        await self._send("webrtc-offer", {
            "offer": {"type": described.type, "sdp": described.sdp}, "targetSocketId": self.socket_id,
        })
        self._later(ANSWER_SECONDS, unless=lambda: self._answered or pc is not self._connection)

    @property
    def is_up(self) -> bool:
        """Whether picture and input flow at this moment."""
        return self._connection is not None and self._connection.connectionState == "connected"

    @property
    def is_fresh(self) -> bool:
        """Whether an offer went out just now and its answer is still on the way."""
        return not self._answered and time.monotonic() - self._offered_at < FRESH_SECONDS

    async def restart(self) -> None:
        """Begin again with a fresh connection, now."""
        await self.prepare()
        await self.offer()

    async def answer(self, description: object) -> None:
        """Take the technician's answer; anything that is none is ignored."""
        pc = self._connection
        sdp = description.get("sdp") if isinstance(description, dict) else None
        if pc is None or self._answered or not isinstance(sdp, str) or len(sdp) > 200_000:
            return
        self._answered = True
        try:
            await pc.setRemoteDescription(RTCSessionDescription(sdp=sdp, type="answer"))
        except Exception:  # whatever the other side sent: a fresh offer may do better
            log.warning("the answer was not understood", exc_info=True)
            self._fail(pc)
            return
        waiting, self._candidates = self._candidates, []
        for candidate in waiting:
            await self._add(pc, candidate)

    async def candidate(self, candidate: object) -> None:
        """Take one ICE candidate; those before the answer wait."""
        if not isinstance(candidate, dict) or len(self._candidates) > _MAX_CANDIDATES:
            return
        pc = self._connection
        if pc is None or pc.remoteDescription is None:
            self._candidates.append(candidate)
        else:
            await self._add(pc, candidate)

    async def _add(self, pc: RTCPeerConnection, data: dict[str, Any]) -> None:
        line = data.get("candidate")
        if not isinstance(line, str) or not line.strip():
            return
        try:
            parsed = candidate_from_sdp(line.split(":", 1)[1])
            parsed.sdpMid, parsed.sdpMLineIndex = data.get("sdpMid"), data.get("sdpMLineIndex")
            await pc.addIceCandidate(parsed)
        except Exception:  # one bad candidate is not the end
            log.debug("a candidate was not understood", exc_info=True)

    def _open_channel(self, pc: RTCPeerConnection) -> None:
        channel = pc.createDataChannel("control", ordered=True)

        @channel.on("message")
        def _message(message: str | bytes) -> None:
            if isinstance(message, bytes):
                self._controls.pointer_bytes(self.socket_id, message)
            else:
                self._text(channel, message)

        @channel.on("close")
        def _close() -> None:
            self._controls.release(self.socket_id)

    def _text(self, channel: Any, message: str) -> None:
        try:
            data = json.loads(message) if len(message) < 1_000_000 else None
        except ValueError:
            return
        if not isinstance(data, dict):
            return
        if data.get("event") == "ping":
            channel.send(json.dumps({"event": "pong", "t": data.get("t")}))
        else:
            self._controls.event(self.socket_id, str(data.get("event")), data)

    def _network(self, estimate: float, lost: float) -> None:
        self._broadcast.network(self.socket_id, estimate=estimate, lost=lost)

    def _state(self, pc: RTCPeerConnection) -> None:
        if pc is not self._connection or self._closed:
            return
        log.info("peer %s: %s", self.socket_id[:6], pc.connectionState)
        if pc.connectionState == "connected":
            self._failures = 0
        elif pc.connectionState in ("failed", "closed", "disconnected"):
            self._fail(pc)

    def _fail(self, pc: RTCPeerConnection) -> None:
        self._controls.release(self.socket_id)
        self._failures += 1
        self._relay_turn += 1
        pause = 3.0 if pc.connectionState == "disconnected" else min(8.0, 0.3 * 2**self._failures)
        self._later(pause, unless=lambda: pc is not self._connection or pc.connectionState == "connected")

    def _later(self, seconds: float, *, unless: Callable[[], bool]) -> None:
        """Offer afresh after a pause, unless things have got better by themselves."""

        async def wait() -> None:
            await asyncio.sleep(seconds)
            if not self._closed and not unless():
                self._retry = None
                await self.restart()

        if self._retry:
            self._retry.cancel()
        self._retry = asyncio.ensure_future(wait())

    async def _drop(self) -> None:
        pc, self._connection = self._connection, None
        track, self._track = self._track, None
        if track:
            self._broadcast.drop(track)
        if pc:
            await pc.close()

    async def close(self) -> None:
        """End the picture for this technician at once."""
        self._closed = True
        if self._retry:
            self._retry.cancel()
        self._controls.release(self.socket_id)
        self._broadcast.forget(self.socket_id)
        started = time.monotonic()
        await self._drop()
        log.info("peer %s closed in %.0f ms", self.socket_id[:6], (time.monotonic() - started) * 1000)


def _prefer(pc: RTCPeerConnection, *, codec: str) -> None:
    """Put the chosen codec first, the other one after it."""
    from aiortc import RTCRtpSender

    wanted = f"video/{codec}"
    every = RTCRtpSender.getCapabilities("video").codecs
    for transceiver in pc.getTransceivers():
        if transceiver.kind == "video":
            transceiver.direction = "sendonly"
            transceiver.setCodecPreferences(
                [c for c in every if c.mimeType.lower() == wanted]
                + [c for c in every if c.mimeType.lower() == "video/rtx"]
            )

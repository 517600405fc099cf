"""The second transport at work: tiles to one technician, never more than three frames ahead of the acks."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import numpy as np
from PIL import Image

from .camera import Camera
from .tiles import TileFrame, encode

IN_FLIGHT = 3
_STALE_SECONDS = 5.0
_BYTES_PER_SECOND = 3_000_000
Send = Callable[[str, dict[str, Any]], Awaitable[bool]]


class TileStream:
    """A viewer of the camera; what cannot be sent now is part of the next frame."""

    def __init__(self, socket_id: str, *, camera: Camera, send: Send, quality: Callable[[], Any]) -> None:
        self._socket_id = socket_id
        self._camera = camera
        self._send = send
        self._quality = quality
        self._loop = asyncio.get_running_loop()
        self._sent: np.ndarray | None = None
        self._flying: dict[int, float] = {}
        self._seq = 0
        self._free_at = 0.0
        self._behind = False
        self._round_trip: float | None = None

    def start(self) -> None:
        """Begin with a whole picture."""
        self._camera.add(self)

    def stop(self) -> None:
        """Send nothing more."""
        self._camera.remove(self)

    def keyframe(self) -> None:
        """Make the next frame whole (another monitor, another quality, a new connection)."""
        self._sent = None
        self._flying.clear()
        self._camera.refresh()

    def ack(self, seq: object) -> None:
        """The technician has drawn a frame; one before it that was not drawn was lost on the way."""
        if not isinstance(seq, int) or seq not in self._flying:
            return
        self._round_trip = time.monotonic() - self._flying[seq]
        lost = min(self._flying) < seq
        self._flying = {s: t for s, t in self._flying.items() if s > seq}
        if lost:
            self._sent = None
        if lost or self._behind:
            self._camera.refresh()

    def picture(self, image: np.ndarray, *, at: float) -> None:
        """Send what changed, if there is room (the camera's thread)."""
        now = time.monotonic()
        if self._flying and now - min(list(self._flying.values())) > _STALE_SECONDS:
            self._sent, self._flying = None, {}  # nothing comes back: begin again with a whole picture
        if len(self._flying) >= IN_FLIGHT or now < self._free_at:
            self._behind = True
            return
        self._behind = False
        shown = _fit(image, limit=self._quality().max_width)
        frame = encode(shown, previous=self._sent, quality=self._quality().jpeg)
        self._sent = shown
        if frame is None:
            return
        self._seq += 1
        self._flying[self._seq] = now
        self._free_at = now + len(frame.data) / _BYTES_PER_SECOND
        message = self._message(frame, seq=self._seq)
        try:
            asyncio.run_coroutine_threadsafe(self._send("screen-frame", message), self._loop)
        except RuntimeError:  # the loop has ended: so has the session
            return

    def _message(self, frame: TileFrame, *, seq: int) -> dict[str, Any]:
        message = {"targetSocketId": self._socket_id, "seq": seq, "width": frame.width, "height": frame.height,
                   "keyframe": frame.keyframe, "rects": frame.rects, "data": frame.data}
        return message if self._round_trip is None else {**message, "rtt": round(self._round_trip * 1000)}


def _fit(image: np.ndarray, *, limit: int | None) -> np.ndarray:
    height, width = image.shape[:2]
    if not limit or width <= limit:
        return image
    small = Image.fromarray(np.ascontiguousarray(image), "RGBA").resize(
        (limit, height * limit // width), Image.Resampling.BILINEAR
    )
    return np.array(small)

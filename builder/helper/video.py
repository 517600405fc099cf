"""The screen as video: one encoder for all viewers, and a track for each of them."""

from __future__ import annotations

import asyncio
import logging
import os
import threading
import time
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import av
import numpy as np
from aiortc import MediaStreamTrack
from aiortc.mediastreams import MediaStreamError
from av.video.frame import PictureType

log = logging.getLogger("helper.video")
CLOCK = Fraction(1, 90_000)
_KEYFRAME_PAUSE = 0.25
_MAX_QUEUE = 30


@dataclass(frozen=True)
class Quality:
    """What one of the three stream qualities means; `bitrate` is bits per second at 1920×1080."""

    fps: float
    bitrate: int
    max_width: int | None
    jpeg: int


QUALITIES = {
    "quality": Quality(fps=30, bitrate=10_000_000, max_width=None, jpeg=85),
    "balanced": Quality(fps=30, bitrate=5_000_000, max_width=None, jpeg=70),
    "speed": Quality(fps=24, bitrate=1_200_000, max_width=1280, jpeg=50),
}
LOWEST_BITRATE = 400_000


class ScreenTrack(MediaStreamTrack):
    """One viewer's video: packets that are already encoded; only the newest matter."""

    kind = "video"

    def __init__(self, *, on_start: Any) -> None:
        super().__init__()
        self._loop = asyncio.get_running_loop()
        self._queue: asyncio.Queue[av.Packet] = asyncio.Queue()
        self._on_start = on_start
        self.started = False

    def push(self, data: bytes, *, pts: int, key: bool) -> bool:
        """Hand on one encoded frame, in the loop's thread; false when a key frame is needed instead."""
        if not self.started or self.readyState != "live":
            return True
        if self._queue.qsize() > _MAX_QUEUE:
            while not self._queue.empty():
                self._queue.get_nowait()
            return False
        packet = av.Packet(data)
        packet.pts, packet.time_base = pts, CLOCK
        self._queue.put_nowait(packet)
        return True

    async def recv(self) -> av.Packet:
        """The next frame, when aiortc is ready to send it."""
        if self.readyState != "live":
            raise MediaStreamError
        if not self.started:
            self.started = True
            self._on_start(self)
        return await self._queue.get()


class Encoder:
    """Turns pictures into VP8 or H.264; used in the camera's thread."""

    def __init__(self, codec: str = "vp8") -> None:
        self.codec = codec
        self.quality = QUALITIES["balanced"]
        self.allowed = 100_000_000  # what the network seems to carry, bits per second
        self._lock = threading.Lock()  # the warm-up may still be at it
        self._last: tuple[np.ndarray, int | None, av.VideoFrame] | None = None
        self._context: Any = None
        self._shape: tuple[int, int] = (0, 0)
        self._bitrate = 0
        self._changed_at = 0.0
        self._key_at = 0.0
        self._key_wanted = True

    def want_key(self) -> None:
        """Make the next frame complete in itself."""
        self._key_wanted = True

    def encode(self, image: np.ndarray, *, at: float) -> tuple[bytes, bool]:
        """Encode one BGRA picture taken `at` seconds; returns its bytes and whether it is a key frame."""
        with self._lock:
            return self._encode(image, at=at)

    def _encode(self, image: np.ndarray, *, at: float) -> tuple[bytes, bool]:
        frame = self._frame(image)
        self._prepare(frame.width, frame.height, at=at)
        frame.pts, frame.time_base = int(at * 1000), Fraction(1, 1000)
        key = self._key_wanted and at - self._key_at >= _KEYFRAME_PAUSE
        frame.pict_type = PictureType.I if key else PictureType.NONE
        packets = self._context.encode(frame)
        if key:
            self._key_wanted, self._key_at = False, at
        return b"".join(bytes(p) for p in packets), any(p.is_keyframe for p in packets)

    def warm_up(self, width: int, height: int) -> None:
        """Encode one grey picture, so that libraries are loaded and the memory is there."""
        self.encode(np.full((height & ~1, width & ~1, 4), 128, np.uint8), at=0.0)
        self._key_wanted, self._key_at = True, -1.0

    def _frame(self, image: np.ndarray) -> av.VideoFrame:
        """Turn a picture into what the codec takes; the same picture again costs nothing."""
        limit = self.quality.max_width
        if self._last is not None and self._last[0] is image and self._last[1] == limit:
            return self._last[2]
        height, width = image.shape[:2]
        frame = av.VideoFrame.from_numpy_buffer(np.ascontiguousarray(image), format="bgra")
        if limit and width > limit:
            width, height = limit, int(height * limit / width) & ~1
        converted = frame.reformat(width=width, height=height, format="yuv420p")
        self._last = (image, limit, converted)
        return converted

    def target(self, width: int, height: int) -> int:
        """The bitrate to aim at: by quality and size, never above what the network carries."""
        by_size = self.quality.bitrate * max(0.35, min(2.0, width * height / (1920 * 1080)))
        return int(max(LOWEST_BITRATE, min(by_size, self.allowed)))

    def _prepare(self, width: int, height: int, *, at: float) -> None:
        """Open the codec anew when the size changed, or the bitrate has long been very different."""
        wanted = self.target(width, height)
        far = self._bitrate and not 0.75 < wanted / self._bitrate < 1.5
        if self._context is not None and self._shape == (width, height) and not (far and at - self._changed_at > 3):
            return
        self._context = _open(self.codec, width=width, height=height, bitrate=wanted, fps=self.quality.fps)
        self._shape, self._bitrate, self._changed_at = (width, height), wanted, at
        self._key_wanted, self._key_at = True, at - _KEYFRAME_PAUSE


def _open(codec: str, *, width: int, height: int, bitrate: int, fps: float) -> Any:
    name = "libx264" if codec == "h264" else "libvpx"
    context: Any = av.CodecContext.create(name, "w")
    context.width, context.height, context.pix_fmt = width, height, "yuv420p"
    context.bit_rate, context.time_base = bitrate, Fraction(1, 1000)
    context.framerate, context.gop_size = Fraction(int(fps), 1), 3000
    if codec == "h264":
        context.profile = "Baseline"
        context.options = {"preset": "ultrafast", "tune": "zerolatency", "maxrate": str(bitrate),
                           "bufsize": str(bitrate // 2)}
        return context
    context.qmin, context.qmax = 2, 52
    # The codec's threads wait for each other by spinning: on a busy machine with few cores, one is far quicker.
    context.thread_count = 2 if width * height > 1280 * 800 and (os.cpu_count() or 1) >= 4 else 1
    context.options = {
        "deadline": "realtime", "cpu-used": "-12", "lag-in-frames": "0", "error-resilient": "0",
        "minrate": str(bitrate), "maxrate": str(bitrate), "bufsize": str(bitrate), "static-thresh": "1",
        "undershoot-pct": "100", "overshoot-pct": "15", "screen-content-mode": "1", "noise-sensitivity": "0",
    }
    if context.thread_count > 1:
        context.options = {**context.options, "slices": "2"}
    return context


class Broadcast:
    """A viewer of the camera that encodes once and hands the packets to every track."""

    def __init__(self, *, codec: str, camera: Any) -> None:
        self.encoder = Encoder(codec)
        self._camera = camera
        self._tracks: tuple[ScreenTrack, ...] = ()
        self._limits: dict[str, float] = {}
        self._sent = 0
        self._counted_at = time.monotonic()
        self.frames = 0

    def track(self) -> ScreenTrack:
        """Make a track for one more technician; the camera starts when its connection stands."""
        return ScreenTrack(on_start=self._started)

    def _started(self, track: ScreenTrack) -> None:
        self._tracks = (*self._tracks, track)
        self.want_key()
        self._camera.add(self)

    def drop(self, track: ScreenTrack) -> None:
        """Stop sending to one technician."""
        track.stop()
        self._tracks = tuple(t for t in self._tracks if t is not track)
        if not self._tracks:
            self._camera.remove(self)

    def want_key(self) -> None:
        """A viewer lost the picture: send a complete one now."""
        self.encoder.want_key()
        self._camera.refresh()

    def network(self, who: str, *, estimate: float, lost: float) -> None:
        """Take one viewer's report: the bits per second that its network seems to carry, the fraction lost.

        The estimate follows what is sent, so on a quiet screen it says nothing: it counts only while we send near
        it, or when much is lost.
        """
        seconds = max(0.1, time.monotonic() - self._counted_at)
        rate = self._sent * 8 / seconds
        if seconds > 2:
            self._sent, self._counted_at = 0, time.monotonic()
        if lost > 0.08:
            self._limits[who] = max(LOWEST_BITRATE, rate * (1 - lost / 2))
        elif estimate and rate > 0.7 * estimate and lost > 0.02:
            self._limits[who] = max(LOWEST_BITRATE, estimate)
        elif who in self._limits:
            self._limits[who] *= 1.08
        self.encoder.allowed = int(min(self._limits.values(), default=100_000_000.0))

    def forget(self, who: str) -> None:
        """A viewer has gone, and with it what its network allowed."""
        self._limits.pop(who, None)
        self.encoder.allowed = int(min(self._limits.values(), default=100_000_000.0))

    def set_quality(self, name: str) -> bool:
        """Switch to one of the three qualities; false for any other word."""
        if name not in QUALITIES:
            return False
        self.encoder.quality = QUALITIES[name]
        self.encoder._changed_at = 0.0
        self._camera.policy.fps = QUALITIES[name].fps
        self._camera.refresh()
        return True

    def picture(self, image: np.ndarray, *, at: float) -> None:
        """Encode one picture and hand it on (the camera's thread)."""
        tracks = self._tracks
        if not tracks:
            return
        data, key = self.encoder.encode(image, at=at)
        if not data:
            return
        self.frames += 1
        self._sent += len(data)
        pts = int(at * 90_000)
        for track in tracks:
            try:
                track._loop.call_soon_threadsafe(self._push, track, data, pts, key)
            except RuntimeError:  # the loop has ended: so has the session
                return

    def _push(self, track: ScreenTrack, data: bytes, pts: int, key: bool) -> None:
        if not track.push(data, pts=pts, key=key):
            self.want_key()

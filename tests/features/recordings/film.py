"""A film as a browser records it: live WebM without sizes, duration or cues, in chunks."""

from __future__ import annotations

import io

import av
import numpy

RATE = 10


class _Line(io.RawIOBase):
    """A target that can't be sought in, as a live stream."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:
        self.parts.append(bytes(data))
        return len(data)


def colour_at(second: float) -> tuple[int, int, int]:
    """Red in the first half of each second pair, green in the second."""
    return (220, 20, 30) if int(second) % 2 == 0 else (20, 200, 60)


def recorded(seconds: int = 6) -> bytes:
    """A film that is red and green by turns, a second each."""
    line = _Line()
    with av.open(line, "w", format="webm", options={"live": "1", "cluster_time_limit": "2000"}) as container:
        stream = container.add_stream("libvpx", rate=RATE, options={"deadline": "realtime", "g": str(RATE)})
        stream.width, stream.height, stream.pix_fmt = 320, 200, "yuv420p"
        for number in range(seconds * RATE):
            picture = numpy.full((200, 320, 3), colour_at(number / RATE), dtype=numpy.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode(None))
    return b"".join(line.parts)


def chunks(film: bytes, count: int = 4) -> list[bytes]:
    """The film in so many parts, cut anywhere."""
    step = len(film) // count + 1
    return [film[start:start + step] for start in range(0, len(film), step)]

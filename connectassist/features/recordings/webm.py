"""What a browser records, made an ordinary WebM: known sizes, a duration, and cues to seek by.

A browser writes a live stream: a segment and clusters of unknown size, no duration, no cues. Two passes in constant
memory: the first looks at every block's header, the second copies the blocks behind a new head. What broke off in the
middle at the end is left out. Pure; everything in the file counts as hostile.
"""

from __future__ import annotations

import mmap
import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

EBML, SEGMENT, SEEK_HEAD, INFO, TRACKS, CLUSTER, CUES = (
    0x1A45DFA3, 0x18538067, 0x114D9B74, 0x1549A966, 0x1654AE6B, 0x1F43B675, 0x1C53BB6B)
TOP = frozenset((SEGMENT, SEEK_HEAD, INFO, TRACKS, CLUSTER, CUES, 0x1254C367, 0x1043A770, 0x1941A469))
TIMESTAMP, SIMPLE_BLOCK, BLOCK_GROUP, BLOCK, REFERENCE, SCALE = 0xE7, 0xA3, 0xA0, 0xA1, 0xFB, 0x2AD7B1
LARGEST_HEAD, MOST_BLOCKS, COPY = 1024 * 1024, 4_000_000, 1024 * 1024
#: What is kept of each in memory is small, but a file of a few megabytes can hold millions. A day's recording has a
#: tenth of this; beyond so many cues one can still seek, less finely.
MOST_ELEMENTS, MOST_CLUSTERS, MOST_CUES = 4 * MOST_BLOCKS, 200_000, 200_000
LATEST = 1 << 40
APP = b"ConnectAssist"


class BadWebm(ValueError):
    """The file is no WebM that can be played."""


@dataclass
class Cluster:
    """A run of blocks as it lies in the recorded file: from its first child to behind its last whole one."""

    start: int
    end: int
    time: int = 0
    blocks: int = 0


@dataclass
class Index:
    """What the first pass finds. `cues` are (time, track, number of the cluster)."""

    head: bytes = b""
    tracks: bytes = b""
    scale: int = 1_000_000
    clusters: list[Cluster] = field(default_factory=list)
    cues: list[tuple[int, int, int]] = field(default_factory=list)
    blocks: int = 0
    elements: int = 0
    last: int = 0
    step: int = 0

    def count(self) -> None:
        """Another element was looked at. Raises BadWebm."""
        self.elements += 1
        if self.elements > MOST_ELEMENTS or len(self.clusters) > MOST_CLUSTERS:
            raise BadWebm("it is too long")

    @property
    def duration(self) -> int:
        """In the file's own units: to the end of the last frame, which is taken to last as long as the one before."""
        return self.last + self.step


def remux(source: Path, target: Path, *, size: int | None = None) -> int:
    """Write the first `size` bytes of `source` (all of them when None) as an ordinary WebM to `target`. Returns the
    duration in milliseconds. Raises BadWebm, OSError."""
    with source.open("rb") as recorded:
        there = os.fstat(recorded.fileno()).st_size
        length = there if size is None else min(size, there)
        if length == 0:
            raise BadWebm("nothing was recorded")
        with mmap.mmap(recorded.fileno(), length, access=mmap.ACCESS_READ) as data:
            found = index(data)
        with target.open("wb") as made:
            _write(found, recorded, made)
    return found.duration * found.scale // 1_000_000


# -- the first pass -----------------------------------------------------------------------------------------


def index(data: mmap.mmap | bytes) -> Index:
    """Find the head, the tracks and every cluster. Raises BadWebm."""
    found, at = Index(), 0
    while (element := _element(data, at)) is not None:
        found.count()
        kind, start, end = element
        if kind == SEGMENT:
            at = start
        elif kind == CLUSTER:
            at = _cluster(data, start, end, found)
        elif end is None or end > len(data):
            break
        else:
            _head(data[start:min(end, start + LARGEST_HEAD)], kind, found)
            at = end
    if not (found.head and found.tracks and found.clusters):
        raise BadWebm("it holds no picture")
    return found


def _head(body: bytes, kind: int, found: Index) -> None:
    if kind == EBML:
        found.head = body
    elif kind == TRACKS:
        found.tracks = body
    elif kind == INFO:
        for child, start, end in _children(body, 0, len(body)):
            if child == SCALE and 0 < end - start <= 8:
                found.scale = int.from_bytes(body[start:end], "big") or found.scale


def _cluster(data: mmap.mmap | bytes, start: int, end: int | None, found: Index) -> int:
    """Take in one cluster. Returns where the next element begins: of a cluster of unknown size, behind its last."""
    cluster = Cluster(start, start)
    for kind, first, behind in _children(data, start, len(data) if end is None else min(end, len(data))):
        found.count()
        if kind in TOP:
            break
        if kind == TIMESTAMP:
            cluster.time = min(int.from_bytes(data[first:min(behind, first + 8)], "big"), LATEST)
        elif kind in (SIMPLE_BLOCK, BLOCK_GROUP):
            _block(data, kind, first, behind, cluster, found)
        cluster.end = behind
    if cluster.blocks:
        found.clusters.append(cluster)
    return cluster.end if end is None else max(end, cluster.end)


def _block(data: mmap.mmap | bytes, kind: int, start: int, end: int, cluster: Cluster, found: Index) -> None:
    is_key = kind == SIMPLE_BLOCK
    if kind == BLOCK_GROUP:
        inner = {}
        for child, first, behind in _children(data, start, end):
            found.count()
            if child in (BLOCK, REFERENCE):
                inner[child] = first, behind
        is_key, (start, end) = REFERENCE not in inner, inner.get(BLOCK, (start, start))
    track, width = _number(data, start, end)
    if track is None or start + width + 3 > end:
        return
    (offset, flags), found.blocks = struct.unpack_from(">hB", data, start + width), found.blocks + 1
    if found.blocks > MOST_BLOCKS:
        raise BadWebm("it is too long")
    time = max(0, cluster.time + offset)
    if is_key and (kind == BLOCK_GROUP or flags & 0x80) and len(found.cues) < MOST_CUES:
        found.cues.append((time, track, len(found.clusters)))
    if time > found.last:
        found.last, found.step = time, min(time - found.last, 1_000)
    cluster.blocks += 1


def _children(data: mmap.mmap | bytes, at: int, end: int) -> Iterator[tuple[int, int, int]]:
    """The whole elements of a stretch: (id, start of the content, end). One that broke off ends it."""
    while at < end and (element := _element(data, at)) is not None:
        kind, start, behind = element
        if kind in TOP:
            yield kind, start, start
            return
        if behind is None or behind > end:
            return
        yield kind, start, behind
        at = behind


def _element(data: mmap.mmap | bytes, at: int) -> tuple[int, int, int | None] | None:
    """The element at a place: (id, start of its content, its end or None where that is unknown)."""
    kind, width = _number(data, at, at + 4, marked=True)
    if kind is None:
        return None
    size, more = _number(data, at + width, at + width + 8)
    if size is None:
        return None
    start = at + width + more
    return kind, start, None if size == (1 << 7 * more) - 1 else start + size


def _number(data: mmap.mmap | bytes, at: int, end: int, *, marked: bool = False) -> tuple[int | None, int]:
    """A number of variable width and that width; `marked` keeps the marker bit, as ids do."""
    if at >= min(end, len(data)) or data[at] == 0:
        return None, 0
    width = 9 - data[at].bit_length()
    if at + width > min(end, len(data)):
        return None, 0
    value = int.from_bytes(data[at:at + width], "big")
    return (value if marked else value & ((1 << 7 * width) - 1)), width


# -- the second pass ----------------------------------------------------------------------------------------


def _write(found: Index, recorded: IO[bytes], made: IO[bytes]) -> None:
    info = _made(INFO, _made(SCALE, _uint(found.scale)) + _made(0x4489, struct.pack(">d", found.duration))
                 + _made(0x4D80, APP) + _made(0x5741, APP))
    front = [info, _made(TRACKS, found.tracks)]
    width = len(_seek_head(0, 0, 0)) + sum(map(len, front)) + len(_cues(found, [0] * len(found.clusters)))
    places, at = [], width
    for cluster in found.clusters:
        places.append(at)
        at += 12 + cluster.end - cluster.start
    seek = _seek_head(len(_seek_head(0, 0, 0)), len(_seek_head(0, 0, 0)) + len(info), width - len(_cues(found, places)))
    made.write(_made(EBML, found.head) + SEGMENT.to_bytes(4, "big") + _size(at) + seek + b"".join(front)
               + _cues(found, places))
    for cluster in found.clusters:
        made.write(CLUSTER.to_bytes(4, "big") + _size(cluster.end - cluster.start))
        _copy(recorded, made, cluster)


def _copy(recorded: IO[bytes], made: IO[bytes], cluster: Cluster) -> None:
    recorded.seek(cluster.start)
    left = cluster.end - cluster.start
    while left > 0:
        part = recorded.read(min(COPY, left))
        if not part:
            raise BadWebm("it was cut while it was read")
        made.write(part)
        left -= len(part)


def _seek_head(info: int, tracks: int, cues: int) -> bytes:
    """Where the parts lie, counted from the segment's content."""
    return _made(SEEK_HEAD, b"".join(_made(0x4DBB, _made(0x53AB, kind.to_bytes(4, "big")) + _made(0x53AC, _uint(place)))
                                     for kind, place in ((INFO, info), (TRACKS, tracks), (CUES, cues))))


def _cues(found: Index, places: list[int]) -> bytes:
    points = [_made(0xBB, _made(0xB3, _uint(time)) + _made(0xB7, _made(0xF7, _uint(track))
                                                           + _made(0xF1, _uint(places[number]))))
              for time, track, number in found.cues if number < len(places)]
    return _made(CUES, b"".join(points))


def _made(kind: int, content: bytes) -> bytes:
    return kind.to_bytes((kind.bit_length() + 7) // 8, "big") + _size(len(content)) + content


def _size(count: int) -> bytes:
    """A size in eight bytes, so that it never depends on its value."""
    return (count | 1 << 56).to_bytes(8, "big")


def _uint(value: int) -> bytes:
    return value.to_bytes(8, "big")

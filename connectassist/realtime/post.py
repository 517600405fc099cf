"""What waits to be told to the other processes of the site, and how it is written: JSON, never anything that could run.

Bytes, which JSON has no word for, stand as base64 in an object whose only name nobody outside of the site can know."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections import deque
from collections.abc import Hashable
from typing import Any

import orjson

from connectassist.core import clock
from connectassist.http.json import loads

Said = dict[str, Any]
#: What may wait, in messages and in bytes; beyond this all is forgotten.
MOST, MOST_BYTES = 20_000, 32 * 1024 * 1024
#: What leaves at once.
AT_ONCE, BYTES_AT_ONCE = 200, 1024 * 1024

#: What is told again after an outage: so many at most, for so many seconds.
MOST_KEPT, KEPT_SECONDS = 1000, 900.0


class Script:
    """How the processes of one site write. `secret` names what stands for bytes."""

    def __init__(self, secret: str) -> None:
        self._bytes = f"bytes {secret}"
        self._mark = f'{{"{self._bytes}":'.encode()

    def write(self, value: Any) -> bytes:
        """Raises TypeError for what JSON can't say."""
        return orjson.dumps(value, default=self._other,
                            option=orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_NON_STR_KEYS)

    def read(self, written: bytes) -> Any:
        """Raises ValueError."""
        said = loads(written)
        return self._unwrapped(said) if self._mark in written else said

    def _other(self, value: Any) -> Any:
        if isinstance(value, bytes | bytearray | memoryview):
            return {self._bytes: b64encode(value).decode()}
        if hasattr(value, "isoformat"):
            return clock.iso(value)
        raise TypeError(f"{type(value).__name__} can't be told to another process")

    def _unwrapped(self, said: Any) -> Any:
        if isinstance(said, list):
            return [self._unwrapped(each) for each in said]
        if not isinstance(said, dict):
            return said
        if self._bytes in said:
            return b64decode(said[self._bytes])
        return {name: self._unwrapped(value) for name, value in said.items()}


class Post:
    """Messages that wait, each written already: [to whom, what, under which key]."""

    def __init__(self) -> None:
        self._waiting: deque[list[Any]] = deque()
        self._replaceable: dict[Hashable, list[Any]] = {}
        self._bytes = 0

    def __len__(self) -> int:
        return len(self._waiting)

    @property
    def is_half_full(self) -> bool:
        """Does so much wait already that clients have to do without?"""
        return len(self._waiting) > MOST // 2 or self._bytes > MOST_BYTES // 2

    def put(self, written: bytes, *, to: str | None, key: Hashable = None) -> int:
        """Have something sent. What waits under the same key to the same place gives way. Returns how many were
        forgotten, all of them, since more waits than may."""
        if key is not None:
            key = (to, key)
            older = self._replaceable.get(key)
            if older is not None:
                self._bytes += len(written) - len(older[1])
                older[1] = written
                return 0
        letter = [to, written, key]
        if key is not None:
            self._replaceable[key] = letter
        self._waiting.append(letter)
        self._bytes += len(written)
        return self.clear() if len(self._waiting) > MOST or self._bytes > MOST_BYTES else 0

    def clear(self) -> int:
        """Forget everything. Returns how many those were."""
        count = len(self._waiting)
        self._waiting.clear()
        self._replaceable.clear()
        self._bytes = 0
        return count

    def take(self) -> list[tuple[str | None, list[bytes]]]:
        """What is to be sent next: neighbours that go to the same place together, in order."""
        found: list[tuple[str | None, list[bytes]]] = []
        count = size = 0
        while self._waiting and count < AT_ONCE and size < BYTES_AT_ONCE:
            to, written, key = self._waiting.popleft()
            if key is not None:
                del self._replaceable[key]
            self._bytes -= len(written)
            count, size = count + 1, size + len(written)
            if found and found[-1][0] == to:
                found[-1][1].append(written)
            else:
                found.append((to, [written]))
        return found


class Kept:
    """What must not be lost by an outage: the last of what was told to all, with numbers, so that whoever was cut off
    is told again and does nothing twice."""

    def __init__(self) -> None:
        self._last = 0
        self._kept: deque[tuple[float, Said]] = deque(maxlen=MOST_KEPT)
        self._done: dict[str, set[int]] = {}

    def add(self, topic: str, said: Said) -> Said:
        """Keep it. Returns what to tell."""
        self._last += 1
        wrapped = {"number": self._last, "topic": topic, "said": said}
        self._kept.append((clock.monotonic(), wrapped))
        return wrapped

    def recent(self) -> list[Said]:
        """What is worth telling again."""
        oldest = clock.monotonic() - KEPT_SECONDS
        return [wrapped for moment, wrapped in self._kept if moment > oldest]

    def is_new(self, wrapped: Said, sender: str) -> bool:
        """Do we hear it for the first time?"""
        done = self._done.setdefault(sender, set())
        if wrapped["number"] in done:
            return False
        if len(done) >= 2 * MOST_KEPT:
            done.difference_update(sorted(done)[:MOST_KEPT])
        done.add(wrapped["number"])
        return True

    def forget(self, peer: str) -> None:
        """It is gone, and so is what it told."""
        self._done.pop(peer, None)

"""Small events, heard in the hub itself: what ten thousand devices say all day must not cost a green thread each time.

Only what is plain takes this way: a short text frame with one declared event that is `small`, from a socket whose
connection is complete. It ends in the very function that every other event ends in, with the same checks and the same
answer; only who calls it differs, and how the packet was read. Everything else (False) goes the ordinary way.
docs/relay.md tells the whole of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import orjson

from connectassist.http.json import dumps
from connectassist.realtime import frames

MOST_BYTES = 1024
#: What follows the namespace: the number of the acknowledgement, if one is asked for, and the event.
_EVENT = re.compile(rb"([0-9]{0,9})(\[.*\])", re.DOTALL)


class Ear:
    """What a socket says of small events. `receive(name, socket_id, *arguments)` is the namespace's."""

    __slots__ = ("_head", "_names", "_receive", "socket_id")

    def __init__(self, socket_id: str, path: str, *, names: set[str], receive: Callable[..., dict[str, Any]]) -> None:
        self.socket_id, self._names, self._receive = socket_id, names, receive
        self._head = f"42{path},".encode()

    def hears(self, frame: bytes, answer: Callable[[bytes], None]) -> bool:
        """Handle a text frame. False when it is for the ordinary way."""
        if len(frame) > MOST_BYTES or not frame.startswith(self._head):
            return False
        found = _EVENT.fullmatch(frame, len(self._head))
        if found is None:
            return False
        number, body = found.groups()
        try:
            name, *arguments = orjson.loads(body)
        except ValueError:
            return False
        if type(name) is not str or name not in self._names:
            return False
        told = self._receive(name, self.socket_id, *arguments)
        if number:
            answer(frames.framed(b"43" + self._head[2:] + b"%d[" % int(number) + dumps(told) + b"]"))
        return True

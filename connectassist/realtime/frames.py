"""WebSocket frames (RFC 6455): bytes in, messages out. Nothing here reads or writes a socket."""

from __future__ import annotations

from collections.abc import Callable

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
WHOLE = 0x80
NORMAL, PROTOCOL, TOO_LARGE = 1000, 1002, 1009
SLICE = 64 * 1024
#: One in every fourth byte, so often: a mask times this is the mask repeated.
_REPEATED = [sum(1 << (32 * word) for word in range(words)) for words in range(257)]
_number = int.from_bytes


class Broken(Exception):
    """What a client sent is no WebSocket frame that it may send; `code` goes into the close frame."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


def framed(body: bytes, kind: int = TEXT) -> bytes:
    """A whole frame as a server sends it."""
    return head(len(body), kind) + body


def head(size: int, kind: int = TEXT) -> bytes:
    """What stands before a body of that size."""
    if size < 126:
        return bytes((WHOLE | kind, size))
    if size < 65536:
        return bytes((WHOLE | kind, 126)) + size.to_bytes(2, "big")
    return bytes((WHOLE | kind, 127)) + size.to_bytes(8, "big")


def unmasked(body: bytes, mask: bytes, turn: int = 0) -> bytes:
    """A body with its mask put on or taken off, as one XOR of two large integers; byte by byte it would take a
    hundred times as long. `turn` is how many bytes of the same frame came before."""
    size = len(body)
    if turn % 4:
        mask = mask[turn % 4:] + mask[:turn % 4]
    if size <= 1024:
        words = (size + 3) >> 2
        mixed = _number(body, "little") ^ (_number(mask, "little") * _REPEATED[words])
        return mixed.to_bytes(words << 2, "little")[:size]
    mixed = _number(body, "little") ^ _number((mask * (size // 4 + 1))[:size], "little")
    return mixed.to_bytes(size, "little")


class Reader:
    """Takes the bytes of one client as they come and hands over each frame's body: `found(kind, body)` with the frame's
    first byte. A frame that is larger than a slice is unmasked slice by slice as it arrives, so that it holds up
    nobody else. Stops, and keeps the rest, when `found` returns False."""

    __slots__ = ("_found", "_rest", "large", "limit")

    def __init__(self, found: Callable[[int, bytes], bool], *, limit: int) -> None:
        self._found, self.limit, self._rest = found, limit, b""
        self.large: _Large | None = None

    def take(self, data: bytes) -> None:
        """Go on with what has come. Raises Broken."""
        if self.large is not None:
            data = self._fill(data)
        if self._rest:
            data, self._rest = self._rest + data, b""
        at, end = 0, len(data)
        while end - at >= 6:
            size = data[at + 1] - 128
            if size < 0:
                raise Broken(PROTOCOL)  # a client must mask
            begin = at + 6
            if size >= 126:
                wide = 2 if size == 126 else 8
                begin += wide
                if begin > end:
                    break
                size = _number(data[at + 2:at + 2 + wide], "big")
                if size > self.limit:
                    raise Broken(TOO_LARGE)
            stop = begin + size
            if stop > end:
                if size > SLICE:
                    self.large = _Large(data[at], size, data[begin - 4:begin])
                    self.large.add(data[begin:])
                    return
                break
            body = unmasked(data[begin:stop], data[begin - 4:begin])
            kind, at = data[at], stop
            if not self._found(kind, body):
                break
        if at < end:
            self._rest = data[at:]

    def _fill(self, data: bytes) -> bytes:
        """Give the large frame what belongs to it; the rest is returned."""
        large = self.large
        more = large.size - len(large.body)
        large.add(data[:more])
        if more > len(data):
            return b""
        self.large = None
        if self._found(large.kind, bytes(large.body)):
            return data[more:]
        self._rest = data[more:]
        return b""


class _Large:
    """A frame of which only a part has come."""

    __slots__ = ("body", "kind", "mask", "size")

    def __init__(self, kind: int, size: int, mask: bytes) -> None:
        self.kind, self.size, self.mask, self.body = kind, size, mask, bytearray()

    def add(self, part: bytes) -> None:
        for at in range(0, len(part), SLICE):
            piece = part[at:at + SLICE]
            self.body += unmasked(piece, self.mask, len(self.body))


class Messages:
    """Puts frames together to messages: `heard(body, is_text)`; the rules on fragments and control frames."""

    __slots__ = ("_is_text", "_size", "limit", "parts")

    def __init__(self, *, limit: int) -> None:
        self.limit, self.parts, self._size, self._is_text = limit, None, 0, False

    def joined(self, kind: int, body: bytes) -> tuple[int, bytes] | None:
        """The message or control frame that this frame completes, as (TEXT | BINARY | CLOSE | PING | PONG, body); None
        when more is to come. Raises Broken."""
        code, is_last = kind & 0x0F, kind >= WHOLE
        if kind & 0x70 or code not in (0, TEXT, BINARY, CLOSE, PING, PONG):
            raise Broken(PROTOCOL)
        if code >= CLOSE:
            if not is_last or len(body) > 125:
                raise Broken(PROTOCOL)
            return code, body
        if (code == 0) != (self.parts is not None):
            raise Broken(PROTOCOL)
        if code and is_last:
            return code, body
        return self._add(code, body, is_last)

    def _add(self, code: int, body: bytes, is_last: bool) -> tuple[int, bytes] | None:
        if code:
            self.parts, self._size, self._is_text = [], 0, code == TEXT
        self.parts.append(body)
        self._size += len(body)
        if self._size > self.limit or len(self.parts) > 10_000:
            raise Broken(TOO_LARGE)
        if not is_last:
            return None
        parts, self.parts = self.parts, None
        return (TEXT if self._is_text else BINARY), b"".join(parts)

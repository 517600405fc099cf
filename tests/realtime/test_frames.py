"""WebSocket frames, whole and in pieces, as RFC 6455 has them."""

from __future__ import annotations

import random
import struct

import pytest

from connectassist.realtime import frames
from connectassist.realtime.frames import BINARY, CLOSE, PING, PROTOCOL, TEXT, TOO_LARGE, Broken

LIMIT = 1024 * 1024
CONTINUED = 0


def sent(body: bytes, kind: int = TEXT, *, is_last: bool = True, mask: bytes = b"\x01\x80\xff\x2a",
         reserved: int = 0) -> bytes:
    """A frame as a client sends it."""
    first = bytes([(0x80 if is_last else 0) | reserved | kind])
    if len(body) < 126:
        size = bytes([0x80 | len(body)])
    elif len(body) < 65536:
        size = b"\xfe" + struct.pack(">H", len(body))
    else:
        size = b"\xff" + struct.pack(">Q", len(body))
    return first + size + mask + bytes(byte ^ mask[i % 4] for i, byte in enumerate(body))


class Ear:
    """A reader with the messages it found."""

    def __init__(self, limit: int = LIMIT) -> None:
        self.heard: list[tuple[int, bytes]] = []
        self._messages = frames.Messages(limit=limit)
        self.reader = frames.Reader(self._found, limit=limit)
        self.is_patient = True

    def _found(self, kind: int, body: bytes) -> bool:
        message = self._messages.joined(kind, body)
        if message:
            self.heard.append(message)
        return self.is_patient


@pytest.mark.parametrize("size", [0, 1, 3, 4, 5, 125, 126, 1000, 1024, 1025, 65535, 65536, 65537, 300_001])
@pytest.mark.parametrize("piece", [1, 7, 4096, 8192, 10**6])
def test_a_message_arrives_whole_however_it_is_cut(size: int, piece: int) -> None:
    if piece == 1 and size > 1100:
        piece = 65_000
    body, ear = random.Random(size).randbytes(size), Ear()
    data = sent(b"before") + sent(body, BINARY) + sent(b"after")
    for at in range(0, len(data), piece):
        ear.reader.take(data[at:at + piece])
    assert ear.heard == [(TEXT, b"before"), (BINARY, body), (TEXT, b"after")]


@pytest.mark.parametrize("size", [0, 1, 2, 3, 4, 5, 63, 125, 126, 1023, 1024, 1025, 70_001])
@pytest.mark.parametrize("turn", [0, 1, 2, 3, 4, 1002])
def test_unmasking_equals_the_byte_by_byte_way(size: int, turn: int) -> None:
    chance = random.Random(size * 7919 + turn)
    data, mask = chance.randbytes(size), chance.randbytes(4)
    plain = bytes(byte ^ mask[(turn + i) % 4] for i, byte in enumerate(data))
    assert frames.unmasked(data, mask, turn) == plain
    assert frames.unmasked(plain, mask, turn) == data


def test_fragments_make_one_message_with_pings_between() -> None:
    ear = Ear()
    ear.reader.take(sent(b"one ", is_last=False) + sent(b"there?", PING) + sent(b"two ", CONTINUED, is_last=False)
                    + sent(b"three", CONTINUED))
    assert ear.heard == [(PING, b"there?"), (TEXT, b"one two three")]


@pytest.mark.parametrize(("data", "code"), [
    (b"\x81\x03abcdef", PROTOCOL), (sent(b"x", reserved=0x40), PROTOCOL), (sent(b"x", 3), PROTOCOL),
    (sent(b"x", 11), PROTOCOL), (sent(b"x" * 126, PING), PROTOCOL), (sent(b"x", PING, is_last=False), PROTOCOL),
    (sent(b"x", CLOSE, is_last=False), PROTOCOL), (sent(b"x", CONTINUED), PROTOCOL),
    (sent(b"x", is_last=False) + sent(b"y"), PROTOCOL), (sent(b"x" * (LIMIT + 1))[:20], TOO_LARGE),
    (b"\x81\xff" + b"\xff" * 8 + b"abcd", TOO_LARGE),
    ((sent(b"x", is_last=False) + sent(b"", CONTINUED, is_last=False) * 10_001), TOO_LARGE)])
def test_what_is_no_frame_is_refused(data: bytes, code: int) -> None:
    with pytest.raises(Broken) as problem:
        Ear().reader.take(data)
    assert problem.value.code == code


def test_a_message_in_fragments_has_the_same_limit() -> None:
    ear = Ear(limit=1000)
    ear.reader.take(sent(b"x" * 600, is_last=False))
    with pytest.raises(Broken) as problem:
        ear.reader.take(sent(b"x" * 600, CONTINUED))
    assert problem.value.code == TOO_LARGE


def test_a_reader_that_is_told_to_wait_keeps_the_rest() -> None:
    ear = Ear()
    ear.is_patient = False
    ear.reader.take(sent(b"one") + sent(b"two") + sent(b"three")[:4])
    assert ear.heard == [(TEXT, b"one")]
    ear.reader.take(b"")
    assert ear.heard == [(TEXT, b"one"), (TEXT, b"two")]
    ear.is_patient = True
    ear.reader.take(sent(b"three")[4:])
    assert ear.heard[2:] == [(TEXT, b"three")]


@pytest.mark.parametrize("size", [0, 125, 126, 65535, 65536])
def test_the_server_frames_without_a_mask(size: int) -> None:
    made = frames.framed(b"x" * size, BINARY)
    assert made.startswith(frames.head(size, BINARY))
    assert made[0] == 0x82
    assert made[1] < 0x80
    assert made.endswith(b"x" * size)
    if size == 65536:
        assert made[1:10] == b"\x7f" + struct.pack(">Q", size)

"""The quick unmasking does what eventlet's own does."""

from __future__ import annotations

import random

import pytest
from eventlet.websocket import RFC6455WebSocket

from connectassist.realtime.engine import masked


@pytest.mark.parametrize("size", [0, 1, 2, 3, 4, 5, 125, 126, 1001])
@pytest.mark.parametrize("offset", [0, 1, 2, 3, 4, 1002])
def test_it_equals_the_byte_by_byte_way(size: int, offset: int) -> None:
    chance = random.Random(size * 7919 + offset)
    data, mask = chance.randbytes(size), tuple(chance.randbytes(4))
    plain = bytes(byte ^ mask[(offset + i) % 4] for i, byte in enumerate(data))
    assert masked(data, mask, offset=offset) == plain
    assert masked(data + b"more", mask, length=size, offset=offset) == plain
    assert masked(plain, mask, offset=offset) == data


def test_eventlet_still_has_what_we_replace() -> None:
    assert RFC6455WebSocket._apply_mask(b"abcd", (1, 2, 3, 4)) == masked(b"abcd", (1, 2, 3, 4))

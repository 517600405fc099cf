"""Pointer events as bytes: checked against the protocol's table, read back the way a helper does."""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

import pytest

ENCODE = "(m, event) => [...new Uint8Array(m.encode(event))]"
AS_EVENT = "(m, event) => m.asEvent(event)"


def read(octets: list[int], layout: str) -> tuple[int, ...]:
    assert len(octets) == struct.calcsize(layout)
    return struct.unpack(layout, bytes(octets))


def test_a_move_is_five_bytes(run: Callable[..., Any]) -> None:
    assert read(run("wire", ENCODE, {"kind": 1, "x": 0, "y": 1}), "<BHH") == (1, 0, 65535)


@pytest.mark.parametrize("kind", [2, 3, 5])
def test_buttons_carry_their_number(run: Callable[..., Any], kind: int) -> None:
    octets = run("wire", ENCODE, {"kind": kind, "x": 0.5, "y": 0.25, "button": 2})
    assert read(octets, "<BHHB") == (kind, 32768, 16384, 2)


def test_the_wheel_is_signed_and_bounded(run: Callable[..., Any]) -> None:
    octets = run("wire", ENCODE, {"kind": 4, "x": 2, "y": -1, "deltaX": -3.6, "deltaY": 99999})
    assert read(octets, "<BHHhh") == (4, 65535, 0, -4, 32767)


def test_the_same_as_events(run: Callable[..., Any]) -> None:
    assert run("wire", AS_EVENT, {"kind": 2, "x": 0.1, "y": 0.2, "button": 1}) == {
        "type": "mousedown", "x": 0.1, "y": 0.2, "button": 1}
    assert run("wire", AS_EVENT, {"kind": 4, "x": 0, "y": 0, "deltaX": 1, "deltaY": -2}) == {
        "type": "scroll", "x": 0, "y": 0, "button": 0, "deltaX": 1, "deltaY": -2}

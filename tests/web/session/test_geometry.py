"""A point of the page finds its place on the customer's screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

WIDE = {"left": 100, "top": 50, "width": 1000, "height": 400}
TALL = {"left": 0, "top": 0, "width": 390, "height": 800}
REMOTE = "(m, x, y, box, w, h) => m.toRemote(x, y, box, w, h)"


@pytest.mark.parametrize(("x", "y", "expected"), [
    (600, 250, (0.5, 0.5, True)),       # the middle stays the middle
    (400, 50, (0.0, 0.0, True)),        # bars of 300 px left and right of a square picture
    (800, 450, (1.0, 1.0, True)),
    (399, 250, (0.0, 0.5, False)),      # on the bar: at the edge, and said to be outside
    (5000, -20, (1.0, 0.0, False)),
])
def test_bars_at_the_sides_are_no_part_of_the_screen(
    run: Callable[..., Any], x: int, y: int, expected: tuple[float, float, bool],
) -> None:
    point = run("geometry", REMOTE, x, y, WIDE, 800, 800)
    assert (point["x"], point["y"], point["inside"]) == expected


def test_bars_above_and_below_as_on_a_phone(run: Callable[..., Any]) -> None:
    point = run("geometry", REMOTE, 195, 400 - 390 * 9 / 16 / 4, TALL, 1920, 1080)
    assert point == {"x": 0.5, "y": pytest.approx(0.25), "inside": True}


def test_without_a_picture_there_is_no_point(run: Callable[..., Any]) -> None:
    assert run("geometry", REMOTE, 10, 10, WIDE, 0, 0) is None
    assert run("geometry", REMOTE, 10, 10, {**WIDE, "height": 0}, 800, 600) is None

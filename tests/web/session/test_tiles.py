"""Tiles: JPEGs out of one blob, drawn where they belong, and nothing that doesn't fit."""

from __future__ import annotations

import base64
import io
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page

RED, BLUE = (220, 20, 30), (20, 40, 220)
START = """async () => {
  const { createTiles } = await import("/static/session/tiles.js");
  window.tiles = createTiles(document.getElementById("tiles"));
  window.octets = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer;
}"""
DRAW = "(frame) => tiles.draw({ ...frame, data: octets(frame.data) })"
PIXEL = "([x, y]) => [...document.getElementById('tiles').getContext('2d').getImageData(x, y, 1, 1).data].slice(0, 3)"


def jpeg(width: int, height: int, colour: tuple[int, int, int]) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(made, "JPEG", quality=95)
    return made.getvalue()


def frame(*tiles: tuple[Any, ...], keyframe: bool = False, **changes: Any) -> dict[str, Any]:
    images = [jpeg(w, h, colour) for _, _, w, h, colour in tiles]
    rects = [[x, y, w, h, len(image)] for (x, y, w, h, _), image in zip(tiles, images, strict=True)]
    return {"seq": 1, "width": 320, "height": 200, "keyframe": keyframe, "rects": rects,
            "data": base64.b64encode(b"".join(images)).decode(), **changes}


@pytest.fixture
def tiles(page: Page) -> Page:
    page.evaluate(START)
    return page


def near(seen: list[int], wanted: tuple[int, int, int]) -> bool:
    return all(abs(a - b) < 12 for a, b in zip(seen, wanted, strict=True))


def test_a_keyframe_sets_the_size_and_tiles_change_their_places(tiles: Page) -> None:
    assert tiles.evaluate(DRAW, frame((0, 0, 320, 200, RED), keyframe=True)) is True
    assert tiles.evaluate("(({ width, height }) => [width, height])(document.querySelector('canvas'))") == [320, 200]
    assert tiles.evaluate(DRAW, frame((64, 64, 64, 64, BLUE), (256, 128, 64, 72, BLUE))) is True
    assert near(tiles.evaluate(PIXEL, [96, 96]), BLUE) and near(tiles.evaluate(PIXEL, [300, 190]), BLUE)
    assert near(tiles.evaluate(PIXEL, [10, 10]), RED) and near(tiles.evaluate(PIXEL, [140, 96]), RED)


def test_frames_are_drawn_in_the_order_they_came(tiles: Page) -> None:
    frames = [frame((0, 0, 320, 200, RED), keyframe=True), *[frame((0, 0, 64, 64, c)) for c in (BLUE, RED, BLUE)]]
    drawn = tiles.evaluate(f"(frames) => Promise.all(frames.map({DRAW}))", frames)
    assert drawn == [True] * 4
    assert near(tiles.evaluate(PIXEL, [30, 30]), BLUE)


def test_nothing_is_drawn_before_a_keyframe(tiles: Page) -> None:
    assert tiles.evaluate(DRAW, frame((0, 0, 64, 64, RED))) is False
    tiles.evaluate(DRAW, frame((0, 0, 320, 200, RED), keyframe=True))
    tiles.evaluate("tiles.reset()")
    assert tiles.evaluate(DRAW, frame((0, 0, 64, 64, BLUE))) is False, "after a reset a keyframe comes first again"
    assert near(tiles.evaluate(PIXEL, [30, 30]), RED)


@pytest.mark.parametrize("wrong", [
    {"width": 0}, {"width": 10**6}, {"height": "200"}, {"rects": "all"}, {"rects": [[0, 0, 320, 200, 10**9]]},
    {"rects": [[300, 0, 64, 64, 10]]}, {"rects": [[-64, 0, 64, 64, 10]]}, {"rects": [[0, 0, 320, 200, 20]]},
])
def test_a_frame_that_lies_about_itself_is_dropped(tiles: Page, wrong: dict[str, Any]) -> None:
    assert tiles.evaluate(DRAW, {**frame((0, 0, 320, 200, RED), keyframe=True), **wrong}) is False
    assert tiles.evaluate(DRAW, frame((0, 0, 320, 200, BLUE), keyframe=True)) is True, "and the next one is drawn"

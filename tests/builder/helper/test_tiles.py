"""Tiles, put together again, are the screen."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from builder.helper.screen.tiles import TILE, changed_tiles, encode, merge


def apply(canvas: np.ndarray | None, frame) -> np.ndarray:
    """Do what a technician's page does with a `screen-frame`."""
    if canvas is None or frame.keyframe:
        canvas = np.zeros((frame.height, frame.width, 3), np.uint8)
    at = 0
    for x, y, w, h, size in frame.rects:
        part = np.array(Image.open(io.BytesIO(frame.data[at : at + size])).convert("RGB"))
        assert part.shape == (h, w, 3)
        canvas[y : y + h, x : x + w] = part
        at += size
    assert at == len(frame.data)
    return canvas


def blank(width: int = 1000, height: int = 700) -> np.ndarray:
    screen = np.full((height, width, 4), 200, np.uint8)
    screen[..., 3] = 0
    return screen


def test_the_first_frame_is_the_whole_screen_as_one_rectangle():
    frame = encode(blank(), previous=None, quality=90)
    assert frame.keyframe
    assert [r[:4] for r in frame.rects] == [[0, 0, 1000, 700]]


@pytest.mark.parametrize("seed", range(4))
def test_a_series_of_changes_reassembles(seed: int):
    random = np.random.default_rng(seed)
    screen, previous, canvas = blank(), None, None
    for _ in range(12):
        x, y = int(random.integers(0, 990)), int(random.integers(0, 690))
        w, h = int(random.integers(1, 400)), int(random.integers(1, 300))
        screen = screen.copy()
        screen[y : y + h, x : x + w, :3] = random.integers(0, 256, 3, dtype=np.uint8)
        frame = encode(screen, previous=previous, quality=95)
        if frame:
            canvas = apply(canvas, frame)
        previous = screen
        assert np.abs(canvas.astype(int) - screen[..., 2::-1].astype(int)).mean() < 1.5


def test_one_pixel_costs_one_square():
    screen = blank()
    after = screen.copy()
    after[130, 70, :3] = 0
    frame = encode(after, previous=screen, quality=90)
    assert not frame.keyframe
    assert [r[:4] for r in frame.rects] == [[64, 128, TILE, TILE]]


def test_the_last_column_and_row_are_cut_to_the_screen():
    screen = blank(100, 70)
    after = screen.copy()
    after[69, 99, 0] = 1
    assert [r[:4] for r in encode(after, previous=screen, quality=90).rects] == [[64, 64, 36, 6]]


def test_nothing_changed_is_no_frame():
    screen = blank()
    assert encode(screen.copy(), previous=screen, quality=90) is None


def test_another_size_is_a_keyframe():
    assert encode(blank(640, 480), previous=blank(), quality=90).keyframe


def test_neighbours_become_one_rectangle():
    grid = np.zeros((4, 6), bool)
    grid[1:3, 2:5] = True
    grid[0, 0] = True
    assert merge(grid, width=6 * TILE, height=4 * TILE) == [(0, 0, TILE, TILE), (128, 64, 3 * TILE, 2 * TILE)]


def test_every_changed_square_is_in_exactly_one_rectangle():
    random = np.random.default_rng(5)
    for _ in range(30):
        grid = random.random((9, 13)) < 0.4
        covered = np.zeros(grid.shape, int)
        for x, y, w, h in merge(grid, width=13 * TILE, height=9 * TILE):
            covered[y // TILE : (y + h) // TILE, x // TILE : (x + w) // TILE] += 1
        assert (covered == grid).all()


def test_a_change_of_alpha_or_of_one_bit_is_seen():
    screen = blank(64, 64)
    after = screen.copy()
    after[0, 0, 0] ^= 1
    assert changed_tiles(screen, after).all()

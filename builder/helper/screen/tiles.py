"""The second transport's picture: what changed, as 64-pixel squares merged into rectangles of JPEG."""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
from PIL import Image

TILE = 64
Rect = tuple[int, int, int, int]


@dataclass(frozen=True)
class TileFrame:
    """One `screen-frame`: rectangles in order, and their JPEGs joined."""

    width: int
    height: int
    keyframe: bool
    rects: list[list[int]]
    data: bytes


def changed_tiles(old: np.ndarray, new: np.ndarray) -> np.ndarray:
    """Compare two BGRA pictures of one size; returns a grid of booleans, one for each square."""
    height, width = new.shape[:2]
    rows, columns = -(-height // TILE), -(-width // TILE)
    differs = old.view(np.uint32)[..., 0] != new.view(np.uint32)[..., 0]
    full = np.zeros((rows * TILE, columns * TILE), dtype=bool)
    full[:height, :width] = differs
    return full.reshape(rows, TILE, columns, TILE).any(axis=(1, 3))


def merge(grid: np.ndarray, *, width: int, height: int) -> list[Rect]:
    """Merge changed squares into rectangles: runs along a row, then equal runs of rows below each other."""
    open_runs: dict[tuple[int, int], list[int]] = {}
    done: list[list[int]] = []
    for row in range(grid.shape[0]):
        runs = _runs(grid[row])
        for key in [k for k in open_runs if k not in runs]:
            done.append(open_runs.pop(key))
        for run in runs:
            if run in open_runs:
                open_runs[run][3] = row + 1
            else:
                open_runs[run] = [run[0], row, run[1], row + 1]
    done.extend(open_runs.values())
    return sorted((_pixels(box, width=width, height=height) for box in done), key=lambda r: (r[1], r[0]))


def _runs(row: np.ndarray) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate(([0], row.astype(np.int8), [0]))))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def _pixels(box: list[int], *, width: int, height: int) -> Rect:
    left, top = box[0] * TILE, box[1] * TILE
    return left, top, min(box[2] * TILE, width) - left, min(box[3] * TILE, height) - top


def encode(image: np.ndarray, *, previous: np.ndarray | None, quality: int) -> TileFrame | None:
    """Encode what changed since `previous` (None: everything, as a keyframe); None when nothing did."""
    height, width = image.shape[:2]
    keyframe = previous is None or previous.shape != image.shape
    boxes = [(0, 0, width, height)] if keyframe else merge(
        changed_tiles(previous, image), width=width, height=height
    )
    if not boxes:
        return None
    jpegs = [_jpeg(image[y : y + h, x : x + w], quality=quality) for x, y, w, h in boxes]
    rects = [[*box, len(jpeg)] for box, jpeg in zip(boxes, jpegs, strict=True)]
    return TileFrame(width=width, height=height, keyframe=keyframe, rects=rects, data=b"".join(jpegs))


def _jpeg(part: np.ndarray, *, quality: int) -> bytes:
    out = io.BytesIO()
    rgb = np.ascontiguousarray(part[..., 2::-1])
    Image.fromarray(rgb, "RGB").save(out, "JPEG", quality=quality, subsampling=0 if quality > 80 else 2)
    return out.getvalue()

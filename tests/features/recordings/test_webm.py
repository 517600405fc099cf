"""What a browser records becomes an ordinary WebM: a duration, cues, and the same pictures."""

from __future__ import annotations

import random
from pathlib import Path

import av
import pytest

from connectassist.features.recordings import webm
from tests.features.recordings.film import RATE, colour_at, recorded


@pytest.fixture(scope="module")
def film() -> bytes:
    return recorded(6)


def made(folder: Path, data: bytes) -> tuple[Path, int]:
    (folder / "in.raw").write_bytes(data)
    return folder / "out.webm", webm.remux(folder / "in.raw", folder / "out.webm")


def test_it_has_a_duration_and_can_be_sought_in(tmp_path: Path, film: bytes) -> None:
    path, duration = made(tmp_path, film)
    assert 5_800 <= duration <= 6_200
    with av.open(str(path)) as container:
        assert container.duration and abs(container.duration / 1_000_000 - 6) < 0.2
        container.seek(3_200_000)
        frame = next(container.decode(video=0))
        assert abs(frame.time - 3.0) < 0.2, "the key frame before"
        seen = frame.to_ndarray(format="rgb24")[100, 160]
        assert all(abs(int(a) - b) < 40 for a, b in zip(seen, colour_at(frame.time), strict=True))


def test_no_picture_is_lost(tmp_path: Path, film: bytes) -> None:
    path, _ = made(tmp_path, film)
    with av.open(str(path)) as container:
        assert len(list(container.decode(video=0))) == 6 * RATE


def test_sizes_places_and_cues_are_right(tmp_path: Path, film: bytes) -> None:
    path, _ = made(tmp_path, film)
    data = path.read_bytes()
    found = webm.index(data)
    segment = data.index(webm.SEGMENT.to_bytes(4, "big"))
    assert webm._element(data, segment)[2] == len(data), "the segment ends where the file does"
    assert len(found.cues) >= 5
    cues = next((start, end) for kind, start, end in _top(data) if kind == webm.CUES)
    for _, start, end in webm._children(data, *cues):
        positions = {k: data[s:e] for k, s, e in webm._children(data, start, end)}[0xB7]
        place = int.from_bytes({k: positions[s:e] for k, s, e in webm._children(positions, 0, len(positions))}[0xF1])
        assert data[segment + 12 + place:].startswith(webm.CLUSTER.to_bytes(4, "big"))


def _top(data: bytes):
    at = webm._element(data, data.index(webm.SEGMENT.to_bytes(4, "big")))[1]
    while (element := webm._element(data, at)) is not None:
        yield element
        at = element[2]


@pytest.mark.parametrize("part", [0.3, 0.61, 0.97, 0.999])
def test_what_broke_off_is_played_as_far_as_it_came(tmp_path: Path, film: bytes, part: float) -> None:
    path, duration = made(tmp_path, film[:int(len(film) * part)])
    assert 0 < duration <= 6_200
    with av.open(str(path)) as container:
        frames = list(container.decode(video=0))
    assert 0 < len(frames) <= 6 * RATE


@pytest.mark.parametrize("data", [b"", b"\x1a\x45\xdf\xa3", b"\x00" * 1000, b"RIFF" + b"x" * 500, b"\xff" * 64])
def test_what_is_no_film_is_told(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(webm.BadWebm):
        made(tmp_path, data)


def test_broken_bytes_never_do_more_than_be_refused(tmp_path: Path, film: bytes) -> None:
    dice = random.Random(7)
    for _ in range(300):
        data = bytearray(film[:20_000])
        for _ in range(dice.randint(1, 40)):
            data[dice.randrange(len(data))] = dice.randrange(256)
        try:
            made(tmp_path, bytes(data))
        except webm.BadWebm:
            continue


@pytest.mark.parametrize("filling", [b"\xec\x80", b"\xa0\x82\xec\x80", webm.CLUSTER.to_bytes(4, "big") + b"\x80"])
def test_parts_without_end_are_refused(monkeypatch: pytest.MonkeyPatch, film: bytes, filling: bytes) -> None:
    """A few megabytes of empty parts, wherever they may stand, would keep a thread busy for minutes."""
    monkeypatch.setattr(webm, "MOST_ELEMENTS", 1_000)
    with pytest.raises(webm.BadWebm, match="too long"):
        webm.index(film + filling * 1_000)


def test_clusters_and_cues_take_so_much_memory_and_no_more(monkeypatch: pytest.MonkeyPatch, film: bytes) -> None:
    cluster = webm.CLUSTER.to_bytes(4, "big") + b"\x86" + b"\xa3\x84\x81\0\0\x80"
    monkeypatch.setattr(webm, "MOST_CUES", 20)
    assert len(webm.index(film + cluster * 50).cues) == 20, "the rest can be played all the same"
    monkeypatch.setattr(webm, "MOST_CLUSTERS", 40)
    with pytest.raises(webm.BadWebm, match="too long"):
        webm.index(film + cluster * 50)

"""The camera on a real display: quick with changes, at rest without viewers; and the video that comes of it."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator

import av
import numpy as np
import pytest
from Xlib import X
from Xlib import display as xdisplay

from builder.helper.screen.camera import Camera
from builder.helper.screen.grab import displays
from builder.helper.screen.watch import DamageWatch, best
from builder.helper.video import QUALITIES, Encoder


class Viewer:
    """Keeps what it is shown."""

    def __init__(self) -> None:
        self.pictures: queue.Queue[tuple[np.ndarray, float]] = queue.Queue()

    def picture(self, image: np.ndarray, *, at: float) -> None:
        self.pictures.put((image, at))

    def until(self, pixel: tuple[int, int, int], *, x: int, y: int) -> float:
        """The moment at which a picture with this pixel (BGR) was taken."""
        while True:
            image, at = self.pictures.get(timeout=40)
            if tuple(image[y, x, :3]) == pixel:
                return at


@pytest.fixture
def camera(on_display: str) -> Iterator[Camera]:
    made = Camera()
    yield made
    made.close()


@pytest.fixture
def painter(on_display: str) -> Iterator[object]:
    connection = xdisplay.Display(on_display)
    window = connection.screen().root.create_window(300, 300, 200, 200, 0, X.CopyFromParent, override_redirect=1,
                                                    background_pixel=0)
    window.map()
    connection.sync()

    def paint(colour: int) -> None:
        window.fill_rectangle(window.create_gc(foreground=colour), 0, 0, 200, 200)
        connection.sync()

    yield paint
    connection.close()


def test_the_display_is_listed(on_display: str):
    assert [(d.width, d.height, d.primary) for d in displays()] == [(1280, 800, True)]


def test_damage_is_watched_here(on_display: str):
    watch = best()
    assert isinstance(watch, DamageWatch)
    watch.close()


def test_a_change_is_seen_with_its_pixels(camera: Camera, painter):
    viewer = Viewer()
    camera.add(viewer)
    viewer.pictures.get(timeout=40)
    for colour, pixel in ((0xFF8000, (0x00, 0x80, 0xFF)), (0x0000FF, (0xFF, 0, 0)), (0x123456, (0x56, 0x34, 0x12))):
        painter(colour)
        viewer.until(pixel, x=310, y=310)


def test_an_idle_screen_is_the_same_picture_again(camera: Camera, painter):
    viewer = Viewer()
    camera.add(viewer)
    viewer.pictures.get(timeout=40)
    seen = [viewer.pictures.get(timeout=40)[0] for _ in range(6)]
    assert seen[-1] is seen[-2]


def test_without_viewers_the_screen_is_let_go(camera: Camera):
    viewer = Viewer()
    camera.add(viewer)
    viewer.pictures.get(timeout=40)
    camera.remove(viewer)
    for _ in range(200):
        if camera._grabber is None:
            break
        threading.Event().wait(0.02)
    assert camera._grabber is None
    while not viewer.pictures.empty():
        viewer.pictures.get()
    threading.Event().wait(0.5)
    assert viewer.pictures.empty()


def test_a_monitor_that_is_not_there_is_not_switched_to(camera: Camera):
    viewer = Viewer()
    camera.add(viewer)
    viewer.pictures.get(timeout=40)
    assert camera.switch(0)
    assert not camera.switch(1)
    assert not camera.switch(-1)


def screen(shade: int, *, width: int = 640, height: int = 480) -> np.ndarray:
    image = np.full((height, width, 4), shade, np.uint8)
    image[100:200, 100:300, :3] = (10, 200, 30)
    return image


@pytest.mark.parametrize(("codec", "decoder"), [("vp8", "libvpx"), ("h264", "h264")])
def test_video_decodes_to_the_screen(codec: str, decoder: str):
    encoder, reader = Encoder(codec), av.CodecContext.create(decoder, "r")
    for number in range(5):
        data, key = encoder.encode(screen(200 + number), at=1 + number / 30)
        assert key == (number == 0)
        for frame in reader.decode(av.Packet(data)):
            picture = frame.to_ndarray(format="bgr24")
    assert np.abs(picture[150, 200].astype(int) - (10, 200, 30)).max() < 20
    assert np.abs(picture[400, 600].astype(int) - 204).max() < 12


def test_a_lost_picture_brings_a_key_frame_but_not_a_storm():
    encoder = Encoder()
    assert encoder.encode(screen(1), at=1.0)[1]
    keys = []
    for number in range(1, 31):
        encoder.want_key()
        keys.append(encoder.encode(screen(number), at=1 + number / 30)[1])
    assert 2 <= sum(keys) <= 4


def test_speed_is_at_most_1280_wide():
    encoder, reader = Encoder(), av.CodecContext.create("libvpx", "r")
    encoder.quality = QUALITIES["speed"]
    frames = reader.decode(av.Packet(encoder.encode(screen(9, width=1920, height=1080), at=1.0)[0]))
    assert (frames[0].width, frames[0].height) == (1280, 720)


def test_the_bitrate_follows_quality_and_network():
    encoder = Encoder()
    encoder.quality = QUALITIES["quality"]
    best_case = encoder.target(1920, 1080)
    encoder.allowed = 900_000
    assert encoder.target(1920, 1080) == 900_000 < best_case
    encoder.allowed = 1
    assert encoder.target(1920, 1080) >= 400_000

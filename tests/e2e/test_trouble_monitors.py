"""Two monitors, three qualities, and the way back from tiles to WebRTC."""

from __future__ import annotations

import subprocess
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.stage.display import Display, eventually
from tests.stage.scene import Scene

WIDTH, HEIGHT, LEFT = 2400, 900, 900
SIZE = "() => { const v = document.querySelector('#video'); return [v.videoWidth, v.videoHeight]; }"


def _two_monitors(display: Display) -> None:
    """The left one, which shows the helper, and the right one with the target on it."""
    for name, width, x, output in (("left", LEFT, 0, "screen"), ("right", WIDTH - LEFT, LEFT, "none")):
        subprocess.run(["xrandr", "--setmonitor", name, f"{width}/300x{HEIGHT}/300+{x}+0", output],
                       env=display.environment(), check=True)


@pytest.fixture(scope="module")
def scene(stage: Callable[..., Scene]) -> Scene:
    made = stage(width=WIDTH, height=HEIGHT, before=_two_monitors, target=(LEFT + 300, 200))
    made.starts("view", "control", picture=False)
    return made


def _size(scene: Scene) -> list[int]:
    return scene.desk.page.evaluate(SIZE)


def _chooses(scene: Scene, menu: str, name: str) -> None:
    scene.desk.page.locator(f"#{menu}-button").click()
    scene.desk.page.locator(f"#{menu}-menu button", has_text=name).click()


def test_the_first_monitor_is_shown_alone(scene: Scene) -> None:
    eventually(lambda: _size(scene) == [LEFT, HEIGHT], within=40, what="the left monitor")
    expect(scene.desk.page.locator("#monitor-button")).to_be_enabled()


def test_the_other_monitor(scene: Scene) -> None:
    _chooses(scene, "monitor", "Display 2")
    eventually(lambda: _size(scene) == [WIDTH - LEFT, HEIGHT], within=40, what="the right monitor")
    scene.shown_left, scene.shown_width = LEFT, WIDTH - LEFT
    expect(scene.desk.page.locator("#monitor-text")).to_have_text("Display 2")
    scene.works()


def test_speed_is_at_most_1280_wide(scene: Scene) -> None:
    _chooses(scene, "quality", "Fastest")
    eventually(lambda: _size(scene)[0] == 1280, within=40, what="the small picture")
    scene.works()


@pytest.mark.parametrize("name", ["Best picture", "Balanced"])
def test_the_others_show_every_pixel(scene: Scene, name: str) -> None:
    _chooses(scene, "quality", name)
    eventually(lambda: _size(scene) == [WIDTH - LEFT, HEIGHT], within=40, what="the full picture")
    scene.works()


def test_tiles_show_the_same_monitor_and_webrtc_comes_back(scene: Scene) -> None:
    _chooses(scene, "route", "Compatibility")
    eventually(lambda: scene.desk.transport() == "tiles", within=40, what="tiles")
    expect(scene.desk.page.locator("#transport")).to_contain_text("Tiles")
    assert scene.desk.page.evaluate("() => [tiles.width, tiles.height]") == [WIDTH - LEFT, HEIGHT]
    scene.works()
    _chooses(scene, "route", "WebRTC")
    eventually(lambda: scene.desk.transport() == "webrtc", within=40, what="WebRTC")
    scene.works()


def test_and_the_first_monitor_again(scene: Scene) -> None:
    _chooses(scene, "monitor", "Display 1")
    eventually(lambda: _size(scene) == [LEFT, HEIGHT], within=40, what="the left monitor")

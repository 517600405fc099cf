"""A recording's whole way: asked, allowed, shown to both, a tab that dies, the case that plays it; a no stops it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.stage.display import eventually
from tests.stage.scene import Desk, Scene

pytestmark = [pytest.mark.timeout(240)]
BANNER = (0x8C, 0x1D, 0x22)
RIGHTS = ("view", "control", "recording")
#: Seconds from the beginning, or before the end.
SEEK = """async (seconds) => {
  const film = document.querySelector('#recordings video');
  film.currentTime = seconds < 0 ? film.duration + seconds : seconds;
  await new Promise((done) => film.addEventListener('seeked', done, { once: true }));
}"""
SEEN = """([x, y]) => {
  const film = document.querySelector('#recordings video');
  const canvas = document.createElement('canvas'), pen = canvas.getContext('2d');
  pen.drawImage(film, x * film.videoWidth, y * film.videoHeight, 1, 1, 0, 0, 1, 1);
  return [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3);
}"""


@pytest.fixture(scope="module")
def scene(stage: Callable[..., Scene]) -> Scene:
    made = stage()
    made.starts("view", "control")
    return made


@pytest.fixture(scope="module")
def second(scene: Scene, browser: Browser) -> Any:
    """The technician's browser after the first one died."""
    desk = Desk(browser, scene.server.url)
    yield desk
    desk.close()


def _newest(scene: Scene) -> dict[str, Any]:
    return scene.api.get(f"/api/sessions/{scene.session_id}/recordings").json()["recordings"][-1]


def _banner(scene: Scene) -> bool:
    return int((scene.customer.looks() == BANNER).all(axis=2).sum()) > 3000


def _grows(scene: Scene) -> None:
    """Wait until two more parts have arrived whole."""
    before = _newest(scene)["chunks"]
    eventually(lambda: _newest(scene)["chunks"] >= before + 2, within=75,
               what=f"two more parts of the recording {_newest(scene)}")


def _shows(page: Page, place: tuple[float, float], colour: str) -> bool:
    """Does the film show a colour there, where it stands now?"""
    return _is(page.evaluate(SEEN, [*place]), colour)


def _is(colour: list[int], name: str) -> bool:
    red, green = colour[0], colour[1]
    return red > 150 > green if name == "red" else green > 150 > red


def test_the_customer_is_asked_and_both_are_shown_that_it_runs(scene: Scene) -> None:
    scene.desk.page.locator("#record").click()
    scene.customer.allows()
    scene.desk.awaits_rights(*RIGHTS)
    expect(scene.desk.page.locator("#recording")).to_contain_text("REC", timeout=40_000)
    eventually(lambda: _banner(scene), within=40, what="the banner on the customer's window")


def test_it_goes_on_through_other_pictures_and_transports(scene: Scene) -> None:
    _grows(scene)
    scene.clicks()
    scene.sees("green")
    scene.desk.page.locator("#route-button").click()
    scene.desk.page.locator("#route-menu button", has_text="Compatibility").click()
    eventually(lambda: scene.desk.transport() == "tiles", within=40, what="tiles")
    scene.sees("green")
    _grows(scene)


def test_a_tab_that_dies_loses_seconds(scene: Scene) -> None:
    scene.desk.close()
    eventually(lambda: _newest(scene)["state"] == "ready", within=60, what="the film of the page that is gone")
    row = _newest(scene)
    assert row["reason"] == "lost" and row["durationSeconds"] >= 6
    eventually(lambda: not _banner(scene), within=40, what="the banner taken off")


def test_the_case_plays_it(scene: Scene, second: Desk) -> None:
    page: Page = second.page
    page.goto(f"{scene.server.url}/cases/new?session={scene.session_id}")
    expect(page.locator("#recordings video")).to_be_visible(timeout=40_000)
    length = eventually(lambda: page.evaluate("document.querySelector('#recordings video').duration || 0"), within=40,
                        what="the film's length")
    assert abs(length - _newest(scene)["durationSeconds"]) < 2
    x, y = scene.part(scene.target.field)
    for seconds, colour in ((-0.5, "green"), (0.5, "red"), (-1, "green")):
        page.evaluate(SEEK, seconds)
        eventually(partial(_shows, page, (x, y), colour), within=40, what=f"{colour} at {seconds} s of the film")


def test_a_right_taken_back_stops_it(scene: Scene, second: Desk) -> None:
    second.opens(scene.session_id)
    scene.sees_target(desk=second)
    second.page.locator("#record").click()
    expect(second.page.locator("#recording")).to_contain_text("REC", timeout=40_000)
    _grows(scene)
    scene.customer.takes_back("recording", held=RIGHTS)
    second.awaits_rights("view", "control")
    expect(second.page.locator("#recording")).to_be_hidden(timeout=40_000)
    eventually(lambda: not _banner(scene), within=40, what="the banner taken off")
    eventually(lambda: _newest(scene)["state"] == "ready", within=40, what="the film that was stopped")
    row = _newest(scene)
    assert row["reason"] == "revoked"
    refused = scene.api.put(f"/api/recordings/{row['id']}/chunks/{row['chunks']}", data=b"more")
    assert refused.status_code == 403, refused.text
    expect(second.page.locator("#record")).to_have_text("Record")

"""The cable to the customer is pulled: video, control and the socket all stop at once, and all come back."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from tests.stage.display import eventually
from tests.stage.netns import Cable
from tests.stage.scene import USUAL, Scene
from tests.stage.server import Server

pytestmark = [pytest.mark.timeout(240),
              pytest.mark.skipif(not Cable.is_possible(), reason="only root may make network namespaces")]
LONG = 20.0


@pytest.fixture(scope="module")
def cable() -> Iterator[Cable]:
    made = Cable()
    yield made
    made.close()


@pytest.fixture(scope="module")
def scene(stage: Callable[..., Scene], cable: Cable, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    server = Server(tmp_path_factory.mktemp("server"), host=cable.here)
    made = stage(server, prefix=cable.prefix)
    made.starts()
    yield made
    server.stop()


def test_the_picture_comes_over_the_cable(scene: Scene) -> None:
    assert scene.desk.transport() == "webrtc"
    scene.works()


def test_twenty_seconds_without_a_cable(scene: Scene, cable: Cable) -> None:
    page, began = scene.desk.page, time.monotonic()
    cable.cut()
    eventually(lambda: scene.desk.state() in ("stalled", "helper-lost"), within=LONG, what="word of the trouble")
    frames = scene.desk.frames()
    scene.desk.awaits("helper-lost", within=LONG)
    expect(page.locator("#banner")).to_contain_text(re.compile(r"connection was lost \d+ s ago.*by itself"))
    page.wait_for_timeout(max(0, LONG - (time.monotonic() - began)) * 1000)
    assert scene.desk.frames() == frames, "nothing came through"
    cable.heal()
    scene.desk.awaits("connected")
    assert scene.desk.rights() == set(USUAL)
    scene.works()
    assert scene.desk.transport() == "webrtc"
    assert "consent_revoked" not in [event["kind"] for event in scene.timeline()]

"""Where both ends are allowed nothing but a relay: the video goes through a real coturn, and the page says so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.stage.coturn import Coturn
from tests.stage.display import eventually
from tests.stage.scene import Scene
from tests.stage.server import Server

RELAY_ONLY = """(() => {
  const Open = RTCPeerConnection;
  window.RTCPeerConnection = class extends Open {
    constructor(options) { super({ ...options, iceTransportPolicy: 'relay' }); }
  };
})()"""


@pytest.fixture(scope="module")
def coturn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Coturn]:
    relay = Coturn(tmp_path_factory.mktemp("coturn"))
    yield relay
    relay.close()


@pytest.fixture(scope="module")
def scene(coturn: Coturn, browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder: Path = tmp_path_factory.mktemp("relayed")
    (folder / "server").mkdir()
    server = Server(folder / "server", **coturn.settings)
    made = Scene(folder, browser, server, helper=("--relay-only",))
    made.desk.page.add_init_script(RELAY_ONLY)
    yield made
    made.close()
    server.stop()


def test_the_picture_arrives_through_the_relay(scene: Scene, coturn: Coturn) -> None:
    scene.starts("view", "control")
    assert scene.desk.transport() == "webrtc"
    scene.works()
    assert "realm <relay.test> user <" in coturn.log()


def test_the_page_says_so_and_why(scene: Scene) -> None:
    pill = scene.desk.page.locator("#transport")
    expect(pill).to_have_text(re.compile(r"^Relayed · \d+ ms$"), timeout=40_000)
    pill.click()
    doctor = scene.desk.page.locator("#doctor")
    expect(doctor).to_contain_text("this browser offered no other way")
    expect(doctor).to_have_text(re.compile("The customer's computer found a relay"))
    scene.desk.page.keyboard.press("Escape")
    expect(doctor).to_be_hidden()


def test_without_credentials_the_relay_takes_nobody(scene: Scene, coturn: Coturn) -> None:
    """Anonymous callers get none, and those of another secret are refused by the relay itself."""
    told = scene.desk.page.evaluate("""async (url) => {
      const relay = { urls: url, username: "9999999999:me", credential: "guessed" };
      const pc = new RTCPeerConnection({ iceServers: [relay] });
      const errors = [], kinds = [];
      pc.addEventListener("icecandidateerror", (event) => errors.push(event.errorCode));
      pc.addEventListener("icecandidate", ({ candidate }) => candidate && kinds.push(candidate.type));
      pc.createDataChannel("x");
      await pc.setLocalDescription();
      while (pc.iceGatheringState !== "complete") await new Promise((done) => setTimeout(done, 50));
      pc.close();
      return { errors, kinds };
    }""", coturn.settings["turn_urls"])
    assert told == {"errors": [401], "kinds": []}


def test_when_the_relay_dies_the_picture_goes_on_as_tiles(scene: Scene, coturn: Coturn) -> None:
    coturn.close()
    eventually(lambda: scene.desk.transport() == "tiles", within=60, what="tiles")
    scene.sees_target()
    expect(scene.desk.page.locator("#transport")).to_have_text(re.compile(r"^Tiles( · \d+ ms)?$"))

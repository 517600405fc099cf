"""Where WebRTC can't get through: the picture as tiles, control as events, and back again."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.stage.display import TargetWindow, eventually
from tests.stage.scene import SOON, USUAL, Desk, Scene

# As behind a firewall that lets nothing through but the web: only relays may be used, and there is none.
WALL = """() => {
  const Open = RTCPeerConnection;
  window.wall = true;
  window.RTCPeerConnection = class extends Open {
    constructor(options) { super(window.wall ? { ...options, iceTransportPolicy: 'relay' } : options); }
  };
}"""
SENT = """() => {
  window.sent = [];
  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (data) {
    const event = typeof data === 'string' && /^42\\d*\\["([^"]+)"/.exec(data);
    if (event) window.sent.push(event[1]);
    return send.call(this, data);
  };
}"""


@pytest.fixture(scope="module")
def scene(stage: Callable[..., Scene]) -> Scene:
    made = stage()
    for script in (SENT, WALL):
        made.desk.page.add_init_script(f"({script})()")
    return made


def _route(desk: Desk, name: str) -> None:
    desk.page.locator("#route-button").click()
    desk.page.locator("#route-menu button", has_text=name).click()


def test_behind_a_wall_the_picture_comes_by_tiles(scene: Scene) -> None:
    scene.starts()
    assert scene.desk.transport() == "tiles"
    expect(scene.desk.page.locator("#transport")).to_contain_text("Tiles")
    expect(scene.desk.page.get_by_text("Using compatibility mode").first).to_be_visible()


def test_mouse_and_keyboard_go_as_events(scene: Scene) -> None:
    scene.works()
    scene.clicks(TargetWindow.ENTRY)
    scene.desk.page.keyboard.type("by relay äß")
    eventually(lambda: scene.target.state()["text"] == "by relay äß", within=40, what="the typed text")
    sent = set(scene.desk.page.evaluate("window.sent"))
    assert {"remote-mouse", "remote-keyboard", "screen-ack", "stream-transport"} <= sent


def test_without_control_nothing_is_clicked(scene: Scene) -> None:
    before = scene.target.state()["clicks"]
    scene.customer.takes_back("control", held=USUAL)
    scene.desk.awaits_rights("view", "clipboard", "files", within=SOON)
    scene.clicks()
    scene.desk.page.wait_for_timeout(700)
    assert scene.target.state()["clicks"] == before


def test_taking_back_the_view_stops_the_frames(scene: Scene) -> None:
    scene.customer.takes_back("view", held=("view", "clipboard", "files"))
    scene.desk.awaits_rights("files", within=SOON)
    scene.desk.page.wait_for_timeout(1000)  # what was under way has come
    shown = scene.desk.frames()
    scene.display.click(*TargetWindow.FIELD)  # so that there would be something to send
    scene.desk.page.wait_for_timeout(1500)
    assert scene.desk.frames() == shown
    assert scene.desk.colour(0.5, 0.5) is None


def test_asked_again_the_picture_comes_back(scene: Scene) -> None:
    scene.desk.page.get_by_role("button", name="Ask again").first.click()
    scene.customer.allows()
    scene.sees_target()
    assert scene.desk.transport() == "tiles"


def test_trying_webrtc_in_vain_falls_back_again(scene: Scene) -> None:
    _route(scene.desk, "WebRTC")
    scene.sees_target()
    eventually(lambda: scene.desk.transport() == "tiles", within=40, what="tiles again")
    scene.sees_target()


def test_without_the_wall_webrtc_works_again(scene: Scene) -> None:
    scene.desk.page.evaluate("window.wall = false")
    _route(scene.desk, "WebRTC")
    eventually(lambda: scene.desk.transport() == "webrtc", within=40, what="WebRTC")
    scene.sees_target()

"""Which way the picture is asked for, as time goes by without one."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

START = """async () => {
  const { createPicture } = await import("/static/session/picture.js");
  const { BLANK, createStore } = await import("/static/session/store.js");
  window.sent = []; window.said = []; window.handlers = {};
  window.store = createStore({ ...BLANK, line: "up", joined: true, helperOnline: true, rights: ["view"] });
  const video = document.createElement("video");
  window.picture = createPicture({
    store, video, canvas: document.getElementById("tiles"), iceServers: () => [], onFrame: () => {},
    speech: { emit: (event, fields) => sent.push([event, fields]) },
    line: { on: (event, handler) => { handlers[event] = handler; } },
    onSwitch: (transport, why) => why && said.push(why),
  });
  picture.start();
}"""
ASKED = "sent.filter(([event]) => event === 'stream-transport').map(([, fields]) => fields.transport)"
OFFER = "handlers['webrtc-offer']({ offer: { type: 'offer', sdp: 'v=0' }, from: 'helper' })"
FRAME = """(data) => handlers["screen-frame"]({ seq: 7, width: 64, height: 64, keyframe: true, from: "helper",
  rects: [[0, 0, 64, 64, atob(data).length]], data: Uint8Array.from(atob(data), (c) => c.charCodeAt(0)).buffer })"""


@pytest.fixture
def picture(browser: Browser, static_server: str) -> Iterator[Page]:
    context = browser.new_context()
    page = context.new_page()
    page.clock.install()
    page.goto(static_server + "/bare")
    page.evaluate(START)
    yield page
    context.close()


def asked(page: Page) -> list[str]:
    return page.evaluate(ASKED)


def fact(page: Page, name: str) -> Any:
    return page.evaluate(f"store.facts.{name}")


def jpeg() -> str:
    made = io.BytesIO()
    Image.new("RGB", (64, 64), "red").save(made, "JPEG")
    return base64.b64encode(made.getvalue()).decode()


def test_eight_seconds_after_an_offer_without_a_frame_tiles_are_asked_for(picture: Page) -> None:
    picture.evaluate(OFFER)
    picture.clock.run_for(7500)
    assert asked(picture) == []
    picture.clock.run_for(2000)
    assert asked(picture) == ["tiles"]
    assert picture.evaluate("said") == ["No picture came over WebRTC"]


def test_a_frame_of_tiles_is_drawn_acknowledged_and_shown(picture: Page) -> None:
    picture.evaluate("picture.choose('tiles')")
    picture.evaluate(FRAME, jpeg())
    assert ["screen-ack", {"seq": 7, "targetSocketId": "helper"}] in picture.evaluate("sent")
    assert (fact(picture, "picture"), fact(picture, "transport")) == ("live", "tiles")
    assert picture.evaluate("picture.source.width") == 64
    picture.clock.run_for(60_000)
    assert asked(picture) == ["tiles"], "a still screen sends nothing, and that is no reason to ask again"


def test_a_helper_that_offers_nothing_is_asked_again_and_then_for_tiles(picture: Page) -> None:
    picture.clock.run_for(40_000)
    assert asked(picture) == ["webrtc", "webrtc", "webrtc", "tiles"]


def test_a_helper_that_comes_afresh_gets_another_try_with_webrtc(picture: Page) -> None:
    picture.evaluate(OFFER)
    picture.clock.run_for(10_000)
    assert asked(picture) == ["tiles"]
    picture.evaluate("picture.afresh(); picture.start()")
    picture.evaluate(OFFER)
    picture.clock.run_for(3000)
    assert asked(picture) == ["tiles"], "the new offer is being answered, so nothing more is asked"


def test_the_technicians_own_choice_of_tiles_stays(picture: Page) -> None:
    picture.evaluate("picture.choose('tiles'); picture.afresh(); picture.start()")
    assert asked(picture) == ["tiles", "tiles"]


@pytest.mark.parametrize("facts", [{"helperOnline": False}, {"line": "down"}, {"rights": []}])
def test_nobody_is_asked_while_nobody_can_answer(picture: Page, facts: dict[str, Any]) -> None:
    picture.evaluate("(facts) => store.set(facts)", facts)
    picture.clock.run_for(60_000)
    assert asked(picture) == []


def test_without_the_view_nothing_of_the_screen_stays(picture: Page) -> None:
    picture.evaluate("picture.choose('tiles')")
    picture.evaluate(FRAME, jpeg())
    picture.evaluate("store.set({ rights: [] }); picture.stop()")
    assert picture.evaluate("document.getElementById('tiles').hidden")
    assert (fact(picture, "picture"), fact(picture, "transport")) == ("none", "")
    picture.evaluate(FRAME, jpeg())
    assert fact(picture, "picture") == "none", "a frame that was on its way is not shown"
    pen = "document.getElementById('tiles').getContext('2d')"
    assert picture.evaluate(f"[...{pen}.getImageData(5, 5, 1, 1).data]")[:3] == [0, 0, 0]

"""Mouse and fingers over the picture, with real input: a surface of 800 × 400 shows a screen of 1600 × 800."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

WATCH = """async () => {
  const { watchMouse } = await import("/static/session/pointer.js");
  const { watchTouch } = await import("/static/session/touch.js");
  const surface = document.getElementById("surface");
  surface.style.cssText = "position:fixed;left:0;top:0;width:800px;height:500px;touch-action:none";
  window.sent = []; window.presses = 0;
  const input = { surface, control: { pointer: (event) => sent.push(event) }, onPress: () => { presses += 1; },
                  screen: () => ({ box: { left: 0, top: 0, width: 800, height: 400 }, width: 1600, height: 800 }) };
  watchMouse(input); watchTouch(input);
  window.frame = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
}"""
NAMES = {1: "move", 2: "down", 3: "up", 4: "wheel", 5: "double"}


@pytest.fixture
def pointer(page: Page) -> Page:
    page.evaluate(WATCH)
    return page


def sent(page: Page) -> list[dict[str, Any]]:
    page.evaluate("frame()")
    return [{**event, "kind": NAMES[event["kind"]]} for event in page.evaluate("sent")]


def kinds(page: Page) -> list[str]:
    return [event["kind"] for event in sent(page)]


def test_a_click_lands_where_it_was_made(pointer: Page) -> None:
    pointer.mouse.click(200, 100, button="right")
    down, up = [event for event in sent(pointer) if event["kind"] != "move"]
    assert (down["kind"], down["x"], down["y"], down["button"]) == ("down", 0.25, 0.25, 2)
    assert (up["kind"], up["x"], up["y"], up["button"]) == ("up", 0.25, 0.25, 2)
    assert pointer.evaluate("presses") == 1


def test_moves_are_gathered_to_one_a_frame(pointer: Page) -> None:
    counted = pointer.evaluate("""async () => {
      const { createFrame } = await import("/static/session/pointer.js");
      const out = [], asked = [];
      const frame = createFrame((event) => out.push(event), { request: (run) => asked.push(run) });
      for (let step = 0; step < 50; step += 1) frame.put({ kind: 1, x: step / 50, y: 0 });
      frame.put({ kind: 4, x: 0, y: 0, deltaX: 0, deltaY: 10 });
      frame.put({ kind: 4, x: 0, y: 0, deltaX: 1, deltaY: 30 });
      asked.forEach((run) => run());
      return { out, frames: asked.length };
    }""")
    assert counted["frames"] == 1
    assert [event["kind"] for event in counted["out"]] == [1, 4]
    assert counted["out"][0]["x"] == 0.98 and (counted["out"][1]["deltaX"], counted["out"][1]["deltaY"]) == (1, 40)


def test_a_move_before_a_press_arrives_before_it(pointer: Page) -> None:
    pointer.mouse.move(100, 100)
    pointer.mouse.move(300, 100)
    pointer.mouse.down()
    assert kinds(pointer)[-1] == "down" and "move" in kinds(pointer)[:-1]


def test_a_drag_that_leaves_the_picture_stays_at_its_edge(pointer: Page) -> None:
    pointer.mouse.move(700, 200)
    pointer.mouse.down()
    pointer.mouse.move(700, 480)
    pointer.mouse.up()
    last = sent(pointer)[-1]
    assert (last["kind"], last["x"], last["y"], last["button"]) == ("up", 0.875, 1, 0)


def test_beside_the_picture_nothing_happens(pointer: Page) -> None:
    pointer.mouse.click(400, 450)
    pointer.mouse.wheel(0, 100)
    assert kinds(pointer) == []


def test_a_second_button_during_a_drag_is_told(pointer: Page) -> None:
    pointer.mouse.move(400, 200)
    pointer.mouse.down()
    pointer.mouse.down(button="right")
    pointer.mouse.up()
    pointer.mouse.up(button="right")
    told = [(event["kind"], event["button"]) for event in sent(pointer) if event["kind"] != "move"]
    assert told == [("down", 0), ("down", 2), ("up", 0), ("up", 2)]


def test_the_wheel_turns_there_and_not_here(pointer: Page) -> None:
    pointer.evaluate("document.body.style.height = '3000px'")
    pointer.mouse.move(400, 200)
    pointer.mouse.wheel(0, 120)
    pointer.wait_for_function("sent.some((event) => event.kind === 4)")
    turns = [event for event in sent(pointer) if event["kind"] == "wheel"]
    assert sum(event["deltaY"] for event in turns) == 120
    assert pointer.evaluate("scrollY") == 0


Touch = Callable[..., None]


@pytest.fixture
def touch(pointer: Page) -> Touch:
    """`touch("touchStart", (x, y), …)`: what each finger does, as the screen reports it."""
    fingers = pointer.context.new_cdp_session(pointer)

    def report(kind: str, *points: tuple[int, int]) -> None:
        where = [{"x": x, "y": y, "id": index} for index, (x, y) in enumerate(points)]
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": where})
    return report


def test_a_tap_is_a_click(pointer: Page) -> None:
    pointer.touchscreen.tap(200, 100)
    assert [(e["kind"], e["x"], e["y"]) for e in sent(pointer)] == [
        ("move", 0.25, 0.25), ("down", 0.25, 0.25), ("up", 0.25, 0.25)]


def test_one_finger_drags(pointer: Page, touch: Touch) -> None:
    touch("touchStart", (100, 100))
    touch("touchMove", (160, 100))
    touch("touchMove", (400, 200))
    touch("touchEnd")
    events = sent(pointer)
    assert (events[1]["kind"], events[1]["x"]) == ("down", 0.125), "the press is where the finger came down"
    assert (events[-1]["kind"], events[-1]["x"], events[-1]["y"]) == ("up", 0.5, 0.5)


def test_two_fingers_scroll_and_press_nothing(pointer: Page, touch: Touch) -> None:
    touch("touchStart", (300, 200))
    touch("touchStart", (300, 200), (400, 200))
    touch("touchMove", (300, 150), (400, 150))
    touch("touchEnd")
    events = sent(pointer)
    assert {event["kind"] for event in events} == {"wheel"}
    assert sum(event["deltaY"] for event in events) > 0, "fingers up, content up: the wheel turns down"


def test_a_long_press_is_the_right_button(pointer: Page, touch: Touch) -> None:
    touch("touchStart", (200, 100))
    pointer.wait_for_function("sent.some((event) => event.kind === 3)")
    touch("touchEnd")
    assert [(e["kind"], e.get("button")) for e in sent(pointer)] == [("move", None), ("down", 2), ("up", 2)]

"""What hands do: drag, wheel, double and right clicks, shortcuts, foreign keyboards, input methods."""

from __future__ import annotations

import subprocess
from collections.abc import Callable

import pytest

from tests.stage.display import Display, TargetWindow, eventually
from tests.stage.scene import Scene


@pytest.fixture(scope="module")
def scene(stage: Callable[..., Scene]) -> Scene:
    made = stage()
    made.starts()
    return made


@pytest.fixture
def entry(scene: Scene) -> Scene:
    """The keyboard is in the target's empty line."""
    scene.clicks(TargetWindow.ENTRY)
    scene.desk.page.keyboard.press("Control+a")
    scene.desk.page.keyboard.press("Delete")
    _reads(scene, "")
    return scene


def _reads(scene: Scene, text: str) -> None:
    eventually(lambda: scene.target.state()["text"] == text, within=40,
               what=f"the text {text!r} (there is {scene.target.state()['text']!r})")


def _layout(display: Display, *names: str) -> None:
    subprocess.run(["setxkbmap", *names], env=display.environment(), check=True)


def _counts(scene: Scene, name: str, wanted: Callable[[int], bool]) -> None:
    eventually(lambda: wanted(scene.target.state()[name]), within=40, what=f"the target's {name}")


def _at_rest(scene: Scene, name: str) -> int:
    """A count once it has stopped growing: what was on its way has arrived."""
    before = -1
    while (count := scene.target.state()[name]) != before:
        before = count
        scene.desk.page.wait_for_timeout(700)
    return count


def test_dragging(scene: Scene) -> None:
    mouse, (x, y) = scene.desk.page.mouse, TargetWindow.FIELD
    clicks = scene.target.state()["clicks"]
    mouse.move(*scene.desk.place(*scene.part((x - 100, y))))
    mouse.down()
    mouse.move(*scene.desk.place(*scene.part((x + 100, y + 40))), steps=10)
    _counts(scene, "drags", lambda n: n >= 1)
    mouse.up()
    drags = _at_rest(scene, "drags")
    assert scene.target.state()["clicks"] == clicks + 1
    mouse.move(*scene.desk.place(*scene.part((x, y))), steps=5)
    scene.desk.page.wait_for_timeout(300)
    assert scene.target.state()["drags"] == drags, "the button was let go"


def test_the_wheel_both_ways(scene: Scene) -> None:
    mouse = scene.desk.page.mouse
    mouse.move(*scene.desk.place(*scene.part(TargetWindow.FIELD)))
    mouse.wheel(0, 300)
    _counts(scene, "wheel", lambda n: n == 3)
    mouse.wheel(0, -500)
    _counts(scene, "wheel", lambda n: n == -2)


def test_a_double_click_is_one(scene: Scene) -> None:
    before = scene.target.state()
    scene.desk.page.mouse.dblclick(*scene.desk.place(*scene.part(TargetWindow.FIELD)))
    _counts(scene, "double_clicks", lambda n: n == before["double_clicks"] + 1)
    scene.desk.page.wait_for_timeout(300)
    after = scene.target.state()
    # Tk tells a double click's second press as the double click alone.
    assert (after["clicks"] - before["clicks"], after["double_clicks"] - before["double_clicks"]) == (1, 1)


def test_the_right_button(scene: Scene) -> None:
    before = scene.target.state()
    scene.clicks(button="right")
    _counts(scene, "right_clicks", lambda n: n == before["right_clicks"] + 1)
    assert scene.target.state()["clicks"] == before["clicks"]


def test_select_all_and_type_replaces(entry: Scene) -> None:
    entry.desk.page.keyboard.type("the first text")
    _reads(entry, "the first text")
    entry.desk.page.keyboard.press("Control+a")
    entry.desk.page.keyboard.type("second")
    _reads(entry, "second")
    entry.desk.page.keyboard.press("Shift+Home")
    entry.desk.page.keyboard.press("Backspace")
    entry.desk.page.keyboard.type("Third")
    _reads(entry, "Third")


def test_altgr(entry: Scene) -> None:
    """A technician on a German keyboard presses AltGr+Q for an at sign, AltGr+E for the euro."""
    page = entry.desk.page
    page.evaluate("""() => {
      const field = document.querySelector('#keyboard');
      const fire = (type, key, code, altGraph) => field.dispatchEvent(new KeyboardEvent(type,
        {key, code, bubbles: true, cancelable: true, modifierAltGraph: altGraph, ctrlKey: altGraph, altKey: altGraph}));
      for (const [key, code] of [['@', 'KeyQ'], ['€', 'KeyE'], ['{', 'Digit7']]) {
        fire('keydown', 'Control', 'ControlLeft', false);
        fire('keydown', 'AltGraph', 'AltRight', true);
        fire('keydown', key, code, true);
        fire('keyup', key, code, true);
        fire('keyup', 'AltGraph', 'AltRight', false);
        fire('keyup', 'Control', 'ControlLeft', false);
      }
    }""")
    page.keyboard.type("x")
    _reads(entry, "@€{x")


@pytest.mark.parametrize("layout", ["de", "fr", "us"])
def test_the_customers_layout_does_not_matter(entry: Scene, layout: str) -> None:
    _layout(entry.display, layout)
    try:
        text = "Zy: äöü ß @{[]}\\~ €µ ?/_-+*# 123 éèàç &'\"()"
        entry.desk.page.keyboard.type(text)
        _reads(entry, text)
        entry.desk.page.keyboard.press("Control+a")
        entry.desk.page.keyboard.type("yz")
        _reads(entry, "yz")
    finally:
        _layout(entry.display, "us")


def test_text_of_an_input_method(entry: Scene) -> None:
    entry.desk.page.keyboard.insert_text("日本語 Привет ελληνικά")
    _reads(entry, "日本語 Привет ελληνικά")


def test_composed_text(entry: Scene) -> None:
    """What an input method composes arrives once, when it is done."""
    session = entry.desk.page.context.new_cdp_session(entry.desk.page)
    for text in ("に", "にほ", "にほん"):
        session.send("Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)})
    session.send("Input.insertText", {"text": "日本"})
    _reads(entry, "日本")
    entry.desk.page.keyboard.type("ok")
    _reads(entry, "日本ok")

"""The captured keyboard: real key presses in, `remote-keyboard` fields out."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

WATCH = """async () => {
  const { watchKeyboard } = await import("/static/session/keyboard.js");
  const field = document.getElementById("field");
  window.sent = []; window.may = { control: true, paste: true }; window.released = 0; window.pasted = [];
  const control = { key: (fields) => sent.push(fields), keys: (list) => sent.push(...list) };
  watchKeyboard({ field, control, mac: false, mayControl: () => may.control, mayPaste: () => may.paste,
                  onRelease: () => { released += 1; field.blur(); }, onPaste: (text) => pasted.push(text) });
  field.focus();
}"""

PRESS = "(press) => document.getElementById('field').dispatchEvent(new KeyboardEvent('keydown', press))"


@pytest.fixture
def keyboard(page: Page) -> Page:
    page.evaluate(WATCH)
    return page


def sent(page: Page) -> list[tuple[str, str]]:
    return [(event["type"][3:], event["key"]) for event in page.evaluate("sent")]


def test_keys_go_down_and_up_and_stay_out_of_the_field(keyboard: Page) -> None:
    keyboard.keyboard.press("a")
    keyboard.keyboard.press("Tab")
    keyboard.keyboard.press("ArrowLeft")
    assert sent(keyboard) == [("down", "a"), ("up", "a"), ("down", "Tab"), ("up", "Tab"),
                              ("down", "ArrowLeft"), ("up", "ArrowLeft")]
    assert keyboard.evaluate("document.activeElement.id") == "field", "Tab must not wander off"


def test_what_went_down_comes_up_though_shift_was_let_go_between(keyboard: Page) -> None:
    for step, key in [("down", "Shift"), ("down", "A"), ("up", "Shift"), ("up", "a")]:
        getattr(keyboard.keyboard, step)(key)
    assert sent(keyboard) == [("down", "Shift"), ("down", "A"), ("up", "Shift"), ("up", "A")]


def test_repeats_are_passed_on(keyboard: Page) -> None:
    keyboard.keyboard.down("x")
    keyboard.keyboard.down("x")
    keyboard.keyboard.up("x")
    assert sent(keyboard) == [("down", "x"), ("down", "x"), ("up", "x")]


def test_leaving_lets_go_of_everything(keyboard: Page) -> None:
    keyboard.keyboard.down("Control")
    keyboard.keyboard.down("k")
    keyboard.evaluate("document.getElementById('field').blur()")
    assert sorted(sent(keyboard)[2:]) == [("up", "Control"), ("up", "k")]


def test_text_without_keys_is_typed(keyboard: Page) -> None:
    keyboard.keyboard.insert_text("€日")
    assert sent(keyboard) == [("down", "€"), ("up", "€"), ("down", "日"), ("up", "日")]
    keyboard.keyboard.insert_text("ß")
    assert sent(keyboard)[4:] == [("down", "ß"), ("up", "ß")], "nothing is typed twice"


def test_composed_text_is_typed_once_it_is_final(keyboard: Page) -> None:
    session = keyboard.context.new_cdp_session(keyboard)
    session.send("Input.imeSetComposition", {"text": "に", "selectionStart": 1, "selectionEnd": 1})
    session.send("Input.imeSetComposition", {"text": "日", "selectionStart": 1, "selectionEnd": 1})
    assert sent(keyboard) == []
    session.send("Input.insertText", {"text": "日本"})
    assert [key for step, key in sent(keyboard) if step == "down"] == ["日", "本"]


def test_a_deletion_on_a_touch_keyboard_is_backspace(keyboard: Page) -> None:
    keyboard.context.new_cdp_session(keyboard).send("Input.dispatchKeyEvent", {
        "type": "rawKeyDown", "key": "Unidentified", "windowsVirtualKeyCode": 229, "commands": ["deleteBackward"]})
    assert sent(keyboard) == [("down", "Backspace"), ("up", "Backspace")]


def test_ctrl_v_pastes_and_lets_go_of_ctrl_first(keyboard: Page) -> None:
    keyboard.keyboard.down("Control")
    keyboard.evaluate("""() => { const data = new DataTransfer(); data.setData("text/plain", "from here ☂");
      const paste = new ClipboardEvent("paste", { clipboardData: data, cancelable: true });
      document.getElementById("field").dispatchEvent(paste); }""")
    assert keyboard.evaluate("pasted") == ["from here ☂"]
    assert sent(keyboard) == [("down", "Control"), ("up", "Control")]


def test_ctrl_v_is_a_plain_key_without_the_clipboard_right(keyboard: Page) -> None:
    keyboard.evaluate("may.paste = false")
    keyboard.keyboard.press("Control+v")
    assert ("down", "v") in sent(keyboard) and keyboard.evaluate("pasted") == []


def test_a_modifier_held_since_before_is_made_up_for(keyboard: Page) -> None:
    press: dict[str, Any] = {"key": "s", "code": "KeyS", "ctrlKey": True, "cancelable": True}
    keyboard.evaluate(PRESS, press)
    assert sent(keyboard) == [("down", "Control"), ("down", "s")]
    keyboard.evaluate(PRESS, {**press, "key": "t", "code": "KeyT", "ctrlKey": False})
    assert sent(keyboard)[2:] == [("up", "Control"), ("down", "t")]


def test_without_control_nothing_goes_out(keyboard: Page) -> None:
    keyboard.evaluate("may.control = false")
    keyboard.keyboard.press("a")
    keyboard.keyboard.insert_text("b")
    assert sent(keyboard) == []


def test_the_way_out(keyboard: Page) -> None:
    keyboard.keyboard.press("Control+Alt+Shift+q")
    assert keyboard.evaluate("released") == 1
    assert {key for step, key in sent(keyboard) if step == "up"} == {"Control", "Alt", "Shift"}
    assert "Q" not in {key for _, key in sent(keyboard)}


def test_on_a_mac_command_stands_for_ctrl(page: Page) -> None:
    page.evaluate(WATCH.replace("mac: false", "mac: true, isMac: () => window.isMac"))
    for is_mac, modifier in [(False, "Control"), (True, "Meta")]:
        page.evaluate("(is_mac) => { window.isMac = is_mac; sent.length = 0; }", is_mac)
        page.keyboard.press("Meta+c")
        assert sent(page)[:2] == [("down", modifier), ("down", "c")]
        assert sorted(sent(page)[2:]) == [("up", modifier), ("up", "c")]
        assert [event["ctrlKey"] for event in page.evaluate("sent")][1] is not is_mac

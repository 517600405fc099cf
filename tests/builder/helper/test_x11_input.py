"""What a technician types and clicks arrives in a real X window, as real devices would send it."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from builder.helper.clipboard_x11 import X11Clipboard
from builder.helper.inputs import Key, Pointer
from builder.helper.inputs.x11 import X11Input

WINDOW = Path(__file__).with_name("window.py")


class Witness:
    """The window, and what it saw."""

    def __init__(self, display: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(WINDOW)], stdout=subprocess.PIPE, env={**os.environ, "DISPLAY": display}, text=True
        )
        self._lines: queue.Queue[dict[str, Any]] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()
        about = self.until(lambda e: "ready" in e)[-1]
        self.left, self.top = about["x"], about["y"]

    def _read(self) -> None:
        for line in self._process.stdout:
            self._lines.put(json.loads(line))

    def until(self, done: Callable[[dict[str, Any]], bool], seconds: float = 10.0) -> list[dict[str, Any]]:
        """Everything seen up to the first event that is `done`."""
        seen: list[dict[str, Any]] = []
        try:
            while not seen or not done(seen[-1]):
                seen.append(self._lines.get(timeout=seconds))
        except queue.Empty:
            raise AssertionError(f"it never came; seen: {seen}") from None
        return seen

    def close(self) -> None:
        self._process.terminate()
        self._process.wait(40)


@pytest.fixture
def witness(on_display: str) -> Iterator[Witness]:
    window = Witness(on_display)
    yield window
    window.close()


@pytest.fixture
def x11(on_display: str) -> Iterator[X11Input]:
    device = X11Input()
    yield device
    device.release(None)
    device.close()


def press(x11: X11Input, key: str, *, down: bool = True, who: str = "t", **flags: Any) -> None:
    x11.key(Key(who=who, down=down, key=key, **flags))


def typed(x11: X11Input, witness: Witness, text: str, **flags: Any) -> str:
    """Type as a browser does, and read the entry back."""
    for char in text:
        press(x11, char, **flags)
        press(x11, char, down=False, **flags)
    press(x11, "F12")
    seen = witness.until(lambda e: e.get("key") == "F12")
    return [e["now"] for e in seen if "now" in e][-1]


def setxkbmap(layout: str, display: str) -> None:
    subprocess.run(["setxkbmap", layout], check=True, env={**os.environ, "DISPLAY": display})


def test_any_text_arrives_exactly(x11: X11Input, witness: Witness):
    text = "aé€ßЖ日@#~|{}"
    assert typed(x11, witness, text) == text


def test_a_long_text_of_many_unknown_characters(x11: X11Input, witness: Witness):
    text = "Ελληνικά кириллица 日本語テスト ŝĝĥ “„”…" * 2
    assert typed(x11, witness, text) == text


def test_the_technicians_shift_is_not_needed_here(x11: X11Input, witness: Witness):
    """A French keyboard makes 1 with Shift; here it needs none, and stays held for what follows."""
    press(x11, "Shift", code="ShiftLeft")
    assert typed(x11, witness, "1A2b", shift=True) == "1A2b"
    press(x11, "Shift", code="ShiftLeft", down=False)
    assert typed(x11, witness, "c") == "1A2bc"


def test_altgr_on_both_sides(x11: X11Input, witness: Witness, on_display: str):
    setxkbmap("de", on_display)
    try:
        press(x11, "AltGraph", code="AltRight")
        assert typed(x11, witness, "@€{", altgr=True) == "@€{"
        press(x11, "AltGraph", code="AltRight", down=False)
        assert typed(x11, witness, "zyß") == "@€{zyß"
    finally:
        setxkbmap("us", on_display)


def test_altgr_as_windows_sends_it(x11: X11Input, witness: Witness):
    """Control and Alt are down, and yet it is a character, not a shortcut."""
    press(x11, "Control", code="ControlLeft")
    press(x11, "Alt", code="AltRight")
    press(x11, "@", ctrl=True, alt=True, altgr=True)
    assert witness.until(lambda e: "now" in e)[-1]["now"] == "@"


def test_a_cyrillic_layout_is_used_where_it_is_on(x11: X11Input, witness: Witness, on_display: str):
    setxkbmap("ru", on_display)
    try:
        assert typed(x11, witness, "Жук and a") == "Жук and a"
    finally:
        setxkbmap("us", on_display)


def test_caps_lock_does_not_turn_letters_round(x11: X11Input, witness: Witness):
    press(x11, "CapsLock")
    assert typed(x11, witness, "aB1") == "aB1"
    press(x11, "CapsLock")


def test_shortcuts_keep_their_modifiers(x11: X11Input, witness: Witness):
    assert typed(x11, witness, "one") == "one"
    press(x11, "Control", code="ControlLeft")
    press(x11, "a", ctrl=True)
    press(x11, "Control", code="ControlLeft", down=False)
    seen = witness.until(lambda e: e.get("up") == "Control_L")
    assert any(e.get("key") == "a" and e["state"] & 4 for e in seen)


def test_named_keys(x11: X11Input, witness: Witness):
    assert typed(x11, witness, "abc") == "abc"
    for key in ("Backspace", "Home", "Delete"):
        press(x11, key)
    assert typed(x11, witness, "!") == "!b"
    for key, keysym in (("F5", "F5"), ("Enter", "Return"), ("ArrowLeft", "Left"), ("Escape", "Escape")):
        press(x11, key)
        assert witness.until(lambda e, k=keysym: e.get("key") == k)
    press(x11, "Unidentified")
    press(x11, "Dead")
    assert typed(x11, witness, "?") == "?!b"


def test_what_is_held_is_let_go(x11: X11Input, witness: Witness):
    press(x11, "Shift", code="ShiftLeft", who="one")
    press(x11, "Control", code="ControlLeft", who="two")
    x11.pointer(Pointer(who="one", action="down", x=witness.left + 50, y=witness.top + 50))
    witness.until(lambda e: "press" in e)
    x11.release("one")
    seen = witness.until(lambda e: "release" in e)
    assert [e["up"] for e in seen if "up" in e] == ["Shift_L"]
    x11.release(None)
    assert witness.until(lambda e: "up" in e)[-1]["up"] == "Control_L"


def point(x11: X11Input, witness: Witness, action: str, x: int, y: int, **more: Any) -> None:
    x11.pointer(Pointer(who="t", action=action, x=witness.left + x, y=witness.top + y, **more))


@pytest.mark.parametrize(("button", "seen_as"), [(0, 1), (1, 2), (2, 3)])
def test_buttons(x11: X11Input, witness: Witness, button: int, seen_as: int):
    point(x11, witness, "down", 40, 30, button=button)
    point(x11, witness, "up", 40, 30, button=button)
    seen = [e for e in witness.until(lambda e: "release" in e) if "press" in e or "release" in e]
    assert seen == [{"press": seen_as, "x": 40, "y": 30}, {"release": seen_as, "x": 40, "y": 30}]


def test_dragging(x11: X11Input, witness: Witness):
    point(x11, witness, "down", 10, 10)
    for x in (20, 60, 120):
        point(x11, witness, "move", x, 15)
    point(x11, witness, "up", 120, 15)
    seen = witness.until(lambda e: "release" in e)
    assert seen[-1] == {"release": 1, "x": 120, "y": 15}
    assert {"drag": True, "x": 120, "y": 15} in seen


def test_the_wheel_counts_pixels_into_notches(x11: X11Input, witness: Witness):
    point(x11, witness, "wheel", 50, 50, dy=250.0)
    point(x11, witness, "wheel", 50, 50, dy=50.0)
    point(x11, witness, "wheel", 50, 50, dy=-100.0)
    point(x11, witness, "down", 50, 50)
    presses = [e["press"] for e in witness.until(lambda e: e.get("press") == 1) if "press" in e]
    assert presses == [5, 5, 5, 4, 1]


def test_a_double_click_is_one(x11: X11Input, witness: Witness):
    point(x11, witness, "double", 70, 70)
    assert witness.until(lambda e: e.get("double"))[-1] == {"double": True, "x": 70, "y": 70}


def test_a_double_click_after_its_two_clicks_adds_nothing(x11: X11Input, witness: Witness):
    for _ in range(2):
        point(x11, witness, "down", 70, 70)
        point(x11, witness, "up", 70, 70)
    point(x11, witness, "double", 70, 70)
    point(x11, witness, "down", 70, 70, button=2)
    presses = [e["press"] for e in witness.until(lambda e: e.get("press") == 3) if "press" in e]
    assert presses.count(1) <= 2


def test_the_clipboard_is_pasted_into_another_program(x11: X11Input, witness: Witness):
    clipboard = X11Clipboard()
    try:
        clipboard.put("Ünïcode ✓ from afar")
        x11.paste()
        assert witness.until(lambda e: e.get("now"))[-1]["now"] == "Ünïcode ✓ from afar"
    finally:
        clipboard.close()

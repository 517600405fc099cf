"""Keys, text and combinations as the helper gets them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

MADE_BY_ALTGR = """(m) => m.fromEvent(new KeyboardEvent("keydown",
  { key: "@", code: "KeyQ", ctrlKey: true, altKey: true, modifierAltGraph: true }))"""


def test_altgr_makes_a_character_not_a_shortcut(run: Callable[..., Any]) -> None:
    fields = run("keys", MADE_BY_ALTGR)
    assert fields["key"] == "@" and fields["altGraph"] is True
    assert fields["ctrlKey"] is False and fields["altKey"] is False


def test_a_shortcut_keeps_its_modifiers(run: Callable[..., Any]) -> None:
    fields = run("keys", "(m) => m.fromEvent(new KeyboardEvent('keydown', {key: 'c', code: 'KeyC', ctrlKey: true}))")
    assert fields == {"type": "keydown", "key": "c", "code": "KeyC", "ctrlKey": True, "shiftKey": False,
                      "altKey": False, "metaKey": False}


def test_text_goes_character_by_character(run: Callable[..., Any]) -> None:
    events = run("keys", "(m, text) => m.fromText(text)", "é😀\r\n日")
    assert [(e["type"], e["key"]) for e in events] == [
        ("keydown", "é"), ("keyup", "é"), ("keydown", "😀"), ("keyup", "😀"),
        ("keydown", "Enter"), ("keyup", "Enter"), ("keydown", "日"), ("keyup", "日")]


def test_a_combination_goes_down_in_order_and_up_in_reverse(run: Callable[..., Any]) -> None:
    events = run("keys", "(m) => m.combination(['Control', 'Alt', 'Delete'])")
    assert [(e["type"][3:], e["key"]) for e in events] == [
        ("down", "Control"), ("down", "Alt"), ("down", "Delete"), ("up", "Delete"), ("up", "Alt"), ("up", "Control")]
    pressed = events[2]
    assert pressed["ctrlKey"] and pressed["altKey"] and not pressed["shiftKey"]
    assert not any(events[-1][flag] for flag in ("ctrlKey", "altKey", "shiftKey", "metaKey"))


def test_the_menu_speaks_the_customers_platform(run: Callable[..., Any]) -> None:
    labels = {name: [each["label"] for each in run("keys", "(m, p) => m.specials(p)", name)]
              for name in ("linux", "win32", "darwin", "")}
    assert "Ctrl + Alt + Del" in labels["linux"] and "Ctrl + Alt + Del" in labels["win32"] and labels[""]
    assert any("Win + L" in label for label in labels["win32"])
    assert not any("Win" in label for label in labels["darwin"])


def test_release_and_paste_are_told_apart(run: Callable[..., Any]) -> None:
    told = run("keys", """(m) => [
      m.isRelease(new KeyboardEvent("keydown", {key: "Q", code: "KeyQ", ctrlKey: true, altKey: true, shiftKey: true})),
      m.isRelease(new KeyboardEvent("keydown", {key: "q", code: "KeyQ", ctrlKey: true})),
      m.isPaste(new KeyboardEvent("keydown", {key: "v", code: "KeyV", ctrlKey: true})),
      m.isPaste(new KeyboardEvent("keydown", {key: "v", code: "KeyV", metaKey: true})),
      m.isPaste(new KeyboardEvent("keydown", {key: "v", code: "KeyV", metaKey: true}), {mac: true}),
      m.isPaste(new KeyboardEvent("keydown", {key: "V", code: "KeyV", ctrlKey: true, shiftKey: true})),
    ]""")
    assert told == [True, False, True, False, True, False]

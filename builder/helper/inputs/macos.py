"""Mouse and keyboard under macOS, by Quartz events. Written by the manual; not tested on this project's machines.

macOS asks the customer once to allow this program under Privacy & Security, Accessibility.
"""

from __future__ import annotations

import ctypes
import ctypes.util

from . import Key, Pointer

_CODES = {
    "Enter": 36, "Tab": 48, "Backspace": 51, "Escape": 53, "Meta": 55, "Shift": 56, "CapsLock": 57, "Alt": 58,
    "Control": 59, "AltGraph": 61, "F5": 96, "F6": 97, "F7": 98, "F3": 99, "F8": 100, "F9": 101, "F11": 103,
    "F10": 109, "F12": 111, "Home": 115, "PageUp": 116, "Delete": 117, "F4": 118, "End": 119, "F2": 120,
    "PageDown": 121, "F1": 122, "ArrowLeft": 123, "ArrowRight": 124, "ArrowDown": 125, "ArrowUp": 126,
}
_LETTERS = dict(zip("asdfhgzxcv bqweryt123465=97-80]ou[ip lj'k;\\,/nm.", [
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9, -1, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30,
    31, 32, 33, 34, 35, -1, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47], strict=True))
_FLAGS = {"Shift": 0x20000, "Control": 0x40000, "Alt": 0x80000, "AltGraph": 0x80000, "Meta": 0x100000}
_DOWN, _UP, _DRAG = {0: 1, 1: 25, 2: 3}, {0: 2, 1: 26, 2: 4}, {0: 6, 1: 27, 2: 7}
_QUARTZ_BUTTON = {0: 0, 1: 2, 2: 1}


class _Point(ctypes.Structure):
    _fields_ = [("x", ctypes.c_double), ("y", ctypes.c_double)]


class MacInput:
    """Characters go as Unicode, shortcuts by key code with their flags."""

    def __init__(self) -> None:
        path = ctypes.util.find_library("ApplicationServices")
        if not path:
            raise OSError("no ApplicationServices")
        self._q = q = ctypes.CDLL(path)
        for make in (q.CGEventCreateMouseEvent, q.CGEventCreateKeyboardEvent, q.CGEventCreateScrollWheelEvent):
            make.restype = ctypes.c_void_p
        q.CGEventCreateMouseEvent.argtypes = [ctypes.c_void_p, ctypes.c_uint32, _Point, ctypes.c_uint32]
        q.CGEventCreateKeyboardEvent.argtypes = [ctypes.c_void_p, ctypes.c_uint16, ctypes.c_bool]
        q.CGEventPost.argtypes = [ctypes.c_uint32, ctypes.c_void_p]
        q.CGEventSetFlags.argtypes = [ctypes.c_void_p, ctypes.c_uint64]
        q.CGEventSetIntegerValueField.argtypes = [ctypes.c_void_p, ctypes.c_uint32, ctypes.c_int64]
        q.CGEventKeyboardSetUnicodeString.argtypes = [ctypes.c_void_p, ctypes.c_ulong, ctypes.c_void_p]
        q.CFRelease.argtypes = [ctypes.c_void_p]
        self._at = _Point(0, 0)
        self._held: dict[str, set[str]] = {}
        self._buttons: dict[str, set[int]] = {}

    def pointer(self, event: Pointer) -> None:
        """Move, press, let go, scroll, double click."""
        if event.x >= 0:
            self._at = _Point(event.x, event.y)
        held = self._buttons.setdefault(event.who, set())
        if event.action == "down":
            held.add(event.button)
            self._mouse(_DOWN[event.button], event.button)
        elif event.action == "up":
            held.discard(event.button)
            self._mouse(_UP[event.button], event.button)
        elif event.action == "wheel":
            self._post(self._q.CGEventCreateScrollWheelEvent(None, 0, 2, int(-event.dy), int(-event.dx)))
        elif event.action == "double":
            for clicks in (1, 2):
                self._mouse(_DOWN[event.button], event.button, clicks=clicks)
                self._mouse(_UP[event.button], event.button, clicks=clicks)
        else:
            button = min(held, default=None)
            self._mouse(5 if button is None else _DRAG[button], button or 0)

    def key(self, event: Key) -> None:
        """Press or let go of a key, named as the browser names it."""
        held = self._held.setdefault(event.who, set())
        if event.key in _FLAGS:
            (held.add if event.down else held.discard)(event.key)
            self._code(_CODES[event.key], down=event.down)
        elif event.down and event.key in _CODES:
            self._tap(_CODES[event.key])
        elif event.down and len(event.key) == 1 and (event.ctrl or event.meta) and event.key.lower() in _LETTERS:
            self._tap(_LETTERS[event.key.lower()])
        elif event.down and (len(event.key) == 1 or not event.key.isascii()):
            self._type(event.key)

    def paste(self) -> None:
        """Press Cmd+V."""
        self._code(9, down=True, flags=_FLAGS["Meta"])
        self._code(9, down=False, flags=_FLAGS["Meta"])

    def release(self, who: str | None) -> None:
        """Let go of every key and button that one technician (None: anybody) holds."""
        for name in [n for n in self._held if who in (None, n)]:
            for key in self._held.pop(name):
                self._code(_CODES[key], down=False, flags=0)
        for name in [n for n in self._buttons if who in (None, n)]:
            for button in self._buttons.pop(name):
                self._mouse(_UP[button], button)

    def close(self) -> None:
        """Nothing is held."""

    def _mouse(self, kind: int, button: int, *, clicks: int = 1) -> None:
        made = self._q.CGEventCreateMouseEvent(None, kind, self._at, _QUARTZ_BUTTON[button])
        self._q.CGEventSetIntegerValueField(made, 1, clicks)
        self._post(made)

    def _tap(self, code: int) -> None:
        self._code(code, down=True)
        self._code(code, down=False)

    def _code(self, code: int, *, down: bool, flags: int | None = None) -> None:
        made = self._q.CGEventCreateKeyboardEvent(None, code, down)
        names = {name for held in self._held.values() for name in held}
        self._q.CGEventSetFlags(made, sum({_FLAGS[n] for n in names}) if flags is None else flags)
        self._post(made)

    def _type(self, text: str) -> None:
        units = text.encode("utf-16-le")
        for down in (True, False):
            made = self._q.CGEventCreateKeyboardEvent(None, 0, down)
            self._q.CGEventKeyboardSetUnicodeString(made, len(units) // 2, units)
            self._post(made)

    def _post(self, made: int) -> None:
        self._q.CGEventPost(0, made)
        self._q.CFRelease(made)

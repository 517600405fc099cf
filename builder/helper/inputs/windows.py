"""Mouse and keyboard under Windows, by SendInput. Written by the manual; not tested on this project's machines."""

from __future__ import annotations

import ctypes
from ctypes import wintypes

from . import Key, Pointer

_MOVE, _ABSOLUTE, _DESKTOP, _WHEEL, _HWHEEL = 0x0001, 0x8000, 0x4000, 0x0800, 0x1000
_DOWN, _UP = {0: 0x0002, 1: 0x0020, 2: 0x0008}, {0: 0x0004, 1: 0x0040, 2: 0x0010}
_KEY_UP, _UNICODE, _EXTENDED = 0x0002, 0x0004, 0x0001
_VIRTUAL = {
    "Backspace": 0x08, "Tab": 0x09, "Enter": 0x0D, "Shift": 0x10, "Control": 0x11, "Alt": 0x12, "Pause": 0x13,
    "CapsLock": 0x14, "Escape": 0x1B, "PageUp": 0x21, "PageDown": 0x22, "End": 0x23, "Home": 0x24, "ArrowLeft": 0x25,
    "ArrowUp": 0x26, "ArrowRight": 0x27, "ArrowDown": 0x28, "PrintScreen": 0x2C, "Insert": 0x2D, "Delete": 0x2E,
    "Meta": 0x5B, "OS": 0x5B, "ContextMenu": 0x5D, "AltGraph": 0xA5, "NumLock": 0x90, "ScrollLock": 0x91,
    **{f"F{n}": 0x6F + n for n in range(1, 25)},
}
_MODIFIERS = {"Shift", "Control", "Alt", "Meta", "OS", "AltGraph"}
_EXTENDED_KEYS = {*range(0x21, 0x29), 0x2D, 0x2E, 0x5B, 0x5D, 0xA5}


class _Mouse(ctypes.Structure):
    _fields_ = [("dx", wintypes.LONG), ("dy", wintypes.LONG), ("data", wintypes.DWORD), ("flags", wintypes.DWORD),
                ("time", wintypes.DWORD), ("extra", ctypes.c_size_t)]


class _Keyboard(ctypes.Structure):
    _fields_ = [("vk", wintypes.WORD), ("scan", wintypes.WORD), ("flags", wintypes.DWORD), ("time", wintypes.DWORD),
                ("extra", ctypes.c_size_t)]


class _Union(ctypes.Union):
    _fields_ = [("mouse", _Mouse), ("keyboard", _Keyboard)]


class _Input(ctypes.Structure):
    _fields_ = [("type", wintypes.DWORD), ("u", _Union)]


class WindowsInput:
    """Characters go as Unicode, shortcuts as virtual keys; modifiers and buttons are remembered for release."""

    def __init__(self) -> None:
        self._user = ctypes.windll.user32
        self._user.SetProcessDPIAware()
        self._held: dict[str, set[int]] = {}
        self._buttons: dict[str, set[int]] = {}

    def pointer(self, event: Pointer) -> None:
        """Move, press, let go, scroll, double click."""
        if event.x >= 0:
            self._move(event.x, event.y)
        held = self._buttons.setdefault(event.who, set())
        if event.action == "down":
            held.add(event.button)
            self._mouse(_DOWN[event.button])
        elif event.action == "up":
            held.discard(event.button)
            self._mouse(_UP[event.button])
        elif event.action == "wheel":
            self._mouse(_WHEEL, data=int(-event.dy * 1.2))
            self._mouse(_HWHEEL, data=int(event.dx * 1.2))
        elif event.action == "double":
            for flag in (_DOWN, _UP, _DOWN, _UP):
                self._mouse(flag[event.button])

    def key(self, event: Key) -> None:
        """Press or let go of a key, named as the browser names it."""
        held = self._held.setdefault(event.who, set())
        code = _VIRTUAL.get(event.key)
        if event.key in _MODIFIERS and code:
            (held.add if event.down else held.discard)(code)
            self._virtual(code, down=event.down)
        elif event.down and code:
            self._tap(code)
        elif event.down and len(event.key) == 1 and (event.ctrl or event.alt or event.meta) and not event.altgr:
            self._tap(self._user.VkKeyScanW(ord(event.key)) & 0xFF)
        elif event.down and (len(event.key) == 1 or not event.key.isascii()):
            self._type(event.key)

    def paste(self) -> None:
        """Press Ctrl+V."""
        self._virtual(0x11, down=True)
        self._tap(0x56)
        self._virtual(0x11, down=False)

    def release(self, who: str | None) -> None:
        """Let go of every key and button that one technician (None: anybody) holds."""
        for name in [n for n in self._held if who in (None, n)]:
            for code in self._held.pop(name):
                self._virtual(code, down=False)
        for name in [n for n in self._buttons if who in (None, n)]:
            for button in self._buttons.pop(name):
                self._mouse(_UP[button])

    def close(self) -> None:
        """Nothing is held."""

    def _move(self, x: int, y: int) -> None:
        left, top, width, height = (self._user.GetSystemMetrics(n) for n in (76, 77, 78, 79))
        self._mouse(
            _MOVE | _ABSOLUTE | _DESKTOP,
            x=round((x - left) * 65535 / max(1, width - 1)), y=round((y - top) * 65535 / max(1, height - 1)),
        )

    def _type(self, text: str) -> None:
        units = text.encode("utf-16-le")
        for i in range(0, len(units), 2):
            unit = int.from_bytes(units[i : i + 2], "little")
            for flags in (_UNICODE, _UNICODE | _KEY_UP):
                self._send(_Input(1, _Union(keyboard=_Keyboard(0, unit, flags, 0, 0))))

    def _tap(self, code: int) -> None:
        self._virtual(code, down=True)
        self._virtual(code, down=False)

    def _virtual(self, code: int, *, down: bool) -> None:
        flags = (0 if down else _KEY_UP) | (_EXTENDED if code in _EXTENDED_KEYS else 0)
        self._send(_Input(1, _Union(keyboard=_Keyboard(code, self._user.MapVirtualKeyW(code, 0), flags, 0, 0))))

    def _mouse(self, flags: int, *, x: int = 0, y: int = 0, data: int = 0) -> None:
        self._send(_Input(0, _Union(mouse=_Mouse(x, y, data & 0xFFFFFFFF, flags, 0, 0))))

    def _send(self, item: _Input) -> None:
        self._user.SendInput(1, ctypes.byref(item), ctypes.sizeof(item))

"""What a technician does with mouse, keyboard and clipboard: read, checked against consent, handed on in order.

Both ways in, the socket's events and the data channel, end here; there is no other way to the input.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

from .inputs import Key, Pointer
from .inputs.worker import InputWorker
from .screen.grab import Display
from .text import number

MAX_CLIPBOARD = 200_000
_POINTER = {1: "move", 2: "down", 3: "up", 4: "wheel", 5: "double"}
_MOUSE = {
    "mousemove": "move", "move": "move", "mousedown": "down", "down": "down", "mouseup": "up", "up": "up",
    "scroll": "wheel", "wheel": "wheel", "dblclick": "double",
}


class Controls:
    """Lets through what is consented, and drops the rest without a word."""

    def __init__(
        self, *, allows: Callable[[str], bool], worker: InputWorker, display: Callable[[], Display | None],
        on_clipboard: Callable[[str, bool], None], on_pointer: Callable[[tuple[int, int]], None],
    ) -> None:
        self._allows = allows
        self._worker = worker
        self._display = display
        self._on_clipboard = on_clipboard
        self._on_pointer = on_pointer

    def event(self, who: str, name: str, data: dict[str, Any]) -> None:
        """One `remote-mouse`, `remote-keyboard` or `remote-clipboard`, whichever way it came."""
        if name == "remote-mouse" and self._allows("control"):
            self._mouse(who, data)
        elif name == "remote-keyboard" and self._allows("control"):
            self._keyboard(who, data)
        elif name == "remote-clipboard" and self._allows("clipboard"):
            text = data.get("text")
            if isinstance(text, str) and len(text) <= MAX_CLIPBOARD:
                self._on_clipboard(text, self._allows("control"))

    def pointer_bytes(self, who: str, message: bytes) -> None:
        """One binary pointer message of the data channel."""
        if len(message) < 5 or message[0] not in _POINTER or not self._allows("control"):
            return
        kind, x, y = struct.unpack_from("<BHH", message)
        button, dx, dy = 0, 0, 0
        if kind == 4:
            if len(message) < 9:
                return
            dx, dy = struct.unpack_from("<hh", message, 5)
        elif kind != 1:
            if len(message) < 6:
                return
            button = message[5]
        self._point(who, _POINTER[kind], x / 65535, y / 65535, button=button, dx=dx, dy=dy)

    def release(self, who: str) -> None:
        """Let go of everything that this technician holds."""
        self._worker.release(who)

    def release_all(self) -> None:
        """Let go of everything: the right to control went."""
        self._worker.release(None)

    def _mouse(self, who: str, data: dict[str, Any]) -> None:
        action = _MOUSE.get(str(data.get("type")))
        if not action:
            return
        button, dx, dy = int(number(data, "button")), number(data, "deltaX"), number(data, "deltaY")
        if "x" in data and "y" in data:
            self._point(who, action, number(data, "x"), number(data, "y"), button=button, dx=dx, dy=dy)
        elif action != "move" and button in (0, 1, 2):
            self._worker.pointer(Pointer(who=who, action=action, x=-1, y=-1, button=button, dx=dx, dy=dy))

    def _point(
        self, who: str, action: str, x: float, y: float, *, button: int, dx: float, dy: float
    ) -> None:
        display = self._display()
        if display is None or button not in (0, 1, 2) or not (-0.01 <= x <= 1.01 and -0.01 <= y <= 1.01):
            return
        at = _pixel(x, size=display.width) + display.left, _pixel(y, size=display.height) + display.top
        self._on_pointer(at)
        self._worker.pointer(Pointer(who=who, action=action, x=at[0], y=at[1], button=button, dx=dx, dy=dy))

    def _keyboard(self, who: str, data: dict[str, Any]) -> None:
        kind, key = data.get("type"), data.get("key")
        if kind not in ("keydown", "keyup", "down", "up") or not isinstance(key, str) or not 0 < len(key) <= 64:
            return
        code = data.get("code")
        held = {name: data.get(name) is True for name in ("ctrlKey", "shiftKey", "altKey", "metaKey", "altGraph")}
        self._worker.key(Key(
            who=who, down=kind in ("keydown", "down"), key=key, code=code if isinstance(code, str) else "",
            ctrl=held["ctrlKey"], shift=held["shiftKey"], alt=held["altKey"], meta=held["metaKey"],
            altgr=held["altGraph"],
        ))


def _pixel(part: float, *, size: int) -> int:
    """Turn 0–1 into a pixel of the monitor, its last one included."""
    return min(size - 1, max(0, round(part * (size - 1))))

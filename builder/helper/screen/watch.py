"""Waiting for the screen to change: XDamage where there is X11, a plain timed look elsewhere."""

from __future__ import annotations

import contextlib
import os
import select
import sys
import threading
from typing import Any, Protocol

import numpy as np


class Watch(Protocol):
    """Something that knows when it is worth taking a picture."""

    tells_changes: bool

    def wait(self, seconds: float) -> None: ...
    def wake(self) -> None: ...
    def take(self) -> bool: ...
    def cursor(self) -> Cursor | None: ...
    def close(self) -> None: ...


class Cursor:
    """The pointer's picture: where its top left corner lies on the desktop, and premultiplied BGRA pixels."""

    def __init__(self, *, x: int, y: int, hot: tuple[int, int], serial: int, pixels: np.ndarray) -> None:
        self.x, self.y, self.hot, self.serial, self.pixels = x, y, hot, serial, pixels

    @property
    def point(self) -> tuple[int, int]:
        """The pixel that the pointer points at."""
        return self.x + self.hot[0], self.y + self.hot[1]

    def draw(self, image: np.ndarray, *, left: int, top: int) -> None:
        """Blend the pointer into a picture whose corner is at left, top on the desktop."""
        x, y = self.x - left, self.y - top
        height, width = self.pixels.shape[:2]
        x0, y0, x1, y1 = max(x, 0), max(y, 0), min(x + width, image.shape[1]), min(y + height, image.shape[0])
        if x0 >= x1 or y0 >= y1:
            return
        part = self.pixels[y0 - y : y1 - y, x0 - x : x1 - x].astype(np.uint16)
        under = image[y0:y1, x0:x1]
        clear = 255 - part[..., 3:4]
        under[..., :3] = np.minimum(part[..., :3] + under[..., :3] * clear // 255, 255).astype(np.uint8)


class TimedWatch:
    """Tells nothing about changes: the camera looks at every tick."""

    tells_changes = False

    def __init__(self) -> None:
        self._event = threading.Event()

    def wait(self, seconds: float) -> None:
        """Sleep, or less when woken."""
        self._event.wait(max(0.0, seconds))
        self._event.clear()

    def wake(self) -> None:
        """End the wait; any thread may call this."""
        self._event.set()

    def take(self) -> bool:
        """Always worth a look."""
        return True

    def cursor(self) -> Cursor | None:
        """Not known here."""
        return None

    def close(self) -> None:
        """Nothing is held."""


class DamageWatch:
    """Wakes at the moment something is drawn on an X11 screen, and knows the pointer."""

    tells_changes = True

    def __init__(self) -> None:
        from Xlib import display
        from Xlib.ext import damage

        self._display = display.Display()
        if not self._display.has_extension("DAMAGE"):
            self._display.close()
            raise OSError("no DAMAGE extension")
        self._display.damage_query_version()
        self._root = self._display.screen().root
        self._damage = self._root.damage_create(damage.DamageReportNonEmpty)
        self._has_cursor = self._display.has_extension("XFIXES")
        if self._has_cursor:
            self._display.xfixes_query_version()
        self._display.sync()
        self._woken, self._waker = os.pipe()
        os.set_blocking(self._waker, False)
        self._pointer: tuple[int, int] | None = None
        self._dirty = True
        self._shown: Cursor | None = None

    def wait(self, seconds: float) -> None:
        """Sleep until something is drawn, `seconds` have passed, or `wake` is called."""
        if self._dirty or self._display.pending_events():
            return
        ready, _, _ = select.select([self._display.fileno(), self._woken], [], [], max(0.0, seconds))
        if self._woken in ready:
            os.read(self._woken, 4096)

    def wake(self) -> None:
        """End the wait; any thread may call this."""
        with contextlib.suppress(OSError):  # full (it wakes anyway), or closed
            os.write(self._waker, b"!")

    def take(self) -> bool:
        """Say whether anything was drawn, or the pointer moved, since the last call."""
        dirty, self._dirty = self._dirty, False
        while self._display.pending_events():
            self._display.next_event()
            dirty = True
        if dirty:
            self._display.damage_subtract(self._damage, 0, 0)
        pointer = self._root.query_pointer()
        at = (pointer.root_x, pointer.root_y)
        moved, self._pointer = at != self._pointer, at
        return dirty or moved

    def cursor(self) -> Cursor | None:
        """The pointer as it is now."""
        if not self._has_cursor:
            return None
        c: Any = self._display.xfixes_get_cursor_image(self._root)
        pixels = np.array(c.cursor_image, dtype=np.uint32).view(np.uint8).reshape(c.height, c.width, 4)
        return Cursor(x=c.x - c.xhot, y=c.y - c.yhot, hot=(c.xhot, c.yhot), serial=c.cursor_serial, pixels=pixels)

    def close(self) -> None:
        """Give the connection back."""
        self._display.close()
        os.close(self._woken)
        os.close(self._waker)


def best() -> Watch:
    """The best way of waiting that this machine has."""
    if sys.platform == "linux":
        try:
            return DamageWatch()
        except Exception:  # python-xlib raises many kinds; looking at every tick always works
            pass
    return TimedWatch()

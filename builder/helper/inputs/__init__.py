"""Mouse and keyboard of this machine: one small class for each platform, behind one shape."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Pointer:
    """One thing done with the mouse; x, y in desktop pixels (-1: where it is), dx, dy in CSS pixels."""

    who: str
    action: str
    x: int
    y: int
    button: int = 0
    dx: float = 0.0
    dy: float = 0.0


@dataclass(frozen=True)
class Key:
    """One key pressed or let go, as the technician's browser names it."""

    who: str
    down: bool
    key: str
    code: str = ""
    ctrl: bool = False
    shift: bool = False
    alt: bool = False
    meta: bool = False
    altgr: bool = False


class Input(Protocol):
    """What a platform must be able to do; called from one thread only."""

    def pointer(self, event: Pointer) -> None: ...
    def key(self, event: Key) -> None: ...
    def release(self, who: str | None) -> None: ...
    def close(self) -> None: ...


class NoInput:
    """A machine without a usable screen: everything is ignored."""

    def pointer(self, event: Pointer) -> None:
        """Nothing."""

    def key(self, event: Key) -> None:
        """Nothing."""

    def release(self, who: str | None) -> None:
        """Nothing."""

    def close(self) -> None:
        """Nothing."""


def open_input() -> Input:
    """The input of this platform; raises what the platform raises where there is none."""
    if sys.platform == "win32":
        from .windows import WindowsInput

        return WindowsInput()
    if sys.platform == "darwin":
        from .macos import MacInput

        return MacInput()
    from .x11 import X11Input

    return X11Input()

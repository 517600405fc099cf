"""This machine's clipboard, without any other program being installed."""

from __future__ import annotations

import subprocess
import sys
from typing import Protocol


class Clipboard(Protocol):
    """Something that can hold a text for other programs to paste."""

    def put(self, text: str) -> None: ...
    def close(self) -> None: ...


class NoClipboard:
    """A machine without one."""

    def put(self, text: str) -> None:
        """Nothing."""

    def close(self) -> None:
        """Nothing."""


class MacClipboard:
    """macOS always has pbcopy."""

    def put(self, text: str) -> None:
        """Hold a text."""
        subprocess.run(["/usr/bin/pbcopy"], input=text.encode("utf-8"), check=False, timeout=5)

    def close(self) -> None:
        """Nothing is held."""


class WindowsClipboard:
    """The Win32 clipboard; not tested on this project's own machines."""

    def put(self, text: str) -> None:
        """Hold a text."""
        import ctypes

        data = text.encode("utf-16-le") + b"\0\0"
        kernel, user = ctypes.windll.kernel32, ctypes.windll.user32
        kernel.GlobalAlloc.restype = kernel.GlobalLock.restype = ctypes.c_void_p
        if not user.OpenClipboard(None):
            return
        try:
            user.EmptyClipboard()
            handle = kernel.GlobalAlloc(0x2, len(data))
            ctypes.memmove(kernel.GlobalLock(ctypes.c_void_p(handle)), data, len(data))
            kernel.GlobalUnlock(ctypes.c_void_p(handle))
            user.SetClipboardData(13, ctypes.c_void_p(handle))
        finally:
            user.CloseClipboard()

    def close(self) -> None:
        """Nothing is held."""


def open_clipboard() -> Clipboard:
    """The clipboard of this machine, or one that does nothing."""
    if sys.platform == "win32":
        return WindowsClipboard()
    if sys.platform == "darwin":
        return MacClipboard()
    try:
        from .clipboard_x11 import X11Clipboard

        return X11Clipboard()
    except Exception:  # python-xlib raises many kinds where there is no display
        return NoClipboard()

"""Real VNC servers: one that shows an X display of ours, and one that is the display."""

from __future__ import annotations

import os
import subprocess
from contextlib import suppress
from pathlib import Path

from tests.live.server import free_port
from tests.stage.display import Display, eventually

#: VNC's own way of keeping a password: "secret77" under DES with the key that every VNC server knows.
SECRET = "secret77"


class Mirror:
    """x11vnc, which shows a display: `Mirror(display, to="127.0.0.1:5500")` connects out, as a customer's would."""

    def __init__(self, display: Display, *, to: str) -> None:
        self._process = subprocess.Popen(
            ["x11vnc", "-display", display.name, "-connect", to, "-rfbport", "0", "-nopw", "-shared", "-forever",
             "-noxdamage", "-wait", "20", "-q"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def close(self) -> None:
        """x11vnc that is told to end while it sends a picture may stand still for ever."""
        self._process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(10)
        self._process.kill()
        self._process.wait(40)


class VncDisplay(Display):
    """Xtigervnc, a display that is a VNC server, on `port`, with the password SECRET."""

    def __init__(self, folder: Path, *, width: int = 1280, height: int = 720) -> None:
        self.width, self.height, self.port = width, height, free_port()
        kept = folder / "vnc-password"
        kept.write_bytes(subprocess.run(["tigervncpasswd", "-f"], input=SECRET.encode(), check=True,
                                        capture_output=True).stdout)
        read, write = os.pipe()
        self._process = subprocess.Popen(
            ["Xtigervnc", "-displayfd", str(write), "-rfbport", str(self.port), "-localhost", "-nolisten", "tcp",
             "-SecurityTypes", "VncAuth", "-PasswordFile", str(kept), "-geometry", f"{width}x{height}", "-depth", "24",
             "-AlwaysShared"], pass_fds=[write], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as numbers:
            number = eventually(numbers.readline, within=40, what="Xtigervnc's start")
        self.name = f":{number.strip()}"

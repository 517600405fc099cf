"""A real X display (Xvfb) and a window on it whose state can be read back."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")
ROOT = Path(__file__).resolve().parents[2]


def eventually(probe: Callable[[], T], *, within: float, what: str) -> T:
    """The first truthy answer of a probe. Fails, naming what was awaited, when none comes in time."""
    deadline = time.monotonic() + within
    while True:
        found = probe()
        if found:
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"{what} did not happen within {within} s (last: {found!r})")
        time.sleep(0.05)


class Display:
    """An Xvfb of its own on a free display number."""

    def __init__(self, *, width: int = 1280, height: int = 720) -> None:
        self.width, self.height = width, height
        read, write = os.pipe()
        self._process = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp", "-noreset"],
            pass_fds=[write], stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as numbers:
            self.name = f":{numbers.readline().strip()}"

    def environment(self, **extra: str) -> dict[str, str]:
        """The environment of a program that should appear here."""
        return {**os.environ, "DISPLAY": self.name, **extra}

    def xdotool(self, *words: str) -> str:
        """Act as the person in front of this display."""
        return subprocess.run(["xdotool", *words], env=self.environment(), check=True, capture_output=True,
                              text=True, timeout=20).stdout.strip()

    def click(self, x: int, y: int) -> None:
        self.xdotool("mousemove", str(x), str(y), "click", "1")

    def screenshot(self, path: Path) -> Path:
        """The display's picture as PNG."""
        subprocess.run([sys.executable, "-c", "import mss, mss.tools, sys\nwith mss.MSS() as s:\n"
                        " g = s.grab(s.monitors[0])\n mss.tools.to_png(g.rgb, g.size, output=sys.argv[1])", str(path)],
                       env=self.environment(), check=True)
        return path

    def close(self) -> None:
        self._process.terminate()
        self._process.wait(40)


class TargetWindow:
    """The customer's program: a field that changes colour when clicked and an entry that takes text."""

    X, Y, WIDTH, HEIGHT = 760, 300, 400, 320
    FIELD = (X + 200, Y + 100)
    ENTRY = (X + 200, Y + 270)
    COLOURS = {"red": (220, 20, 30), "green": (20, 200, 60)}

    def __init__(self, display: Display, folder: Path, *, at: tuple[int, int] = (X, Y)) -> None:
        self._path = folder / "target.json"
        self.field, self.entry = (at[0] + 200, at[1] + 100), (at[0] + 200, at[1] + 270)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.stage.target", str(self._path), *map(str, at)],
            cwd=ROOT, env=display.environment())
        eventually(self._path.is_file, within=40, what="the target window's start")

    def state(self) -> dict[str, Any]:
        """`colour`, `text`, `clicks`, `drags`, `wheel`, `double_clicks`, `pasted`."""
        return json.loads(self._path.read_text())

    def close(self) -> None:
        self._process.terminate()
        self._process.wait(40)

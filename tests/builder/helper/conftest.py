"""A real X display of its own for each test file, and a helper process that talks to a small real server."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.builder.helper.desk import Desk, desk, package

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def display() -> Iterator[str]:
    """The name of a virtual display, 1280 by 800."""
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x800x24", "-nolisten", "tcp", "-noreset"],
        pass_fds=[write], stderr=subprocess.DEVNULL,
    )
    os.close(write)
    with os.fdopen(read) as said:
        number = said.readline().strip()
    assert number, "Xvfb did not start"
    yield f":{number}"
    server.terminate()
    server.wait(40)


@pytest.fixture
def on_display(display: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The same display, set for this process too."""
    monkeypatch.setenv("DISPLAY", display)
    return display


class Rig:
    """A desk and the real helper program, started as a customer would start it."""

    def __init__(self, running: Desk, folder: Path, display: str) -> None:
        self.desk = running
        self.folder = folder
        self.display = display
        self.shared = folder / "shared"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, *flags: str, unattended: bool = False) -> None:
        """Start the helper; what it prints goes into a file."""
        if not (self.folder / "package").exists():
            package(self.folder / "package", url=self.desk.url, unattended=unattended)
        command = [sys.executable, "-m", "builder.helper", "--package-dir", str(self.folder / "package"),
                   "--state-dir", str(self.folder / "state"), "--shared-dir", str(self.shared), *flags]
        env = {**os.environ, "DISPLAY": self.display, "PYTHONPATH": str(ROOT)}
        if not self.display:
            del env["DISPLAY"]
        self.output = open(self.folder / "output.txt", "ab")  # noqa: SIM115
        self.process = subprocess.Popen(command, cwd=self.folder, env=env, stdin=subprocess.PIPE,
                                        stdout=self.output, stderr=subprocess.STDOUT)

    def printed(self) -> str:
        return (self.folder / "output.txt").read_text("utf-8")

    async def prints(self, *words: str, seconds: float = 40.0) -> None:
        """Wait until all of these words stand on the terminal."""
        async with asyncio.timeout(seconds):
            while not all(each in self.printed() for each in words):
                await asyncio.sleep(0.05)

    async def exit(self, seconds: float = 40.0) -> int:
        """Wait for the helper's end."""
        return await asyncio.to_thread(self.process.wait, seconds)

    async def allowed(self, *rights: str) -> dict[str, Any]:
        """Seat a technician and have everything asked for allowed; returns the offer."""
        await self.desk.had("helper-capabilities")
        await self.desk.seat()
        offered = asyncio.ensure_future(self.desk.next("webrtc-offer"))
        await self.desk.ask(*rights)
        return await offered

    def end(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(40)
            except subprocess.TimeoutExpired:
                self.process.kill()


class RigContext:
    """`async with rig(): …`"""

    def __init__(self, display: str) -> None:
        self._display = display

    async def __aenter__(self) -> Rig:
        self._folder = tempfile.TemporaryDirectory()
        self._desk = desk()
        running = await self._desk.__aenter__()
        self.rig = Rig(running, Path(self._folder.name), self._display)
        return self.rig

    async def __aexit__(self, *_: object) -> None:
        await asyncio.to_thread(self.rig.end)
        await self._desk.__aexit__(None, None, None)
        self._folder.cleanup()


@pytest.fixture
def rig(display: str) -> RigContext:
    """A desk, and a helper on the virtual display."""
    return RigContext(display)


@pytest.fixture
def blind_rig() -> RigContext:
    """A desk, and a helper on a machine without a display."""
    return RigContext("")

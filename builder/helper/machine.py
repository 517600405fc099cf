"""This machine's screen, input and clipboard, opened once and closed together."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Callable
from typing import Any

from .api import machine as about_machine
from .clipboard import Clipboard, open_clipboard
from .inputs.worker import InputWorker
from .screen.camera import Camera
from .screen.grab import displays

log = logging.getLogger("helper")


class Machine:
    """Camera, input thread and clipboard; a context manager, so that nothing stays behind."""

    def __init__(self) -> None:
        self.camera = Camera()
        self.worker = InputWorker()
        self._clipboard: Clipboard | None = None

    def __enter__(self) -> Machine:
        self.worker.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.camera.close()
        self.worker.close()
        if self._clipboard:
            self._clipboard.close()

    def warm_up(self, warm_codec: Callable[[int, int], None]) -> None:
        """Load what the first picture needs, in the background, long before anybody may see it."""

        def work() -> None:
            self.camera.warm_up()
            found = displays()
            if found:
                warm_codec(found[0].width, found[0].height)

        asyncio.get_running_loop().run_in_executor(None, work)

    def paste(self, text: str, press: bool) -> None:
        """Put a text into the clipboard and, if allowed, press the keys that paste it; in turn with other input."""

        def work(device: Any) -> None:
            if self._clipboard is None:
                self._clipboard = open_clipboard()
            self._clipboard.put(text)
            if press and hasattr(device, "paste"):
                device.paste()

        self.worker.call(work)

    def pointed(self, at: tuple[int, int]) -> None:
        """A technician put the pointer there: their own browser shows it, so the picture need not."""
        self.camera.technician_pointer = at

    async def capabilities(self) -> dict[str, Any]:
        """What `helper-capabilities` says of this machine."""
        if not self.camera.displays:
            self.camera.displays = await asyncio.to_thread(displays)
        await asyncio.to_thread(self.worker.ready.wait, 2)
        found = self.camera.displays
        return {
            "capabilities": {
                "robotjs": bool(self.worker.works), "platform": about_machine()["platform"],
                "displayCount": len(found), "transports": ["webrtc", "tiles"] if found else [],
                "clipboard": bool(found) or sys.platform != "linux", "files": True,
            },
            "displays": [d.public() for d in found],
            "monitorIndex": self.camera.monitor,
        }

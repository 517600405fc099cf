"""The device's place in `/agent`: entered after every connect, and again when only that was taken away."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from ..link import Handler, Link

log = logging.getLogger("helper.agent")
NAMESPACE = "/agent"
HEARTBEAT_SECONDS = 30.0
FIRST_PAUSE, LONGEST_PAUSE = 5.0, 600.0


class AgentLine:
    """Speaks on `/agent` for one device. `on_up` runs each time the server has let it in."""

    def __init__(self, link: Link, *, device_id: str) -> None:
        self._link = link
        self.device_id = device_id
        self.is_up = False
        self.on_up: Callable[[], Awaitable[None]] | None = None

    def on(self, event: str, handler: Handler) -> None:
        """Handle one event."""
        self._link.on(event, handler, namespace=NAMESPACE)

    async def send(self, event: str, data: dict[str, Any]) -> bool:
        """Send; says whether it left this program."""
        return await self._link.send(event, data, namespace=NAMESPACE)

    async def ask(self, event: str, data: dict[str, Any]) -> dict[str, Any]:
        """Send and wait for the acknowledgement."""
        return await self._link.ask(event, data, namespace=NAMESPACE)

    async def live(self) -> None:
        """Stay in for as long as the connection is up. A server that has no such namespace, or lets this device not
        in, is asked again after longer and longer pauses; everything else goes on meanwhile."""
        pause = FIRST_PAUSE
        while True:
            began = time.monotonic()
            left = await self._link.enter(NAMESPACE)
            if left is not None:
                await self._stay(left)
            if time.monotonic() - began > 60:
                pause = FIRST_PAUSE
            log.info("not on %s; trying again in %.0f s", NAMESPACE, pause)
            await asyncio.sleep(pause * random.uniform(0.8, 1.2))
            pause = min(LONGEST_PAUSE, pause * 2)

    async def _stay(self, left: asyncio.Event) -> None:
        self.is_up = True
        tasks = [asyncio.ensure_future(self._beat())]
        if self.on_up:
            tasks.append(asyncio.ensure_future(self.on_up()))
        try:
            await left.wait()
        finally:
            self.is_up = False
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _beat(self) -> None:
        while True:
            await self.send("heartbeat", {"deviceId": self.device_id, "timestamp": now()})
            await asyncio.sleep(HEARTBEAT_SECONDS * random.uniform(0.9, 1.1))


def now() -> str:
    """This moment, as it is sent."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

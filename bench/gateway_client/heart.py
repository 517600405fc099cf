"""Heartbeats, at the pace that the server asks for."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

from bench.gateway_client.device import Device
from bench.gateway_client.errors import GatewayError, Stopped

log = logging.getLogger(__name__)
#: The pace until the server has said another, in seconds.
PACE = 30.0
#: No answer makes a device beat faster than this.
FASTEST = 0.2


class Heart:
    """Beats in a thread of its own while the `with` lasts. `tell` says how the device is ({status, metrics, …}), and
    `on_waiting` hears how many commands wait, when some do."""

    def __init__(self, device: Device, *, tell: Callable[[], dict[str, Any]] = dict,
                 on_waiting: Callable[[int], None] = lambda count: None) -> None:
        self._stop = threading.Event()
        self._tell, self._on_waiting, self._device = tell, on_waiting, device
        self.pace, self.beats = PACE, 0
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Heart:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._stop.set()
        self._thread.join(5)

    def beat(self) -> None:
        """One heartbeat, now. Raises Refused, Unreachable."""
        answer = self._device.heartbeat(**self._tell())
        self.beats += 1
        self.pace = max(answer["nextHeartbeat"] / 1000, FASTEST)
        if answer.get("pendingCommands"):
            self._on_waiting(answer["pendingCommands"])

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self.beat()
            except Stopped:
                return
            except GatewayError as problem:  # the next one is due soon enough
                log.warning("no heartbeat: %s", problem)
            self._stop.wait(self.pace)

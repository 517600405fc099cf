"""The WebSocket of a device: commands arrive the moment they are queued."""

from __future__ import annotations

import json
import logging
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import websocket

from bench.gateway_client.device import Device
from bench.gateway_client.errors import GatewayError, Stopped
from bench.gateway_client.patience import Patience

log = logging.getLogger(__name__)
PATH = "/ws/device"
#: So long the other side may be silent, in seconds; then it is asked, and has as long again to answer.
SILENCE = 30.0
#: A line that held so long was a good one: the next wait is the first again.
STEADY = 60.0
#: The server does not want this device on the line: signing in again comes first.
POLICY = 1008


class Line:
    """A line that comes back by itself: after a second, then two, up to thirty, each a little longer by chance.

    `hear` is called with each message ({"type": …}) in the line's own thread and should not be long about it;
    `{"type": "open"}` says that the line is there (again): what was queued meanwhile may be asked for."""

    def __init__(self, device: Device, hear: Callable[[dict[str, Any]], None], *,
                 patience: Patience | None = None) -> None:
        self._device, self._hear = device, hear
        self._patience = patience or Patience(tries=None)
        self._stop, self._sending = self._patience.stop, threading.Lock()
        self._socket: websocket.WebSocket | None = None
        self.is_open = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Line:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._stop.set()
        self.cut()
        self._thread.join(5)

    def send(self, message: dict[str, Any]) -> None:
        """Say something. Raises OSError while there is no line."""
        line = self._socket
        if line is None:
            raise ConnectionError("there is no line now")
        with self._sending:
            try:
                line.send(json.dumps(message))
            except websocket.WebSocketException as problem:
                raise ConnectionError(str(problem)) from problem

    def cut(self) -> None:
        """Drop the connection as it is; the line comes back unless it is over."""
        line = self._socket
        if line is not None and line.sock is not None:
            with suppress(OSError):
                line.sock.shutdown(socket.SHUT_RDWR)  # which wakes whoever listens; closing would not

    def _run(self) -> None:
        waits = self._patience.waits()
        while not self._stop.is_set():
            begun = time.monotonic()
            try:
                self._hold()
            except Stopped:
                return
            except (GatewayError, OSError, websocket.WebSocketException) as problem:
                log.info("the line of %s is down: %s", self._device.id, problem)
            finally:
                self.is_open.clear()
                self._socket = None
            if time.monotonic() - begun > STEADY:
                waits = self._patience.waits()
            wait = next(waits, None)
            if wait is None or self._stop.wait(wait):
                return

    def _hold(self) -> None:
        token = self._device.sign_in()
        url = "ws" + self._device.url.removeprefix("http") + PATH
        self._socket = line = websocket.create_connection(
            url, header={"X-Device-Token": token}, timeout=SILENCE, enable_multithread=True)
        self.is_open.set()
        self._hear({"type": "open"})
        try:
            while not self._stop.is_set():
                self._take(*self._next(line), token=token)
        finally:
            line.shutdown()

    @staticmethod
    def _next(line: websocket.WebSocket) -> tuple[int, bytes]:
        """The next frame; a side that fell silent is asked once."""
        try:
            return line.recv_data(control_frame=True)
        except websocket.WebSocketTimeoutException:
            socket.ping()
            return line.recv_data(control_frame=True)

    def _take(self, kind: int, data: bytes, *, token: str) -> None:
        if kind == websocket.ABNF.OPCODE_CLOSE:
            code = int.from_bytes(data[:2], "big")
            if code == POLICY:
                self._device.sign_in(instead_of=token)
            raise ConnectionError(f"closed with {code}: {data[2:].decode(errors='replace')}")
        if kind != websocket.ABNF.OPCODE_TEXT:
            return
        message = json.loads(data)
        if isinstance(message, dict):
            self._hear(message)

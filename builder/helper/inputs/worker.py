"""One thread that does what technicians send, in order; pointer moves that nobody will see are skipped."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from . import Input, Key, NoInput, Pointer, open_input

log = logging.getLogger("helper.input")
_MAX_WAITING = 2_000


@dataclass(frozen=True)
class _Release:
    who: str | None


@dataclass(frozen=True)
class _Call:
    do: Callable[[Input], None]


class InputWorker:
    """Takes input from any thread without ever making it wait."""

    def __init__(self, make: Callable[[], Input] = open_input) -> None:
        self._make = make
        self._waiting: deque[Pointer | Key | _Release | _Call] = deque()
        self._change = threading.Condition()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="input", daemon=True)
        self.works: bool | None = None
        self.ready = threading.Event()

    def start(self) -> None:
        """Open the platform's input, in its own thread."""
        self._thread.start()

    def pointer(self, event: Pointer) -> None:
        """Do something with the mouse; a move replaces a move that still waits."""
        with self._change:
            last = self._waiting[-1] if self._waiting else None
            if event.action == "move" and isinstance(last, Pointer) and (last.action, last.who) == ("move", event.who):
                self._waiting.pop()
            self._put(event)

    def key(self, event: Key) -> None:
        """Press or let go of a key."""
        with self._change:
            self._put(event)

    def release(self, who: str | None) -> None:
        """Let go of what one technician holds, or (None) of everything; what still waits is not done any more."""
        with self._change:
            self._waiting = deque(
                i for i in self._waiting if not (isinstance(i, (Pointer, Key)) and who in (None, i.who))
            )
            self._put(_Release(who))

    def call(self, do: Callable[[Input], None]) -> None:
        """Do something else with the input, in its turn."""
        with self._change:
            self._put(_Call(do))

    def close(self) -> None:
        """Let go of everything and end."""
        with self._change:
            self._closed = True
            self._change.notify()
        if self._thread.is_alive():
            self._thread.join(2)

    def _put(self, item: Pointer | Key | _Release | _Call) -> None:
        if len(self._waiting) < _MAX_WAITING or isinstance(item, _Release):
            self._waiting.append(item)
            self._change.notify()

    def _run(self) -> None:
        device = self._open()
        while (item := self._next()) is not None:
            try:
                self._do(device, item)
            except Exception:
                log.warning("an input could not be done", exc_info=True)
        device.release(None)
        device.close()

    def _open(self) -> Input:
        try:
            device = self._make()
            self.works = True
        except Exception as error:  # each platform fails in its own way
            log.warning("no input on this machine: %s", error)
            device, self.works = NoInput(), False
        self.ready.set()
        return device

    def _next(self) -> Pointer | Key | _Release | _Call | None:
        with self._change:
            while not self._waiting and not self._closed:
                self._change.wait()
            return None if self._closed else self._waiting.popleft()

    def _do(self, device: Input, item: Pointer | Key | _Release | _Call) -> None:
        if isinstance(item, Pointer):
            device.pointer(item)
        elif isinstance(item, Key):
            device.key(item)
        elif isinstance(item, _Release):
            device.release(item.who)
        else:
            item.do(device)

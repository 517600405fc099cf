"""Takes commands, runs a function for each, and hands in what came of it, whatever happens meanwhile."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from bench.gateway_client.answers import FAILURE, Command, Outcome
from bench.gateway_client.device import Device, now
from bench.gateway_client.errors import GatewayError, Refused, Stopped, Unreachable
from bench.gateway_client.patience import Patience
from bench.gateway_client.spool import Spool

log = logging.getLogger(__name__)
#: What a command's function returns: an outcome, or the output of one that went well.
Do = Callable[[Command], Outcome | str | None]
ACCEPTED, LOST_CLAIM, GONE, COMPLETED = 200, 403, 404, 409
#: A refusal may be about the answer itself (too long, say): the server is told that much instead.
UNFIT = (400, 413, 422)


class Worker:
    """Works off a device's commands one after the other, in a thread of its own, while the `with` lasts.

    - A command that is worked on, or waits here for its turn, is kept: its claim is extended every third of `hold`.
    - An outcome is spooled first and then handed in until the server has an answer to it.
    - When the claim was lost meanwhile, the command comes again, and the spooled outcome is handed in under the new
      claim: no command is run twice for a lost connection, nor, with a spool on disk, for a restart of the device.

    `told(command, outcome, status)` hears how each attempt to hand in ended (200, or the refusal's status)."""

    def __init__(self, device: Device, do: Do, *, spool: Spool | None = None, hold: float = 120.0,
                 look_every: float = 60.0, told: Callable[[Command, Outcome, int], None] = lambda *what: None) -> None:
        self._device, self._do, self._told = device, do, told
        self._hold, self._look_every = hold, look_every
        self.spool = spool or Spool()
        self._stop, self._news, self._lock = threading.Event(), threading.Event(), threading.Lock()
        self._held: dict[str, Command] = {}
        self._waiting: deque[str] = deque()
        self._may_be_more = True
        self._threads = [threading.Thread(target=each, daemon=True) for each in (self._run, self._keep)]

    def __enter__(self) -> Worker:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._stop.set()
        self._news.set()
        for thread in self._threads:
            thread.join(10)

    def hear(self, message: dict[str, Any]) -> None:
        """What a Line says: a command, or that the line is there again."""
        if message.get("type") == "command":
            self.take(Command.read(message["payload"]))
        elif message.get("type") == "open":
            self.wake()

    def wake(self, count: int = 1) -> None:
        """Something may wait for this device. Fits a Heart's `on_waiting`."""
        self._may_be_more = True
        self._news.set()

    def take(self, command: Command) -> None:
        """A command that the server gave to this device. One that is here already came under a newer claim."""
        with self._lock:
            if command.id not in self._held:
                self._waiting.append(command.id)
            self._held[command.id] = command
        self._news.set()

    def _run(self) -> None:
        while not self._stop.is_set():
            self._news.clear()
            try:
                command_id = self._next()
                if command_id is not None:
                    self._answer(command_id)
                    continue
            except Stopped:
                return
            except GatewayError as problem:
                log.warning("%s can't take commands now: %s", self._device.id, problem)
                self._stop.wait(self._device.patience.first)
                continue
            if not self._news.wait(self._look_every):
                self._may_be_more = True

    def _next(self) -> str | None:
        if not self._waiting and self._may_be_more:
            self._may_be_more = False
            for command in self._device.claim(hold=self._hold):
                self.take(command)
        return self._waiting.popleft() if self._waiting else None

    def _answer(self, command_id: str) -> None:
        try:
            outcome = self.spool.get(command_id)
            if outcome is None:
                outcome = self._work(self._held[command_id])
                self.spool.keep(command_id, outcome)
            self._hand_in(command_id, outcome)
        finally:
            with self._lock:
                self._held.pop(command_id, None)

    def _work(self, command: Command) -> Outcome:
        moment, start = now(), time.monotonic()
        try:
            found = self._do(command)
        except Exception as problem:  # whatever goes wrong in there is the command's outcome
            found = Outcome(FAILURE, error=f"{type(problem).__name__}: {problem}")
        if isinstance(found, Outcome) and found.executed_at:
            return found
        took = int((time.monotonic() - start) * 1000)
        if isinstance(found, Outcome):
            return Outcome(found.status, found.output, found.error, moment, found.duration or took)
        return Outcome(output=found, executed_at=moment, duration=took)

    def _hand_in(self, command_id: str, outcome: Outcome) -> None:
        command = self._held[command_id]
        status = self._offer(command, outcome)
        self._told(command, outcome, status)
        if status == LOST_CLAIM:
            if self._held[command_id].claim_token != command.claim_token:
                self._hand_in(command_id, outcome)  # it came again while this was on its way
            return
        if status in UNFIT and outcome.error != _unfit(status):
            self._hand_in(command_id, Outcome(FAILURE, None, _unfit(status), outcome.executed_at, outcome.duration))
            return
        self.spool.drop(command_id)

    def _offer(self, command: Command, outcome: Outcome) -> int:
        """The status that the server answers with, however long it takes to get one."""
        for_ever = Patience(tries=None, stop=self._stop)
        try:
            self._may_be_more |= self._device.finish(command, outcome, patience=for_ever) is not None
            return ACCEPTED
        except Refused as refusal:
            log.info("%s: the answer to %s was refused: %s", self._device.id, command.id, refusal)
            self._may_be_more = True
            return refusal.status

    def _keep(self) -> None:
        while not self._stop.wait(self._hold / 3):
            for command in list(self._held.values()):
                with suppress(Refused, Unreachable, Stopped):  # handing in will tell
                    self._device.extend(command, hold=self._hold)


def _unfit(status: int) -> str:
    return f"The server did not take the command's answer ({status})"

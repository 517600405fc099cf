"""Devices that work off the queue over raw HTTP, each with one kept connection, all in one thread.

What a device does is a generator that yields calls and is sent their answers, so that it reads like a script.
"""

from __future__ import annotations

import gc
import re
import select
import socket
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import Any

import orjson
import websocket

COMMANDS = "/api/v1/device/commands"
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


@dataclass(frozen=True)
class Call:
    """One call: which step of the work it is, and the request."""

    step: str
    path: str
    body: dict[str, Any] | None = None


Script = Generator[Call, dict[str, Any], None]


@dataclass
class Result:
    """What a round measured. `took` holds the seconds of each call, by step; `load` the share of a core that the load
    client used."""

    cycles: int = 0
    seconds: float = 0.0
    load: float = 0.0
    took: dict[str, list[float]] = field(default_factory=dict)

    @property
    def rate(self) -> float:
        return self.cycles / self.seconds

    def at(self, step: str, share: float) -> float:
        """The milliseconds within which so many of a step's calls were answered (0.5: the median)."""
        return quantile(self.took[step], share) * 1000


def quantile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


class Caller:
    """One kept HTTP connection that runs a script, one call at a time."""

    def __init__(self, port: int, headers: dict[str, str]) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._fixed = f"Host: 127.0.0.1:{port}\r\n" + "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        self._rest, self._begun, self.step = b"", 0.0, ""

    def say(self, call: Call) -> None:
        body = b"" if call.body is None else orjson.dumps(call.body)
        method = "GET" if call.body is None else "POST"
        head = (f"{method} {call.path} HTTP/1.1\r\n{self._fixed}Content-Type: application/json\r\n"
                f"Content-Length: {len(body)}\r\n\r\n")
        self.step, self._begun = call.step, time.perf_counter()
        self.socket.sendall(head.encode() + body)

    def hear(self) -> tuple[dict[str, Any], float] | None:
        """The answer and the seconds it took, once it is whole. Fails on any but a good one."""
        data = self.socket.recv(65536)
        assert data, "the server closed a connection"
        self._rest += data
        head, found, body = self._rest.partition(b"\r\n\r\n")
        length = LENGTH.search(head)
        if not found or length is None or len(body) < int(length[1]):
            return None
        self._rest = body[int(length[1]):]
        assert head[9:10] == b"2", (self.step, head, body)
        return orjson.loads(body), time.perf_counter() - self._begun

    def call(self, call: Call) -> tuple[dict[str, Any], float]:
        """One call, waited for."""
        self.say(call)
        while True:
            answer = self.hear()
            if answer is not None:
                return answer

    def close(self) -> None:
        self.socket.close()


def cycle(counted: Callable[[], None], *, fill: bool = True) -> Script:
    """Queue a command, claim it, hand in its result, for ever. Without `fill` only what lies there is worked off. The
    answers are looked at: each claim gives one command, whole, and each result is taken."""
    parameters = {"depth": 3}
    while True:
        if fill:
            yield Call("enqueue", COMMANDS, {"command": "get_status", "parameters": parameters, "priority": 5})
        claimed = yield Call("claim", COMMANDS + "/claim", {"limit": 1})
        (command,) = claimed["commands"]
        assert command["parameters"] == parameters and command["claimToken"], command
        taken = yield Call("result", f"{COMMANDS}/{command['id']}/result", {
            "claimToken": command["claimToken"], "status": "success", "output": "all is well", "duration": 12,
            "executedAt": "2026-01-01T00:00:00.000Z"})
        assert taken["success"] is True, taken
        counted()


def beats() -> Script:
    """Heartbeats, for ever."""
    while True:
        yield Call("heartbeat", "/api/v1/device/heartbeat", {
            "timestamp": "2026-01-01T00:00:00.000Z", "status": "online",
            "metrics": {"cpu": 12.5, "memory": 48.25, "uptime": 86400}})


def run(port: int, tokens: list[str], *, seconds: float, warm_up: float,
        script: Callable[[Callable[[], None]], Script] = cycle) -> Result:
    """Have a device for each token run a script. Only what ends after the warm-up counts."""
    result, clock = Result(), time.perf_counter

    def counted() -> None:
        result.cycles += 1
    poll, at_work = select.epoll(), {}
    for token in tokens:
        caller, made = Caller(port, {"X-Device-Token": token}), script(counted)
        at_work[caller.socket.fileno()] = caller, made
        poll.register(caller.socket.fileno(), select.EPOLLIN)
    gc.collect()
    gc.disable()
    for caller, made in at_work.values():
        caller.say(next(made))
    begin = clock() + warm_up
    used, counts = 0.0, False
    while (now := clock()) < begin + seconds:
        if not counts and now >= begin:
            counts, used, result.cycles, result.took, begin = True, time.process_time(), 0, {}, now
        for fileno, _ in poll.poll(1):
            caller, made = at_work[fileno]
            answer = caller.hear()
            if answer is not None:
                result.took.setdefault(caller.step, []).append(answer[1])
                caller.say(made.send(answer[0]))
    result.seconds, result.load = clock() - begin, (time.process_time() - used) / seconds
    gc.enable()
    _end(at_work)
    return result


def _end(at_work: dict[int, tuple[Caller, Script]]) -> None:
    """Wait for the calls under way, so that the next round begins with a server at rest."""
    for caller, _ in at_work.values():
        while caller.hear() is None:
            pass
        caller.close()


class Ear:
    """A device's WebSocket, which only listens."""

    def __init__(self, port: int, token: str) -> None:
        self._socket = websocket.create_connection(f"ws://127.0.0.1:{port}/ws/device", timeout=60,
                                                   header={"X-Device-Token": token}, suppress_origin=True)

    def next_command(self) -> tuple[dict[str, Any], float]:
        """The next command pushed, and when it came."""
        while True:
            text = self._socket.recv()
            moment = time.perf_counter()
            message = orjson.loads(text)
            if message["type"] == "command":
                return message["payload"], moment

    def close(self) -> None:
        self._socket.close()

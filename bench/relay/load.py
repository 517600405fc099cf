"""The closed loop: each pair keeps so many pointer events in flight, and sends the next when one has arrived."""

from __future__ import annotations

import gc
import json
import select
import time
from collections import deque
from dataclasses import dataclass

from bench.relay.line import PONG, Line, frame, split

EVENT = b'42["remote-mouse",'


@dataclass
class Result:
    """What a round measured. Times in seconds; `load` is the share of its core that the load client used."""

    rate: float
    p50: float
    p99: float
    load: float


class Pair:
    """A technician and a helper in one session."""

    def __init__(self, technician: Line, helper: Line, session_id: str) -> None:
        self.technician, self.helper, self.sent = technician, helper, deque()
        self.event = frame("42" + json.dumps(["remote-mouse", {
            "sessionId": session_id, "kind": "mouse", "type": "mousemove", "x": 0.41875, "y": 0.73194}],
            separators=(",", ":")))

    def prove(self) -> None:
        """What the technician sends arrives whole, and names its sender."""
        self.technician.socket.sendall(self.event)
        name, data = json.loads(self.helper.wait_for(EVENT.decode())[2:])
        assert data["from"] == self.technician.sid, data
        assert (name, data["x"], data["type"]) == ("remote-mouse", 0.41875, "mousemove"), data

    def let_loose(self) -> None:
        for line in (self.technician, self.helper):
            line.let_loose()


def run(pairs: list[Pair], *, in_flight: int, seconds: float, warm_up: float) -> Result:
    """Run the loop. Only what arrives after the warm-up counts."""
    poll, clock, taken = select.epoll(), time.perf_counter, []
    helpers = {pair.helper.socket.fileno(): pair for pair in pairs}
    others = {pair.technician.socket.fileno(): pair.technician for pair in pairs}
    for fileno in (*helpers, *others):
        poll.register(fileno, select.EPOLLIN)
    gc.collect()
    gc.disable()
    begin = clock() + warm_up
    end, used, now = begin + seconds, None, clock()
    for pair in pairs:
        pair.sent.extend([now] * in_flight)
        pair.technician.socket.sendall(pair.event * in_flight)
    while now < end:
        for fileno, _ in poll.poll(1):
            pair = helpers.get(fileno)
            if pair is None:
                _quiet(others[fileno])
                continue
            arrived = _arrived(pair.helper)
            now = clock()
            if used is None and now >= begin:
                used, taken = time.process_time(), []
            for _ in range(arrived):
                taken.append(now - pair.sent.popleft())
            if arrived and now < end:
                pair.technician.socket.sendall(pair.event * arrived)
                pair.sent.extend([now] * arrived)
        now = clock()
    load = (time.process_time() - (used or 0)) / seconds
    gc.enable()
    _drain(pairs)
    taken.sort()
    return Result(len(taken) / seconds, taken[len(taken) // 2], taken[int(len(taken) * 0.99)], load)


def _arrived(line: Line) -> int:
    packets, line.rest = split(line.rest + line.socket.recv(262144))
    found = 0
    for packet in packets:
        if packet.startswith(EVENT):
            found += 1
        elif packet == b"2":
            line.socket.sendall(PONG)
    return found


def _quiet(line: Line) -> None:
    """A technician hears little but pings here; a refusal would be a broken benchmark."""
    packets, line.rest = split(line.rest + line.socket.recv(65536))
    for packet in packets:
        assert not packet.startswith(b'42["event-error"'), packet
        if packet == b"2":
            line.socket.sendall(PONG)


def _drain(pairs: list[Pair]) -> None:
    """Take what is still on its way, so that the next round begins with nothing."""
    for pair in pairs:
        deadline = time.monotonic() + 10
        while pair.sent and time.monotonic() < deadline:
            select.select([pair.helper.socket], [], [], 1)
            for _ in range(_arrived(pair.helper)):
                pair.sent.popleft()
        assert not pair.sent, "a message was lost"

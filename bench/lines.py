"""What thousands of devices that only listen cost: opening their lines, memory for each, and the processor at rest.

`python bench/lines.py [--engine gevent] [--quick]`. Each device has /ws/device open and answers pings. The peer is
Node's `ws` with a map of its lines. Each server has a core to itself while the load runs on the other.
"""

from __future__ import annotations

import base64
import os
import select
import socket
import sys
import time
from dataclasses import dataclass
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[1])  # not this folder: its queue.py is not Python's

import click

from bench.fleet import Known, known, put_in
from bench.relay import servers
from bench.relay.servers import Program, prepare
from tests.live import node

KEY = base64.b64encode(b"connectassist...").decode()
PING, PONG = b"\x89", b"\x8a\x80\x00\x00\x00\x00"
AT_ONCE = 50


@dataclass(frozen=True)
class Size:
    """How many lines, and for how many seconds they are idle. Ours and the peer ping each every 25 s."""

    lines: int = 2000
    idle: float = 50.0


SIZES = {"whole": Size(), "quick": Size(lines=500, idle=26.0), "tiny": Size(lines=20, idle=0.2)}


class Peer(servers.Peer):
    """Node's `ws`."""

    def command(self) -> list[str]:
        return [node.program(), str(Path(__file__).with_name("_lines_peer.mjs")), str(self.port)]

    def _wait(self) -> None:
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=5).close()
                return
            except OSError:
                time.sleep(0.1)
        raise AssertionError("the peer did not start")


class Idle:
    """Devices whose lines are open, from one thread. Pings are answered; all else is read and thrown away."""

    def __init__(self) -> None:
        self._poll, self._lines = select.epoll(), {}

    def open(self, port: int, devices: Known) -> float:
        """Open a line for each, some tens at a time. Returns how many a second."""
        begun = time.perf_counter()
        for at in range(0, len(devices), AT_ONCE):
            fresh = [self._ask(port, *device) for device in devices[at:at + AT_ONCE]]
            for line in fresh:
                head = line.recv(4096)
                assert head.startswith(b"HTTP/1.1 101"), head
                self._lines[line.fileno()] = line
                self._poll.register(line.fileno(), select.EPOLLIN)
        return len(devices) / (time.perf_counter() - begun)

    @staticmethod
    def _ask(port: int, device_id: str, secret: str) -> socket.socket:
        line = socket.create_connection(("127.0.0.1", port), timeout=60)
        line.sendall(f"GET /ws/device?deviceId={device_id}&deviceSecret={secret} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
                     f"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: {KEY}\r\n"
                     "Sec-WebSocket-Version: 13\r\n\r\n".encode())
        return line

    def rest(self, seconds: float) -> int:
        """Let time go by. Returns how many pings came."""
        pings, end = 0, time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            for fileno, _ in self._poll.poll(left):
                heard = self._lines[fileno].recv(4096)
                assert heard, "the server let an idle line go"
                if heard.startswith(PING):
                    self._lines[fileno].sendall(PONG)
                    pings += 1
        return pings

    def close(self) -> None:
        """All of them at once."""
        for line in self._lines.values():
            line.close()
        self._poll.close()


def measure(name: str, server: Program, size: Size, devices: Known) -> None:
    """One server: a row."""
    idle, warm_up = Idle(), devices[-20:]
    idle.open(server.port, warm_up)
    idle.rest(1.0)
    before, used = server.memory(), server.processor()
    rate = idle.open(server.port, devices[:size.lines])
    idle.rest(2.0)
    cost, used = (server.processor() - used) / size.lines * 1000, server.processor()
    each = (server.memory() - before) / size.lines
    pings = idle.rest(size.idle)
    share = (server.processor() - used) / size.idle
    print(f"  {name:20} {rate:10,.0f} {cost:18.2f} {each:14.1f} {share * 100:14.2f} {pings:8}", flush=True)
    idle.close()


@click.command()
@click.option("--engine", default="eventlet", show_default=True, type=click.Choice(["eventlet", "gevent"]))
@click.option("--quick", "size", flag_value="quick", help="Fewer lines, a shorter time.")
@click.option("--tiny", "size", flag_value="tiny", help="So little that it only proves that all of it runs.")
@click.option("--whole", "size", flag_value="whole", default="whole", hidden=True)
def main(engine: str, size: str) -> None:
    """Measure our server and the peer in turn."""
    chosen, cores = SIZES[size], sorted(os.sched_getaffinity(0))
    prepare(cores[-1] if len(cores) > 1 else None)
    core, devices = cores[0] if len(cores) > 1 else None, known(chosen.lines + 20)
    print(f"{engine}; {chosen.lines:,} idle lines of devices; servers on core {core}, load on core {cores[-1]}")
    print(f"  {'':20} {'opened/s':>10} {'opening, ms of CPU':>18} {'KB for each':>14} {'at rest, % CPU':>14} "
          f"{'pings':>8}")
    for name, start in (("ours", lambda: servers.Ours(core, engine=engine)), ("Node's ws", lambda: Peer(core))):
        server = start()
        try:
            if isinstance(server, servers.Ours):
                put_in(server, devices)
            measure(name, server, chosen, devices)
        finally:
            server.close()


if __name__ == "__main__":
    main()

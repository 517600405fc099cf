"""How large a fleet one core carries: devices over real sockets, heartbeats, lists of 10,000 devices meanwhile.

`python bench/fleet.py [--engine gevent] [--quick]`. The server runs on one core, the load on the other. A plain
socket.io 4 server in Node does the same with sockets and heartbeats in turn, in memory and asking nobody who they are.
docs/fleet.md says how to read the figures.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[1])  # not this folder: its queue.py is not Python's

import os
import random
import secrets
import sqlite3
import statistics
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import click
import requests

from bench._fleet_load import Fleet
from bench.relay.line import Line
from bench.relay.run import row, title
from bench.relay.servers import Ours, Program, prepare
from connectassist.core.vault import digest
from tests.live import node

MOMENT = "2026-01-01 00:00:00.000000"
SYSTEMS = ("Windows 11 Pro", "Windows 10 Pro", "Ubuntu 24.04 LTS", "macOS 15.1")
LIST = "/api/devices?limit=50&passwords=false&sort="
CALLS = {"list, last seen first": LIST + "last_seen", "list, online first": LIST + "online",
         "list, page 100": LIST + "last_seen&offset=5000", "list, online only": LIST + "name&status=online",
         "list, searched": LIST + "online&search=windows+10.0.7", "summary": "/api/devices/health/summary"}
Known = list[tuple[str, str]]


class Peer(Program):
    """socket.io 4 in Node."""

    name = "peer"

    def command(self) -> list[str]:
        return [node.program(), str(Path(__file__).with_name("_fleet_peer.mjs")), str(self.port)]


def database(server: Program) -> sqlite3.Connection:
    return sqlite3.connect(server.folder / "instance" / "connectassist.db", timeout=30, check_same_thread=False)


def known(count: int) -> Known:
    """Ids and secrets of so many devices."""
    return [(f"bench-{number:05}", secrets.token_urlsafe(32)) for number in range(count)]


def put_in(server: Program, devices: Known) -> None:
    """Enrolled devices, as the database holds them."""
    details = '{"cpu_model": "Some CPU @ 3.60GHz", "total_ram_gb": 16, "total_disk_gb": 512, "processor_count": 8}'
    rows = [(device_id, f"HOST-{device_id}", random.choice(SYSTEMS), f"10.0.{at // 250}.{at % 250}",
             random.choice((None, 95, 72, 55, 20)), details, MOMENT, MOMENT, MOMENT)
            for at, (device_id, _) in enumerate(devices)]
    rows = [(*row, f"{row[1]} {row[0]} {row[2]}".lower()) for row in rows]
    with database(server) as db:
        db.executemany("INSERT INTO devices (device_id, client_id, hostname, os, last_ip, health_score, details, "
                       "last_seen, created_at, updated_at, search_text, allow_unattended, health_reasons, "
                       "chat_read_id) VALUES (?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, '[]', 0)", rows)
        db.executemany("INSERT INTO device_credentials (device_id, secret_hash, created_at, confirmed_at) "
                       "VALUES (?, ?, ?, ?)", [(device_id, digest(secret), MOMENT, MOMENT)
                                               for device_id, secret in devices])


def enroll(server: Ours, count: int) -> tuple[float, float]:
    """Enrollments a second, and for each second of processor time: a token each, redeemed over HTTP from four callers
    at once."""
    url, headers = f"http://127.0.0.1:{server.port}/api/enrollment", {"Authorization": f"Bearer {server.token()}"}
    tokens = [requests.post(f"{url}/token", json={"client_id": 1}, headers=headers, timeout=60).json()["token"]
              for _ in range(count)]
    lines = threading.local()

    def redeem(token: str) -> None:
        lines.session = getattr(lines, "session", None) or requests.Session()
        answer = lines.session.post(f"{url}/enroll", timeout=60, json={
            "token": token, "deviceId": f"new-{secrets.token_hex(6)}", "hostname": "PC", "osVersion": "Windows 11"})
        assert answer.status_code == 200, answer.text

    with ThreadPoolExecutor(4) as callers:
        start, used = time.perf_counter(), server.processor()
        list(callers.map(redeem, tokens))
        return count / (time.perf_counter() - start), count / max(server.processor() - used, 0.01)


class Commits:
    """Counts the write transactions of a server, seen from another connection to its database."""

    def __init__(self, server: Program) -> None:
        self._server, self.count, self._is_over, self._start = server, 0, False, time.perf_counter()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        db = database(self._server)
        last = None
        while not self._is_over:
            version = db.execute("PRAGMA data_version").fetchone()[0]
            self.count += last is not None and version != last
            last = version
            time.sleep(0.004)

    def rate(self) -> float:
        """Transactions a second up to now; the counting ends."""
        self._is_over = True
        self._thread.join(10)
        return self.count / (time.perf_counter() - self._start)


def latencies(server: Ours, seconds: float) -> None:
    """What lists and the summary take, one call after the other."""
    desk = requests.Session()
    desk.headers["Authorization"] = f"Bearer {server.token()}"
    print(f"\n{'calls while heartbeats come':42} {'p50, ms':>10} {'p99, ms':>10} {'calls':>8}")
    for what, path in CALLS.items():
        took, end = [], time.perf_counter() + seconds
        while time.perf_counter() < end or len(took) < 20:
            start = time.perf_counter()
            answer = desk.get(f"http://127.0.0.1:{server.port}{path}", timeout=60)
            took.append((time.perf_counter() - start) * 1000)
            assert answer.status_code == 200, answer.text
        took.sort()
        p99 = took[int(len(took) * 0.99)]
        print(f"  {what:40} {statistics.median(took):10.1f} {p99:10.1f} {len(took):8}", flush=True)


def cuts(server: Ours, fleet: Fleet, devices: Known, count: int) -> None:
    """How long until staff hear that a device's cable is cut."""
    desk, took = Line(server.port, {"token": server.token()}), []
    for at in range(count):
        time.sleep(random.uniform(0, 2))
        fleet.devices[at].is_deaf = True
        start = time.perf_counter()
        while f'"deviceId":"{devices[at][0]}","online":false' not in desk.wait_for('42["device-updated"'):
            assert time.perf_counter() - start < 30, "nobody heard of it"
        took.append(time.perf_counter() - start)
    print(f"\n  {'a cut cable is seen after, s':40} median {statistics.median(took):.1f}, longest {max(took):.1f}  "
          f"(n={count})")


def sockets(server: Program, devices: Known, *, first: int, seconds: float) -> tuple[Fleet, dict[str, float]]:
    """What devices cost that arrive, rest, and send heartbeats."""
    fleet = Fleet(server.port)
    fleet.connect(devices[:first])  # what the first ones cost is no matter of connections
    time.sleep(1)
    begun, used = time.perf_counter(), server.processor()
    arrived = (len(devices) - first) / fleet.connect(devices[first:])
    time.sleep(8)  # what they said on arrival is written
    took, spent = time.perf_counter() - begun, server.processor() - used
    used, start = server.processor(), time.perf_counter()
    time.sleep(seconds)
    idle = (server.processor() - used) / (time.perf_counter() - start)
    each = (spent - idle * (took + 8) / 2) / (len(devices) - first)  # the first half of the time not all were there
    used = server.processor()
    rate, count = fleet.flood(seconds)
    beat = (server.processor() - used) / count
    return fleet, {"arrivals/s": arrived, "an arrival, ms of the processor": each * 1000,
                   "share of the core, idle": idle, "heartbeats/s": rate,
                   "a heartbeat, µs of the processor": beat * 1e6, "heartbeats/s for a whole core": 1 / beat}


def memory(make: Callable[[], Program], devices: Known, counts: tuple[int, ...]) -> dict[int, float]:
    """Resident memory in KB with so many devices connected, each count in a process of its own: what a process once
    needed, for an arrival or a list, it seldom gives back."""
    found = {}
    for count in counts:
        server = make()
        fleet = Fleet(server.port)
        try:
            if isinstance(server, Ours):
                put_in(server, devices)
            fleet.connect(devices[:count])
            time.sleep(10)
            found[count] = server.memory()
        finally:
            fleet.close()
            server.close()
    return found


def print_memory(mine: dict[int, float], theirs: dict[int, float]) -> None:
    title("resident memory, a fresh process for each count")
    for count in mine:
        row(f"MB with {count:,} devices", mine[count] / 1024, theirs[count] / 1024, "{:,.1f}")
    few, many = sorted(mine)[-2:]
    row("KB for each device more", *((found[many] - found[few]) / (many - few) for found in (mine, theirs)), "{:,.1f}")


def ours(core: int | None, engine: str, devices: Known, *, connected: int, seconds: float, quick: bool,
         ) -> dict[str, float]:
    server = Ours(core, engine=engine)
    fleet = None
    try:
        rate, whole = enroll(server, 100 if quick else 300)
        for what, value in (("enrollments/s", rate), ("enrollments/s for a whole core", whole)):
            print(f"  {what:40} {value:10,.0f}", flush=True)
        put_in(server, devices)
        fleet, found = sockets(server, devices[:connected], first=100, seconds=seconds)
        fleet.beat(len(devices) / 30)
        time.sleep(6)
        commits = Commits(server)
        time.sleep(10 if quick else 30)
        print(f"  {'write transactions/s, one beat in 30 s':40} {commits.rate():10.1f}", flush=True)
        latencies(server, 2 if quick else 8)
        cuts(server, fleet, devices, 3 if quick else 10)
        return found
    finally:
        if fleet:
            fleet.close()
        server.close()


def peer(core: int | None, devices: Known, *, connected: int, seconds: float) -> dict[str, Any]:
    server = Peer(core)
    try:
        fleet, found = sockets(server, devices[:connected], first=100, seconds=seconds)
        fleet.close()
        return found
    finally:
        server.close()


@click.command()
@click.option("--engine", default="eventlet", show_default=True, type=click.Choice(["eventlet", "gevent"]))
@click.option("--devices", default=10_000, show_default=True, help="Devices in the database.")
@click.option("--connected", default=2000, show_default=True, help="Devices with an open socket.")
@click.option("--seconds", default=10.0, show_default=True)
@click.option("--quick", is_flag=True, help="Short rounds, 500 connected devices.")
def main(engine: str, devices: int, connected: int, seconds: float, quick: bool) -> None:
    """Measure our server, and where it makes sense the peer, on the same core in turn."""
    if quick:
        connected, seconds = 500, 3.0
    cores = sorted(os.sched_getaffinity(0))
    prepare(cores[-1] if len(cores) > 1 else None)
    core = cores[0] if len(cores) > 1 else None
    fleet = known(devices)
    print(f"{engine}; {devices:,} devices, {connected:,} connected; servers on core {core}, load on core {cores[-1]}")
    mine = ours(core, engine, fleet, connected=connected, seconds=seconds, quick=quick)
    theirs = peer(core, fleet, connected=connected, seconds=seconds)
    title(f"{connected:,} devices connected")
    for what in mine:
        row(what, mine[what], theirs[what], "{:.2f}" if "share" in what else "{:,.1f}")
    counts = (0, 200, 500) if quick else (0, 1000, 3000)
    print_memory(memory(lambda: Ours(core, engine=engine), fleet, counts), memory(lambda: Peer(core), fleet, counts))


if __name__ == "__main__":
    main()

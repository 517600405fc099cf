"""How fast commands go round, and how soon a device hears of one, beside the same queue over a Redis.

`python bench/queue.py [--engine gevent] [--quick]`. A cycle is: queue a command, claim it, hand in its result; three
calls over HTTP, by 1, 8 and 64 devices at a time. The peer is contract 003's queue as its authors built it, Fastify
and Lua over a real Redis, once with a disk that is written each second and once before each answer.

The same for all: the load and its calls, the warm-up, the core (the peer's Node and Redis share it, and count
together), and that each answer is looked at. The servers take turns, round by round. Not the same: ours keeps every
command, claim and result on the disk before it answers (SQLite, synchronous=FULL), so `always` is the fair neighbour
and `everysec`, as such a queue usually runs, may lose its last second; and ours does what the peer leaves out: tenants,
hashed tokens, an audit entry for each command, approvals, checked bodies, and news to dashboards.

A ratio is ours by theirs: of a rate more is better, of milliseconds, microseconds and megabytes less. Devices that "go
round" do so as fast as they are answered, so every server is full then, with a different number of cycles: those
rows tell how it shares its core out. "At rest" tells how fast it is. docs/gateway.md says how to read the figures.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[1])  # not this folder: its queue.py is not Python's

import multiprocessing
import os
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import click

from bench import _queue_load as load
from bench._queue_load import COMMANDS, Call, Caller, Ear, Result, quantile
from bench._queue_servers import Ours, Peer, Queue
from bench.relay.load import run as relay
from bench.relay.servers import prepare


@dataclass(frozen=True)
class Size:
    """How much is measured."""

    devices: tuple[int, ...] = (1, 8, 64)
    seconds: float = 6.0
    rounds: int = 3
    pushes: int = 400
    deep: int = 10_000
    claims: int = 1000
    busy: tuple[int, ...] = (8, 64)
    peers: tuple[str, ...] = ("everysec", "always")


SIZES = {"whole": Size(), "quick": Size(seconds=2.0, rounds=1, pushes=100, deep=2000, claims=200),
         "tiny": Size(devices=(2,), seconds=0.2, rounds=1, pushes=3, deep=10, claims=3, busy=(2,), peers=("always",))}


@dataclass(frozen=True)
class Table:
    """A row is printed when each server has its figure: ours, then each peer with our ratio to it."""

    servers: dict[str, Queue]

    def title(self, text: str) -> None:
        peers = "".join(f"{name:>18} {'ratio':>7}" for name in list(self.servers)[1:])
        print(f"\n{text:42} {'ours':>10}{peers}", flush=True)

    def row(self, what: str, values: list[float], form: str = "{:,.0f}") -> None:
        ours, *peers = values
        beside = "".join(f"{form.format(peer):>18} {ours / peer if peer else float('nan'):7.2f}" for peer in peers)
        print(f"  {what:40} {form.format(ours):>10}{beside}", flush=True)


def cycles(table: Table, size: Size, count: int) -> None:
    """Cycles a second, what one costs, and what its calls take."""
    found: dict[str, list[Result]] = {name: [] for name in table.servers}
    used: dict[str, list[float]] = {name: [] for name in table.servers}
    for _ in range(size.rounds):
        for name, server in table.servers.items():
            before = server.processor()
            result = load.run(server.port, server.tokens[:count], seconds=size.seconds, warm_up=size.seconds / 4)
            share = (server.processor() - before) / (result.seconds * 1.25)
            found[name].append(result)
            used[name].append(share / result.rate)

    def middle(of: Callable[[Result], float]) -> list[float]:
        return [statistics.median(of(result) for result in results) for results in found.values()]
    table.title(f"{count} device{'s' if count > 1 else ''} at a time")
    table.row("cycles/s", middle(lambda r: r.rate))
    each = [statistics.median(shares) for shares in used.values()]
    table.row("a cycle, µs of the processor", [share * 1e6 for share in each])
    table.row("cycles/s for a whole core", [1 / share if share else float("nan") for share in each])
    for step in ("enqueue", "claim", "result"):
        for share, name in ((0.5, "p50"), (0.99, "p99")):
            table.row(f"{step}, {name}, ms", middle(lambda r, step=step, share=share: r.at(step, share)), "{:.2f}")
    table.row("share of its core the load client used", middle(lambda r: r.load), "{:.2f}")


@contextmanager
def hammered(server: Queue, tokens: list[str], size: Size) -> Iterator[None]:
    """Meanwhile these devices go round as fast as they can, driven by a process of their own."""
    if not tokens:
        yield
        return
    process = multiprocessing.get_context("fork").Process(
        target=load.run, args=(server.port, tokens), kwargs={"seconds": 3600.0, "warm_up": 0.0}, daemon=True)
    process.start()
    time.sleep(min(1.0, size.seconds))
    try:
        yield
        assert process.is_alive(), "the load has failed"
    finally:
        process.kill()
        process.join(10)


def pushes(server: Queue, token: str, count: int) -> list[float]:
    """Milliseconds from the first byte of the call that queues a command to the device's WebSocket having it."""
    ear, caller, took = Ear(server.port, token), Caller(server.port, {"X-Device-Token": token}), []
    for number in range(count):
        begun = time.perf_counter()
        caller.say(Call("enqueue", COMMANDS, {"command": "get_status", "parameters": {"number": number}}))
        command, moment = ear.next_command()
        assert command["parameters"] == {"number": number}, command
        took.append((moment - begun) * 1000)
        while caller.hear() is None:
            pass
        caller.call(Call("result", f"{COMMANDS}/{command['id']}/result", {
            "claimToken": command["claimToken"], "status": "success", "duration": 1,
            "executedAt": "2026-01-01T00:00:00.000Z"}))
        time.sleep(0.01)
    ear.close()
    caller.close()
    return took


def latency(table: Table, size: Size) -> None:
    """How soon a device hears, on a server at rest and on a busy one."""
    table.title("queued → on the device's WebSocket")
    for others in (0, *size.busy):
        found, what = [], f"{others} devices going round" if others else "at rest"
        for server in table.servers.values():
            with hammered(server, server.tokens[:-2][:others], size):
                found.append(pushes(server, server.tokens[-2], size.pushes))
        for share, name in ((0.5, "p50"), (0.99, "p99")):
            table.row(f"{what}, {name}, ms", [quantile(took, share) for took in found], "{:.2f}")


def depth(table: Table, size: Size) -> None:
    """What claims take where thousands wait for one device."""
    found = []
    for server in table.servers.values():
        token = server.tokens[-1]
        caller = Caller(server.port, {"X-Device-Token": token})
        for _ in range(size.deep):
            caller.call(Call("enqueue", COMMANDS, {"command": "get_status", "parameters": {"depth": 3}, "priority": 5}))
        script, took = load.cycle(lambda: None, fill=False), {}
        call = next(script)
        for _ in range(2 * size.claims):
            answer, seconds = caller.call(call)
            took.setdefault(call.step, []).append(seconds * 1000)
            call = script.send(answer)
        found.append(took)
    table.title(f"{size.deep:,} queued for one device")
    for step in ("claim", "result"):
        for share, name in ((0.5, "p50"), (0.99, "p99")):
            table.row(f"{step}, {name}, ms", [quantile(took[step], share) for took in found], "{:.2f}")


def neighbours(server: Ours, size: Size) -> None:
    """What the others feel: a session's pointer events and the health check, while many devices go round."""
    print(f"\n{'meanwhile, on ours':42} {'p50, ms':>10} {'p99, ms':>10}")
    (pair,) = server.pairs(1)
    for others in (0, size.busy[-1]):
        what = f"{others} devices going round" if others else "at rest"
        with hammered(server, server.tokens[:-2][:others], size):
            events = relay([pair], in_flight=1, seconds=size.seconds, warm_up=0.3)
            caller = Caller(server.port, {})
            probes = [caller.call(Call("healthz", "/healthz"))[1] * 1000 for _ in range(size.pushes)]
        print(f"  {'a pointer event, ' + what:40} {events.p50 * 1000:10.2f} {events.p99 * 1000:10.2f}")
        print(f"  {'/healthz, ' + what:40} {quantile(probes, 0.5):10.2f} {quantile(probes, 0.99):10.2f}", flush=True)


@click.command()
@click.option("--engine", default="eventlet", show_default=True, type=click.Choice(["eventlet", "gevent"]))
@click.option("--quick", "size", flag_value="quick", help="Short rounds.")
@click.option("--tiny", "size", flag_value="tiny", help="So little that it only proves that all of it runs.")
@click.option("--whole", "size", flag_value="whole", default="whole", hidden=True)
def main(engine: str, size: str) -> None:
    """Measure our server and the peers on the same core in turn."""
    chosen = SIZES[size]
    cores = sorted(os.sched_getaffinity(0))
    prepare(cores[-1] if len(cores) > 1 else None)
    core = cores[0] if len(cores) > 1 else None
    print(f"{engine}; servers on core {core}, load on core {cores[-1]}")
    devices, started = max(chosen.devices) + 2, {}  # one that only listens, one with a long queue
    try:
        started["ours"] = ours = Ours(core, engine=engine, devices=devices)
        for fsync in chosen.peers:
            started[f"Redis, {fsync}"] = Peer(core, fsync=fsync, devices=devices)
        table, before = Table(started), [server.memory() for server in started.values()]
        for count in chosen.devices:
            cycles(table, chosen, count)
        latency(table, chosen)
        depth(table, chosen)
        neighbours(ours, chosen)
        table.title("resident memory, MB")
        table.row("before", [kilobytes / 1024 for kilobytes in before], "{:.1f}")
        table.row("after all of this", [server.memory() / 1024 for server in started.values()], "{:.1f}")
    finally:
        for server in started.values():
            server.close()


if __name__ == "__main__":
    main()

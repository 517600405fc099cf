"""How fast control events travel, against a plain socket.io 4 server in Node that relays the same ones.

`python bench/relay/run.py [--engine gevent] [--quick]`. 50 technician–helper pairs with 1 and with 8 pointer events
in flight each, our server and the peer in turn on one core, the load on the other; then so many idle connections
opened as fast as each server takes them. docs/relay.md says how to read the figures. On a machine that has other things
to do, the line "for a whole core" still compares: it divides by the processor time that the server got.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import click

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bench.relay import load
from bench.relay.line import Crowd
from bench.relay.servers import Ours, Peer, Program, prepare

Rounds = dict[str, list[load.Result]]


def row(what: str, ours: float, peer: float, form: str = "{:,.0f}") -> None:
    """One line of the table, with the ratio to the peer."""
    print(f"  {what:40} {form.format(ours):>10} {form.format(peer):>10} {ours / peer:8.2f}", flush=True)


def title(text: str) -> None:
    print(f"\n{text:42} {'ours':>10} {'peer':>10} {'ratio':>8}")


def messages(servers: list[Program], *, pairs: int, rounds: int, seconds: float) -> None:
    """Messages per second and their delay, in turn."""
    sitting = {server.name: server.pairs(pairs) for server in servers}
    for in_flight in (1, 8):
        found: Rounds = {server.name: [] for server in servers}
        used = dict.fromkeys(found, 0.0)
        for _ in range(rounds):
            for server in servers:
                before, start = server.processor(), time.perf_counter()
                found[server.name].append(load.run(sitting[server.name], in_flight=in_flight, seconds=seconds,
                                                   warm_up=min(1.0, seconds / 3)))
                used[server.name] += (server.processor() - before) / (time.perf_counter() - start) / rounds
        _tell(found, used, in_flight, pairs)


def _tell(found: Rounds, used: dict[str, float], in_flight: int, pairs: int) -> None:
    def middle(name: str, of: Callable[[load.Result], float]) -> float:
        return statistics.median(of(each) for each in found[name])

    title(f"{pairs} pairs, {in_flight} in flight")
    for what, of, form in (("messages/s", lambda r: r.rate, "{:,.0f}"), ("p50, ms", lambda r: r.p50 * 1000, "{:.2f}"),
                           ("p99, ms", lambda r: r.p99 * 1000, "{:.2f}")):
        row(what, middle("ours", of), middle("peer", of), form)
    ratios = [ours.rate / peer.rate for ours, peer in zip(found["ours"], found["peer"], strict=True)]
    print("  ratio of messages/s in each round        " + "  ".join(f"{ratio:.2f}" for ratio in ratios))
    row("messages/s for a whole core", middle("ours", lambda r: r.rate) / used["ours"],
        middle("peer", lambda r: r.rate) / used["peer"])
    row("share of its core the server used", used["ours"], used["peer"], "{:.2f}")
    row("share of its core the load client used", middle("ours", lambda r: r.load), middle("peer", lambda r: r.load),
        "{:.2f}")


def idle(starts: list[Callable[[], Program]], count: int) -> None:
    """Memory that an idle connection costs, and how many are accepted in a second."""
    rates, memories = {}, {}
    for start in starts:
        server = start()
        crowd = Crowd(server.port)
        crowd.grow(200)  # what the first ones cost is no matter of connections
        crowd.rest(1)
        before = server.memory()
        seconds = crowd.grow(count)
        crowd.rest(2)
        rates[server.name] = count / seconds
        memories[server.name] = (server.memory() - before) / count
        crowd.close()
        server.close()
    title(f"{count:,} idle connections")
    row("memory for each, KB", memories["ours"], memories["peer"], "{:.1f}")
    row("accepted/s", rates["ours"], rates["peer"])


@click.command()
@click.option("--engine", default="eventlet", show_default=True, type=click.Choice(["eventlet", "gevent"]))
@click.option("--pairs", default=50, show_default=True)
@click.option("--rounds", default=5, show_default=True)
@click.option("--seconds", default=3.0, show_default=True)
@click.option("--connections", default=8000, show_default=True)
@click.option("--quick", is_flag=True, help="Two short rounds and 2,000 connections.")
def main(engine: str, pairs: int, rounds: int, seconds: float, connections: int, quick: bool) -> None:
    """Compare our relay with the peer's."""
    if quick:
        rounds, seconds, connections = 2, 1.0, 2000
    cores = sorted(os.sched_getaffinity(0))
    prepare(cores[-1] if len(cores) > 1 else None)
    core = cores[0] if len(cores) > 1 else None
    print(f"{engine}; servers on core {core}, load on core {cores[-1]}")
    servers = [Ours(core, engine=engine), Peer(core)]
    try:
        messages(servers, pairs=pairs, rounds=rounds, seconds=seconds)
    finally:
        for server in servers:
            server.close()
    if connections:
        idle([lambda: Ours(core, engine=engine), lambda: Peer(core)], connections)


if __name__ == "__main__":
    main()

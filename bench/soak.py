"""Whether the server stays as it is: some minutes of everything at once, what it holds and how late it is meanwhile.

`python bench/soak.py [--minutes 10] [--engine gevent] [--quick]`. A real server on one core, on another core those who
keep it busy: devices that rest and send heartbeats, sessions with pictures and input in both directions, sessions that
begin and end, people who read lists, write tickets and chat, downloads, the command queue, sockets that come and go. It
is a steady load, about half a core, not the most that the server takes: the other benchmarks tell that.

Each minute a line: resident memory, open files, how late the hub was, what got done, and what failed. After the warm-up
(the first third) memory and files must stay as they are: the verdict is by the slope of a straight line through all
samples since. Growth of up to half a percent of the memory in a minute counts as flat: caches fill, and Python
seldom gives back.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[1])  # not this folder: its queue.py is not Python's

import os
import re
import statistics
import time
from dataclasses import dataclass

import click
import requests

from bench import _soak_load as load
from bench._fleet_load import Fleet
from bench.relay.servers import prepare

SAMPLE = 2.0
BUCKET = re.compile(r'connectassist_hub_lag_seconds_bucket{[^}]*le="([^"]+)"[^}]*} (\S+)')
#: What counts as flat: this share of the memory, and so many files, in a minute.
MEMORY, FILES = 0.005, 0.5


@dataclass(frozen=True)
class Sample:
    """What the server held at a moment: seconds since the start, MB, open files."""

    at: float
    memory: float
    files: int


class Lags:
    """How late the hub was since the last time that somebody asked; p50 and p99 are upper bounds of buckets."""

    def __init__(self, server: load.Server) -> None:
        self._server, self._desk, self.longest = server, requests.Session(), 0.0
        self._desk.headers["Authorization"] = f"Bearer {server.token()}"
        self._before = self._buckets()

    def look(self) -> None:
        """The server remembers the longest since its own last look, some seconds ago."""
        found = self._get("/api/dashboard/health").json()
        self.longest = max(self.longest, found["hub_lag_ms"])

    def taken(self) -> tuple[float, float, float]:
        """p50, p99 and the longest, in milliseconds."""
        now, before = self._buckets(), self._before
        counts = {bound: count - before.get(bound, 0.0) for bound, count in now.items()}
        longest, self.longest, self._before = self.longest, 0.0, now
        whole = max(counts.values(), default=0.0)
        return (*(next((bound * 1000 for bound, count in sorted(counts.items()) if count >= whole * share), 0.0)
                  for share in (0.5, 0.99)), longest)

    def _buckets(self) -> dict[float, float]:
        return {float(bound): float(count) for bound, count in BUCKET.findall(self._get("/metrics").text)}

    def _get(self, path: str) -> requests.Response:
        answer = self._desk.get(f"http://127.0.0.1:{self._server.port}{path}", timeout=60)
        assert answer.status_code == 200, answer.text
        return answer


def slope(samples: list[Sample], field: str) -> float:
    """How much it grows in a minute."""
    line = statistics.linear_regression([each.at / 60 for each in samples], [getattr(each, field) for each in samples])
    return line.slope


def watched(server: load.Server, work: load.Work, fleet: Fleet, *, seconds: float, each: float) -> list[Sample]:
    """Look on for so long, and print a line for each span of so many seconds."""
    print(f"\n{'second':>8} {'memory, MB':>11} {'files':>6} {'lag p50':>8} {'p99':>8} {'longest, ms':>12} "
          f"{'core':>6} {'done/s':>8} {'failed':>7}")
    lags, samples, begun = Lags(server), [], time.perf_counter()
    done, failed, used, last = work.total(fleet), work.failed(fleet), server.processor(), begun
    while (now := time.perf_counter()) < begun + seconds:
        samples.append(Sample(now - begun, server.memory() / 1024, server.files()))
        lags.look()
        if now >= last + each - SAMPLE / 2:
            p50, p99, longest = lags.taken()
            span, last = now - last, now
            rate, done = (work.total(fleet) - done) / span, work.total(fleet)
            share, used = (server.processor() - used) / span, server.processor()
            new, failed = work.failed(fleet) - failed, work.failed(fleet)
            print(f"{now - begun:8.0f} {samples[-1].memory:11.1f} {samples[-1].files:6} {p50:8.1f} {p99:8.1f} "
                  f"{longest:12.1f} {share:6.2f} {rate:8,.0f} {new:7}", flush=True)
        time.sleep(SAMPLE)
    return samples


def verdict(samples: list[Sample], work: load.Work, fleet: Fleet) -> bool:
    """Say how it went. Is it flat, and did nothing fail?"""
    settled = [each for each in samples if each.at >= samples[-1].at / 3]
    memory, files = slope(settled, "memory"), slope(settled, "files")
    most = statistics.fmean(each.memory for each in settled) * MEMORY
    print("\nin all: " + ", ".join(f"{count:,} {what}" for what, count in sorted(work.done.items()))
          + f", {fleet.answers:,} heartbeats")
    for what, problems in sorted(work.problems.items()):
        print(f"  {len(problems)} times {what} failed, at last: {problems[-1][:200]}")
    print(f"  memory grows by {memory:+.2f} MB a minute (up to {most:.2f} is flat), open files by {files:+.2f}")
    is_flat = memory <= most and files <= FILES
    print("flat after warm-up" if is_flat else "NOT flat after warm-up", flush=True)
    return is_flat and not work.failed(fleet)


@click.command()
@click.option("--minutes", default=10.0, show_default=True)
@click.option("--engine", default="eventlet", show_default=True, type=click.Choice(["eventlet", "gevent"]))
@click.option("--quick", is_flag=True, help="One minute: enough to see it run, too short for a verdict.")
def main(minutes: float, engine: str, quick: bool) -> None:
    """Load the server with everything at once, and see whether it stays as it is."""
    minutes = 1.0 if quick else minutes
    cores = sorted(os.sched_getaffinity(0))
    prepare(cores[-1] if len(cores) > 1 else None)
    print(f"{engine}, {minutes:g} minutes; server on core {cores[0]}, load on core {cores[-1]}")
    server = load.Server(cores[0] if len(cores) > 1 else None, engine=engine)
    work, fleet = load.Work(), Fleet(server.port)
    try:
        fleet.connect(server.known)
        fleet.beat(len(server.known) / 10)
        work.begin(server)
        samples = watched(server, work, fleet, seconds=minutes * 60, each=10 if minutes < 2 else 60)
        is_well = verdict(samples, work, fleet)
    finally:
        work.end()
        fleet.close()
        server.close()
    if not is_well and not quick:
        sys.exit(1)


if __name__ == "__main__":
    main()

"""How long a customer waits for a package of 1, 30 and 200 MB, beside the same bytes as a plain file.

    python bench/downloads.py [--sizes 1,30,200] [--rounds 7]

Both come from one real server over a loopback port, in turn within each round; the table shows medians. "First" is
the time until the first byte arrived, "whole" until the last one did. The plain file is stamped beforehand: what is
left between the two is the price of stamping each download anew.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[1])  # not this folder: its queue.py is not Python's

import statistics
import tempfile
import time

import click
import requests

from tests.features.packages.payload import write_payload
from tests.stage.server import Server

MEGABYTE = 1_000_000


def fetch(url: str) -> tuple[float, float]:
    """Milliseconds to the first and to the last byte."""
    began = time.perf_counter()
    with requests.get(url, stream=True, timeout=60) as answer:
        answer.raise_for_status()
        answer.raw.read(1)
        first = time.perf_counter()
        while answer.raw.read(MEGABYTE):
            pass
    return (first - began) * 1e3, (time.perf_counter() - began) * 1e3


def order(server: Server) -> str:
    """A new package's address."""
    made = server.sign_in().post("/api/support-codes", json={"customer_name": "Bench"}).json()
    return server.url + made["client_package"]["download_url"]


def measure(size: int, rounds: int, folder: Path) -> None:
    payloads = write_payload(folder / "payloads", size=size * MEGABYTE)
    server = Server(folder, payloads=str(payloads))
    try:
        stamped = order(server)
        (folder / "downloads" / "plain.zip").write_bytes(requests.get(stamped, timeout=60).content)
        ways = {"stamped": stamped, "plain file": f"{server.url}/downloads/plain.zip"}
        times = {name: [fetch(url)] for name, url in ways.items()}
        for _ in range(rounds):
            for name, url in ways.items():
                times[name].append(fetch(url))
        for name, taken in times.items():
            first, whole = (statistics.median(each) for each in zip(*taken[1:], strict=True))
            print(f"{size:>5} MB  {name:<12} first {first:7.1f} ms   whole {whole:8.1f} ms")
    finally:
        server.stop()


@click.command(help=__doc__.partition("\n")[0])
@click.option("--sizes", default="1,30,200", help="Megabytes, separated by commas.")
@click.option("--rounds", default=7, help="Measurements of each.")
def main(sizes: str, rounds: int) -> None:
    for size in map(int, sizes.split(",")):
        with tempfile.TemporaryDirectory() as folder:
            measure(size, rounds, Path(folder))


if __name__ == "__main__":
    main()

"""How long stamping takes, beside the plain ways to put three files into a ZIP of 1, 30 and 200 MB.

    python bench/stamp.py [--sizes 1,30,200] [--rounds 7]

All ways run in turn within one round, so that a busy machine slows them alike; the table shows medians.
"First" is the time until the first byte could be sent, "whole" until the last one was read.
"""

import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[1])  # not this folder: its queue.py is not Python's

import argparse
import random
import shutil
import statistics
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

from builder.manifest import Signer
from builder.payloads import FOLDER, Payload, load
from builder.payloads.pack import Label, pack
from builder.stamp import CHUNK, Order, stamp

TARGET_MS = 5.0
FILES = 500
SIGNER = Signer.new()
ORDER = Order(
    device_id="SUPP-123456-1720012345", readme="Hello\n" * 30, created_at=datetime(2026, 1, 1, tzinfo=UTC),
    settings={"Server": {"Url": "https://support.example"}, "Enrollment": {"Token": "t" * 43}})
Way = Callable[[Payload, Path], Iterator[bytes]]


def spliced(payload: Payload, scratch: Path) -> Iterator[bytes]:
    """The product's way: no file is written."""
    fresh = replace(ORDER, device_id=f"SUPP-{time.monotonic_ns()}")
    return iter(stamp(fresh, payload=load(payload.zip_path.parent, platform=payload.platform), signer=SIGNER))


def appended(payload: Payload, scratch: Path) -> Iterator[bytes]:
    """Copy the ZIP, then let zipfile append."""
    shutil.copy(payload.zip_path, scratch)
    with zipfile.ZipFile(scratch, "a") as archive:
        _add_small_files(archive)
    return _read(scratch)


def stored(payload: Payload, scratch: Path) -> Iterator[bytes]:
    """Write every file anew, without compression."""
    return _rebuilt(payload, scratch, zipfile.ZIP_STORED)


def deflated(payload: Payload, scratch: Path) -> Iterator[bytes]:
    """Write every file anew, compressed."""
    return _rebuilt(payload, scratch, zipfile.ZIP_DEFLATED)


WAYS: dict[str, Way] = {"splice (ours)": spliced, "copy + append": appended, "rebuild stored": stored,
                        "rebuild deflate": deflated}


def _rebuilt(payload: Payload, scratch: Path, method: int) -> Iterator[bytes]:
    tree = payload.zip_path.parent / "tree"
    with zipfile.ZipFile(scratch, "w", method) as archive:
        for path, _ in payload.lines:
            archive.write(tree / path, f"{FOLDER}/{path}")
        _add_small_files(archive)
    return _read(scratch)


def _add_small_files(archive: zipfile.ZipFile) -> None:
    """The same files as ours, manifest from the index: the plain ways are spared the hashing."""
    for name in ("appsettings.json", "README.txt", "manifest.json"):
        archive.writestr(f"{FOLDER}/{name}", "x" * (FILES * 130 if name == "manifest.json" else 500))


def _read(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


def make_payload(folder: Path, megabytes: int) -> Payload:
    """A payload of about that size packed, half of it noise and half of it text, as programs are."""
    noise, tree = random.Random(megabytes), folder / "tree"
    size = megabytes * 1_000_000 // FILES
    for number in range(FILES):
        path = tree / f"lib{number % 20}" / f"file{number}.so"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(noise.randbytes(size) + b"lorem ipsum dolor " * (size // 18))
    (tree / "connectassist-helper").write_bytes(b"#!/bin/sh\n")
    pack(tree, out=folder, label=Label(
        platform="linux-x86_64", version="1", executable="connectassist-helper", source=""))
    return load(folder, platform="linux-x86_64")


def timed(way: Way, payload: Payload, scratch: Path) -> tuple[float, float]:
    """Milliseconds to the first chunk and to the last one."""
    start = time.perf_counter()
    chunks = way(payload, scratch)
    next(chunks)
    first = time.perf_counter()
    for _ in chunks:
        pass
    return (first - start) * 1000, (time.perf_counter() - start) * 1000


def measure(payload: Payload, rounds: int) -> dict[str, tuple[float, float]]:
    """Median times of every way, in milliseconds; the slow rebuilds run in fewer rounds."""
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in WAYS}
    scratch = payload.zip_path.parent / "scratch.zip"
    for round_number in range(rounds):
        for name, way in WAYS.items():
            if round_number < 2 or not name.startswith("rebuild"):
                taken[name].append(timed(way, payload, scratch))
    return {name: tuple(map(statistics.median, zip(*times, strict=True))) for name, times in taken.items()}


def show(payload: Payload, times: dict[str, tuple[float, float]]) -> None:
    """Print one size's table."""
    print(f"\npayload {payload.zip_size / 1e6:.0f} MB, {len(payload.lines)} files")
    print(f"  {'way':<16}{'first ms':>11}{'whole ms':>11}{'first ×':>10}{'whole ×':>10}")
    ours = times["splice (ours)"]
    for name, (first, whole) in times.items():
        print(f"  {name:<16}{first:>11.2f}{whole:>11.2f}{first / ours[0]:>10.1f}{whole / ours[1]:>10.1f}")


def main() -> int:
    """Print the tables and whether the target is met. The exit status is 1 when it is not."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", default="1,30,200", help="packed sizes in MB")
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    firsts = []
    for megabytes in map(int, options.sizes.split(",")):
        with tempfile.TemporaryDirectory() as folder:
            payload = make_payload(Path(folder), megabytes)
            times = measure(payload, options.rounds)
            show(payload, times)
            firsts.append(times["splice (ours)"][0])
    met = max(firsts) < TARGET_MS
    print(f"\nfirst byte at most {max(firsts):.2f} ms, largest over smallest {max(firsts) / min(firsts):.2f}; "
          f"target under {TARGET_MS:.0f} ms: {'met' if met else 'MISSED'}")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())

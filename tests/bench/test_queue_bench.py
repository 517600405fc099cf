"""The queue's benchmark still runs, as small as it goes: the figures mean nothing here."""

from __future__ import annotations

import subprocess
import sys

from tests.live.server import ROOT


def test_it_runs_and_tells() -> None:
    done = subprocess.run([sys.executable, "bench/queue.py", "--tiny"], cwd=ROOT, capture_output=True, text=True,
                          timeout=200)
    assert done.returncode == 0, done.stderr[-3000:]
    for title in ("2 devices at a time", "queued → on the device's WebSocket", "10 queued for one device",
                  "meanwhile, on ours", "resident memory, MB"):
        assert title in done.stdout
    assert "cycles/s" in done.stdout and "nan" not in done.stdout.split("resident")[1]

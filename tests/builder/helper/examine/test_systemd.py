"""A real systemd and a real journal, in namespaces of their own, where this machine lets us have them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[4]
APART = ("unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "--propagation", "private")


def _may_be_apart() -> bool:
    programs = (shutil.which("unshare"), shutil.which("systemctl"), shutil.which("systemd-cat"))
    is_there = all(programs) and Path("/lib/systemd/systemd-journald").exists()
    if os.name != "posix" or os.getuid() != 0 or not is_there:
        return False
    return subprocess.run([*APART, "mount", "-t", "tmpfs", "tmpfs", "/run"], capture_output=True).returncode == 0


def test_services_and_events_of_a_real_systemd() -> None:
    if not _may_be_apart():
        pytest.skip("this needs root, namespaces and systemd's programs")
    told = subprocess.run([*APART, sys.executable, "-m", "tests.builder.helper.examine.with_systemd"], cwd=ROOT,
                          capture_output=True, text=True, timeout=110)
    assert told.returncode == 0, told.stderr[-2000:]
    found = json.loads(told.stdout.splitlines()[-1])

    assert "was told to start" in found["said"]["start"] and "was told to stop" in found["said"]["stop"]
    assert found["said"]["absent"] == "There is no service named user:nobody."
    assert found["running"]["user:sleepy.service"] == {
        "name": "user:sleepy.service", "displayName": "The sleepy one", "status": "Running", "startType": "Automatic",
        "failed": False}
    assert found["running"]["user:broken.service"]["status"] == "Stopped"
    assert found["running"]["user:broken.service"]["failed"]
    assert found["stopped"]["user:sleepy.service"]["status"] == "Stopped"
    assert {"user:sleepy.service", "user:broken.service"} <= set(found["missed"])

    fire, wrong = ["Critical", "on [31mfire"], ["Error", "went wrong"]
    assert found["all"] == [fire, wrong, ["Information", "plain"]] and found["errors"] == [fire, wrong]
    assert found["check"]["available"] and found["check"]["criticals"] >= 1 and found["check"]["errors"] >= 1

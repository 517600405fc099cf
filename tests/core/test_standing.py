"""Who serves from an instance folder: a file says so, and the system says whether it is still so."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from connectassist.core import standing


def test_a_number_that_was_given_to_somebody_else_is_not_taken_for_the_parent(tmp_path: Path) -> None:
    standing.write(tmp_path, {"pid": os.getpid()})
    assert standing.read(tmp_path)
    path = tmp_path / standing.NAME
    for told in ({"pid": os.getppid()}, {"pid": os.getpid(), "began": 1.0}, {"pid": os.getpid(), "began": 0.0}, []):
        began = json.loads(path.read_text()) if isinstance(told, dict) else None
        path.write_text(json.dumps(began | told if began else told))
        assert standing.read(tmp_path) is None, told


def test_when_a_process_began_does_not_hang_on_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    before = standing.began(os.getpid())
    monkeypatch.setattr(psutil._pslinux, "boot_time", lambda: 0.0)  # somebody sets it
    assert before == standing.began(os.getpid()) > 0


def test_one_that_has_ended_did_not_begin() -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    os.waitid(os.P_PID, ended.pid, os.WEXITED | os.WNOWAIT)
    assert standing.began(ended.pid) == 0, "a zombie"
    ended.wait()
    assert standing.began(ended.pid) == 0

"""One server process under a parent that keeps it running."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
import requests

from connectassist.core import standing
from tests.live.server import ROOT, Http, Server
from tests.supervising.load import Writers

Start = Callable[..., Server]
SMALL = (Path(__file__).parent / "small_app.py").read_text()


@pytest.fixture(params=["eventlet", "gevent"])
def kept(request: pytest.FixtureRequest, start_server: Start) -> Iterator[Server]:
    """A server that a parent keeps running, once for each engine."""
    yield start_server(program=("supervise.py",), async_mode=request.param)


def fresh(server: Server) -> Callable[[], Http]:
    """A technician whose every request opens a connection."""
    def made() -> Http:
        http = server.http("technician_a")
        http._session.headers["Connection"] = "close"
        return http
    return made


def ticket(title: str) -> dict[str, str]:
    return {"title": title, "description": "Made while something happened."}


def standing_of(server: Server) -> dict:
    return standing.read(server.folder / "instance") or {}


def until(condition: Callable[[], object], server: Server) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, (standing_of(server), server.log.read_text()[-3000:])
        time.sleep(0.05)


def titles(server: Server) -> list[str]:
    return [title for title, in server.sql("SELECT title FROM tickets WHERE title LIKE 'Ticket %'")]


def test_nobody_notices_that_it_is_exchanged_and_nothing_acknowledged_is_lost_at_its_end(kept: Server) -> None:
    until(lambda: standing_of(kept)["processes"][0]["state"] == "ready", kept)
    old, page = standing_of(kept)["processes"][0]["pid"], kept.socket("technician_a")
    writers = Writers([fresh(kept)] * 2, body=ticket)
    writers.wait_for(5)
    os.kill(kept.process_id, signal.SIGHUP)
    until(lambda: standing_of(kept)["restart"]["state"] == "done", kept)
    writers.wait_for(5)
    assert not writers.failures
    assert page.heard("disconnect") is not None
    assert standing_of(kept)["processes"][0]["pid"] != old and not psutil.pid_exists(old)

    lasting = kept.socket("technician_a")
    assert kept._process
    kept._process.send_signal(signal.SIGTERM)
    assert kept._process.wait(40) == 0
    writers.stop()
    assert lasting.heard("disconnect") is not None
    assert sorted(writers.acknowledged) == sorted(set(writers.acknowledged) & set(titles(kept)))
    assert not (kept.folder / "instance" / standing.NAME).exists()


@pytest.fixture
def small(start_server: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Server, Path]:
    """A parent whose processes are quickly there and serve next to nothing, and the program that they run."""
    program = tmp_path / "app.py"
    program.write_text(SMALL)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    server = start_server(program=("tests/supervising/with_program.py", str(program)))
    until(lambda: standing_of(server)["processes"][0]["state"] == "ready", server)
    return server, program


def test_one_that_dies_is_started_again_and_who_knocks_meanwhile_waits(small: tuple[Server, Path]) -> None:
    server, _ = small
    os.kill(standing_of(server)["processes"][0]["pid"], signal.SIGKILL)
    until(lambda: standing_of(server)["processes"][0]["state"] != "ready", server)
    assert requests.get(server.url + "/healthz", timeout=60).ok
    assert "by the signal SIGKILL" in server.log.read_text()


def test_no_process_outlives_a_parent_that_is_killed(start_server: Start) -> None:
    server = start_server(program=("supervise.py",))
    child = psutil.Process(server.process_id).children()[0]
    server.kill()
    with suppress(psutil.NoSuchProcess):
        child.wait(40)
    assert not psutil.pid_exists(child.pid)


def test_a_new_version_that_does_not_start_stops_the_restart(small: tuple[Server, Path]) -> None:
    """It is said, and the parent goes on trying, so that a further restart finds what was mended."""
    server, program = small
    program.write_text("raise SystemExit('This version is broken.')\n")
    os.kill(server.process_id, signal.SIGHUP)
    until(lambda: standing_of(server)["restart"]["state"] == "failed", server)
    assert standing_of(server)["restart"]["problem"] == "the new process 0 ended before it was ready"
    program.write_text(SMALL)
    os.kill(server.process_id, signal.SIGHUP)
    until(lambda: standing_of(server)["restart"] == {"number": 2, "state": "done", "problem": None}, server)

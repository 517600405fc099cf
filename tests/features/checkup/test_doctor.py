"""The command, and the same from the page."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

from connectassist.features.checkup import running
from connectassist.features.checkup.findings import ERROR, OK, Check, error, hint, ok, worst
from connectassist.features.checkup.grounds import Grounds
from tests.cast import SECRET_KEY, Caller
from tests.live.server import ROOT, Server

LEVELS = {"ok", "hint", "warning", "error"}


def doctor(folder: Path, *options: str, **changes: str) -> subprocess.CompletedProcess[str]:
    """The command as an operator runs it."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("CONNECTASSIST_")}
    values = {"instance": str(folder / "instance"), "downloads": str(folder / "downloads"), **changes}
    return subprocess.run([sys.executable, "-m", "connectassist.features.checkup.commands", *options], cwd=ROOT,
                          env=inherited | {f"CONNECTASSIST_{name.upper()}": value for name, value in values.items()},
                          capture_output=True, text=True, timeout=120)


def test_a_running_server_is_looked_at_whole(server: Server) -> None:
    found = doctor(server.folder, "--json", "--url", server.url, secret_key=SECRET_KEY, proxy_hop="1",
                   database_url=server._environment.get("CONNECTASSIST_DATABASE_URL", ""))
    rows = [json.loads(line) for line in found.stdout.splitlines()]
    assert {row["check"] for row in rows} >= {
        "python", "pdf", "names", "secret key", "instance folder", "room", "database", "administrators", "redis",
        "clock", "answers", "version", "proxies", "polling", "websockets", "plain websockets"}
    assert all(row["level"] in LEVELS and row["sentence"].endswith((".", ":")) for row in rows), rows
    (typo,) = [row for row in rows if row["check"] == "names"]
    assert (typo["level"], typo["fix"]) == ("warning", "Did you mean CONNECTASSIST_PROXY_HOPS?")
    assert not [row for row in rows if "could not be looked at" in row["sentence"]], rows
    assert {row["level"] for row in rows if row["about"] == "Live lines"} == {"ok"}
    assert found.returncode in (1, 2)
    assert SECRET_KEY not in found.stdout + found.stderr


def test_settings_that_stop_the_start_are_named_and_nothing_is_made(tmp_path: Path) -> None:
    found = doctor(tmp_path, async_mode="warp", admin_password="hush-hush-hush")
    assert found.returncode == 2
    assert "ASYNC_MODE must be one of" in found.stdout
    assert not list(tmp_path.iterdir())


def test_a_check_that_fails_itself_stops_no_other() -> None:
    def broken(grounds: Grounds) -> object:
        raise RuntimeError("a mistake of ours")

    (found,) = running.outcomes(Check("broken", "x", broken), None)  # type: ignore[arg-type]
    assert found.finding.level == "hint"
    assert "a mistake of ours" in found.finding.sentence
    assert worst([ok("a"), hint("b"), error("c")]) == ERROR
    assert worst([]) == OK


def test_every_check_has_a_name_of_its_own_and_says_what_it_asks() -> None:
    names = [check.name for check in running.CHECKS]
    assert len(names) == len(set(names))
    assert all((check.run.__doc__ or "").strip() for check in running.CHECKS)


def test_the_page_s_check_up(engine_server: Server) -> None:
    admin = engine_server.http("admin")
    assert engine_server.http("technician_a").post("/api/checkup").status_code == 403
    assert admin.post("/api/checkup").json()["running"] is True
    assert admin.post("/api/checkup").json()["running"] is True, "one at a time"
    deadline = time.monotonic() + 60
    while (state := admin.get("/api/checkup").json())["running"] and time.monotonic() < deadline:
        assert 0 <= state["progress"] <= 1
        time.sleep(0.2)
    assert not state["running"]
    assert state["at"].endswith("Z")
    found = {row["check"]: row["level"] for row in state["findings"]}
    assert found["answers"] == "ok"
    assert found["websockets"] == "ok"
    assert SECRET_KEY not in json.dumps(state)
    assert (engine_server.folder / "instance" / "checkup.jsonl").stat().st_mode & 0o077 == 0


def test_before_the_first_check_up_there_is_nothing(admin: Caller) -> None:
    answer = admin.get("/api/checkup").json
    assert (answer["running"], answer["findings"], answer["at"]) == (False, [], None)

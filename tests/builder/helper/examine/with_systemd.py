"""Run in namespaces of its own: starts a real systemd (a user's) and a real journal, and prints what is found of them.

`/run` and `/var/log` are empty file systems in memory here, and every process ends with this one.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from builder.helper.examine import checks, tools
from builder.helper.examine.errors import Refused
from builder.helper.examine.linux import services

RUNTIME = Path("/run/user/0")
UNITS = {"sleepy": "/bin/sleep 600", "broken": "/bin/false"}
PATIENCE = 40


def main() -> None:
    """Print one JSON object."""
    for place in ("/run", "/var/log"):
        subprocess.run(["mount", "-t", "tmpfs", "tmpfs", place], check=True)
    for folder in (services.RUNNING, RUNTIME / "systemd/user", Path("/run/systemd/journal"), Path("/run/log/journal")):
        folder.mkdir(parents=True)
    sys.stdout.write(json.dumps({**with_systemd(), **with_journal()}))


def with_systemd() -> dict[str, Any]:
    """Two services: one that runs and one that fails."""
    for name, command in UNITS.items():
        (RUNTIME / f"systemd/user/{name}.service").write_text(
            f"[Unit]\nDescription=The {name} one\n[Service]\nExecStart={command}\n[Install]\nWantedBy=default.target\n")
    start("/lib/systemd/systemd", "--user")
    told = {"XDG_RUNTIME_DIR": str(RUNTIME)}
    until(lambda: subprocess.run(["systemctl", "--user", "--runtime", "enable", "sleepy"], env={**os.environ, **told},
                                 capture_output=True).returncode == 0)
    said = {"start": act("sleepy", "start"), "fail": act("broken", "start"), "absent": act("nobody", "stop")}
    until(lambda: (found := mine()) and found["user:broken.service"]["failed"])
    running = mine()
    said["stop"] = act("sleepy", "stop")
    return {"said": said, "running": running, "stopped": mine(),
            "missed": [one.name for one in services._of_the_user() if one.missed]}


def with_journal() -> dict[str, Any]:
    """Three entries of different weight."""
    start("/lib/systemd/systemd-journald")
    until(Path("/run/systemd/journal/stdout").exists)
    for level, text in (("info", "plain"), ("err", "went wrong"), ("crit", "on \x1b[31mfire")):
        subprocess.run(["systemd-cat", "-t", "ours", "-p", level], input=text.encode(), check=True)
    until(lambda: len(ours(level="all")) == 3)
    return {"all": ours(level="all"), "errors": ours(level="Error"), "check": checks.run("event_log")[0]["results"]}


def mine() -> dict[str, Any]:
    """The two services, by name."""
    found = {one.name: one.public() for one in services._of_the_user()}
    return {name: one for name, one in found.items() if one["displayName"].startswith("The ")}


def act(name: str, action: str) -> str:
    """What a technician reads after an action."""
    try:
        return tools.run("service_action", {"serviceName": f"user:{name}", "action": action})["message"]
    except Refused as why:
        return str(why)


def ours(*, level: str) -> list[list[str]]:
    """Our own entries, the newest first."""
    found = tools.run("event_log_query", {"logName": "Application", "level": level})["events"]
    return [[one["level"], one["message"]] for one in found if one["source"] == "ours"]


def start(*words: str) -> None:
    """Start a program that goes on."""
    subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                     env={**os.environ, "XDG_RUNTIME_DIR": str(RUNTIME)})


def until(is_so: Callable[[], Any]) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.1)


if __name__ == "__main__":
    main()

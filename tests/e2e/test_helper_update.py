"""The helper updates itself: a real server, a real download, two versions, the customer's choice on the terminal."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from builder.payloads.pack import Label, pack
from tests.live.server import ROOT
from tests.stage.server import Server

pytestmark = pytest.mark.timeout(240)
PATIENCE = 60
PLATFORM, PROGRAM = "linux-x86_64", "connectassist-helper"
#: Starts the helper's source: two versions that differ in what they say when they start.
STARTER = """#!/bin/sh
here=$(cd "$(dirname "$0")" && pwd)
echo "this is version {version}"
{sabotage}
PYTHONPATH={root} exec {python} -m builder.helper --package-dir "$here" "$@"
"""


def publish(folder: Path, version: str, *, sabotage: str = "") -> None:
    """Put a version of the helper where the server takes its payloads from."""
    tree = folder.parent / f"tree-{version}"
    tree.mkdir(parents=True)
    text = STARTER.format(version=version, sabotage=sabotage, root=ROOT, python=sys.executable)
    (tree / PROGRAM).write_text(text)
    (tree / PROGRAM).chmod(0o755)
    pack(tree, out=folder, label=Label(platform=PLATFORM, version=version, executable=PROGRAM, source=version))


def relabel(folder: Path, version: str) -> None:
    """Publish the helper that `make payloads` built, under a version."""
    folder.mkdir(exist_ok=True)
    built = ROOT / "build" / "payloads"
    index = json.loads((built / f"{PLATFORM}.json").read_bytes())
    shutil.copy(built / f"{PLATFORM}.zip", folder)
    (folder / f"{PLATFORM}.json").write_text(json.dumps(index | {"version": version}))


class Customer:
    """Somebody at a terminal who starts the helper out of the folder that was unpacked."""

    def __init__(self, folder: Path, home: Path) -> None:
        self.folder, self.home = folder, home
        self.process: subprocess.Popen[bytes] | None = None
        home.mkdir()

    def start(self) -> None:
        self.output = (self.home / "output.txt").open("ab")
        environment = {name: value for name, value in os.environ.items() if name != "DISPLAY"}
        self.process = subprocess.Popen(
            [self.folder / PROGRAM, "--ui", "terminal", "--state-dir", str(self.home / "state")], cwd=self.folder,
            stdin=subprocess.PIPE, stdout=self.output, stderr=subprocess.STDOUT, start_new_session=True,
            env=environment | {"HOME": str(self.home)})

    def types(self, line: str) -> None:
        self.process.stdin.write(line.encode() + b"\n")
        self.process.stdin.flush()

    def printed(self) -> str:
        return (self.home / "output.txt").read_text()

    def reads(self, words: str, *, times: int = 1) -> None:
        """Wait until the words stand on the terminal."""
        deadline = time.monotonic() + PATIENCE
        while self.printed().count(words) < times:
            assert time.monotonic() < deadline, f"{words!r} never came:\n{self.printed()}"
            time.sleep(0.05)

    def begins_to_fetch(self) -> None:
        """Wait until the first bytes of an update are on the disk."""
        deadline = time.monotonic() + PATIENCE
        while not list((self.home / "state").glob("*/updates/package.part")):
            assert time.monotonic() < deadline, self.printed()
            time.sleep(0.005)

    def updates(self) -> Path:
        return next((self.home / "state").iterdir()) / "updates"

    def runs(self, version: str) -> None:
        """Wait until this version has come up: it says so on the disk some time after it does on the terminal."""
        deadline = time.monotonic() + PATIENCE
        while (found := self._pointer()) != (version, "good"):
            assert time.monotonic() < deadline, f"{found}\n{self.printed()}"
            time.sleep(0.05)
        folder = str(self.updates() / version)
        programs = [os.readlink(path) for path in Path("/proc").glob("[0-9]*/exe") if os.access(path, os.R_OK)]
        assert [program for program in programs if program.startswith(folder)]

    def _pointer(self) -> tuple[str, str]:
        kept = json.loads((self.updates() / "current.json").read_text())
        return kept["version"], kept["state"]

    def kill(self) -> None:
        """kill -9 for everything that this customer started."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(40)

    def quit(self) -> int:
        self.types("quit")
        return self.process.wait(PATIENCE)

    def close(self) -> None:
        if self.process and self.process.poll() is None:
            self.kill()


@pytest.fixture
def payloads(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """What the server makes packages of: the real helper, or, to be spoilt, its source."""
    folder = tmp_path / "payloads"
    if "real" in request.node.name:
        relabel(folder, "1.0.0")
    else:
        publish(folder, "1.0.0")
    return folder


@pytest.fixture
def customer(tmp_path: Path, payloads: Path) -> Iterator[Customer]:
    (tmp_path / "server").mkdir()
    server = Server(tmp_path / "server", payloads=payloads)
    person = None
    try:
        made = server.sign_in().post("/api/packages/generate").json()
        package = server.sign_in().get(f"/api/packages/download/{made['sessionId']}?os=linux")
        (tmp_path / "package.zip").write_bytes(package.content)
        subprocess.run(["unzip", "-q", tmp_path / "package.zip", "-d", tmp_path / "unpacked"], check=True)
        person = Customer(tmp_path / "unpacked" / "ConnectAssist-Helper", tmp_path / "home")
        yield person
    finally:
        if person:
            person.close()
        server.stop()


def test_the_real_helper_now_after_a_kill_in_the_middle_and_from_then_on(customer: Customer, payloads: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in customer.folder.rglob("*")}
    relabel(payloads, "1.10.0")
    customer.start()
    customer.reads("Version 1.10.0 of this helper is available.")
    customer.types("update now")
    customer.begins_to_fetch()
    customer.kill()
    customer.start()
    customer.reads("Version 1.10.0 of this helper is available.", times=2)
    customer.types("update now")
    customer.reads("Waiting for your technician", times=3)
    customer.runs("1.10.0")
    assert customer.quit() == 0
    customer.start()
    customer.reads("Waiting for your technician", times=4)
    customer.runs("1.10.0")
    assert customer.printed().count("is available") == 2
    assert customer.quit() == 0
    assert {path: path.stat().st_mtime_ns for path in customer.folder.rglob("*")} == before


def test_a_version_that_does_not_start_is_put_aside(customer: Customer, payloads: Path) -> None:
    publish(payloads, "2.0.0", sabotage="exit 1")
    customer.start()
    customer.reads("is available")
    customer.types("update later")
    customer.reads("runs from the next start")
    assert customer.quit() == 0
    customer.start()
    customer.reads("this is version 2.0.0")
    customer.reads("Waiting for your technician", times=2)
    assert customer.quit() == 0
    assert customer.printed().count("is available") == 1
    assert json.loads((customer.updates() / "refused.json").read_text()) == ["2.0.0"]
    assert not (customer.updates() / "2.0.0").exists()

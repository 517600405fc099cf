"""The checks on the machine that runs the tests, and how they fail."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import psutil
import pytest

from builder.helper.examine import checks, disks, health, network, thresholds, upkeep
from builder.helper.examine.errors import NotAvailable, NotRun, Unknown
from builder.helper.examine.facts import fitting
from builder.helper.examine.health import Finding
from builder.helper.examine.records import Event, EventQuery, Service


def run(name: str, **more: str) -> dict[str, Any]:
    [result] = checks.run(name, **more)
    assert set(result) == {"checkType", "status", "results", "label", "value"}
    assert result["checkType"] == name and result["status"] in ("ok", "warning", "error")
    assert len(json.dumps(result)) < checks.LARGEST_RESULT + 1000
    return result


def test_cpu() -> None:
    results = run("cpu")["results"]
    assert 0 <= results["usagePercent"] <= 100 and results["processorCount"] == psutil.cpu_count()


def test_memory() -> None:
    results = run("memory")["results"]
    assert results["totalGB"] > 0 and abs(results["usedGB"] + results["freeGB"] - results["totalGB"]) < 0.2
    assert 0 < results["usagePercent"] < 100


def test_disk() -> None:
    result = run("disk")
    for drive in result["results"]["drives"]:
        assert set(drive) == {"drive", "totalGB", "freeGB", "usagePercent", "status"}
        assert 0 <= drive["freeGB"] <= drive["totalGB"] and 0 <= drive["usagePercent"] <= 100


class Partition(NamedTuple):
    device: str
    mountpoint: str
    fstype: str
    opts: str = "rw"


def test_only_the_machines_own_disks_count_and_each_once(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = [Partition("/dev/sda1", "/var/lib/docker/volumes", "ext4"), Partition("/dev/sda1", "/", "ext4"),
             Partition("/dev/loop0", "/snap/core/1", "squashfs", "ro"), Partition("srv:/home", "/home", "nfs4"),
             Partition("D:\\", "D:\\", "UDF", "ro,cdrom"), Partition("Z:\\", "Z:\\", "NTFS", "rw,remote"),
             Partition("/dev/sdb1", "/gone", "ext4"), Partition("E:\\", "E:\\", "", "removable")]
    monkeypatch.setattr(psutil, "disk_partitions", lambda: shown)
    assert [disk.place for disk in disks.mounted()] == ["/"]


@pytest.mark.parametrize(("percent", "free", "status"), [
    (50, 5, "ok"), (86, 40, "warning"), (86, 60, "ok"), (96, 40, "warning"), (96, 9, "error"), (99.5, 200, "ok")])
def test_a_full_disk(percent: float, free: float, status: str) -> None:
    assert thresholds.grade_disk(percent, free) == status


def test_thresholds_grade_and_have_reasons() -> None:
    assert [thresholds.MEMORY.grade(value) for value in (None, 84.9, 85, 95)] == ["ok", "ok", "warning", "error"]
    assert all(len(one.reason) > 20 and (one.error is None or one.error != one.warning) for one in thresholds.ALL)


def test_thresholds_are_documented() -> None:
    page = (Path(__file__).resolve().parents[4] / "docs" / "helper.md").read_text("utf-8")
    for one in thresholds.ALL:
        error = "–" if one.error is None else f"{one.error:g}"
        assert f"| {one.of} | {one.warning:g} | {error} | {one.reason} |" in page


def test_top_processes() -> None:
    found = run("top_processes")["results"]["processes"]
    assert found and len(found) <= 20 and {"name", "pid", "cpuPercent", "memoryMB"} <= set(found[0])


class TestNetwork:
    """Nobody but the helper's own server is asked."""

    @pytest.fixture
    def server(self) -> Iterator[str]:
        listening = socket.create_server(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/app"
        listening.close()

    def test_a_server_that_answers(self, server: str) -> None:
        results = run("network", server=server)["results"]
        assert results["internetReachable"] is True and results["pingMs"] >= 0
        assert results["dnsWorking"] is None and results["adapterStatus"] in ("Up", "Down")

    def test_its_name_is_looked_up(self, server: str) -> None:
        assert run("network", server=server.replace("127.0.0.1", "localhost"))["results"]["dnsWorking"] is True

    def test_a_server_that_does_not_answer(self, server: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(network, "_open", lambda *_: None)
        result = run("network", server=server)
        assert result["status"] != "ok" and result["results"]["internetReachable"] is False

    def test_a_name_that_nobody_knows(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def unknown(*_: object, **__: object) -> list[Any]:
            raise socket.gaierror(-2, "Name or service not known")

        monkeypatch.setattr(socket, "getaddrinfo", unknown)
        result = run("network", server="https://desk.example")
        assert result["results"]["dnsWorking"] is False and result["status"] != "ok"

    def test_without_a_server_only_the_adapters_are_looked_at(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(network, "_open", lambda *_: pytest.fail("nobody is to be called"))
        results = run("network")["results"]
        assert results["internetReachable"] is None and results["dnsWorking"] is None

    def test_ports_by_scheme(self) -> None:
        told = [network.target(url) for url in ("https://a", "http://a:81/x", "ws://[::1]", "nothing", "http://a:x")]
        assert [(one.host, one.port) if one else None for one in told] == [
            ("a", 443), ("a", 81), ("::1", 80), None, ("a", 80)]


class Battery(NamedTuple):
    percent: float
    secsleft: int
    power_plugged: bool


@pytest.mark.parametrize(("battery", "status", "minutes"), [
    (None, "ok", None), (Battery(5, -2, True), "ok", None), (Battery(15, 1800, False), "warning", 30),
    (Battery(5, 300, False), "error", 5), (Battery(90, -1, False), "ok", None)])
def test_battery(monkeypatch: pytest.MonkeyPatch, battery: Battery | None, status: str, minutes: int | None) -> None:
    monkeypatch.setattr(psutil, "sensors_battery", lambda: battery, raising=False)
    result = run("battery")
    assert result["status"] == status and result["results"].get("minutesLeft") == minutes
    assert result["results"]["available"] is (battery is not None)


class Here:
    """A platform of our own, for the checks that judge what a platform tells."""

    def __init__(self, **told: object) -> None:
        self._told = told

    def __getattr__(self, name: str) -> object:
        return self

    def every(self) -> object:
        return self._told["services"]

    def query(self, asked: EventQuery) -> object:
        assert asked.level == "Error" and asked.hours == 24
        return self._told["events"]

    def state(self) -> object:
        return self._told["state"]

    def installed(self) -> object:
        return self._told["software"]


def test_services_that_should_run(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [Service(name="a", running=True), Service(name="b", missed=True, failed=True), Service(name="c")]
    monkeypatch.setattr(upkeep, "HERE", Here(services=found))
    result = run("services")
    assert result["status"] == "warning" and result["value"] == "1 stopped"
    assert [one["name"] for one in result["results"]["stoppedAutoServices"]] == ["b"]
    assert (result["results"]["totalRunning"], result["results"]["totalStopped"]) == (1, 2)


def test_a_log_with_criticals(monkeypatch: pytest.MonkeyPatch) -> None:
    entries = [Event(time="2026-01-01T00:00:00.000Z", level=level, source="kernel", message="m" * 600)
               for level in ("Critical", *["Error"] * 400)]
    monkeypatch.setattr(upkeep, "HERE", Here(events=entries))
    result = run("event_log")
    assert (result["results"]["criticals"], result["results"]["errors"]) == (1, 400) and result["status"] == "error"
    assert 0 < len(result["results"]["entries"]) <= 40
    assert len(json.dumps(result)) < 12_000


@pytest.mark.parametrize(("told", "status", "value"), [
    ({}, "ok", "0 waiting"), ({"pendingReboot": True}, "warning", "A restart is due"),
    ({"securityCount": 3, "pendingCount": 9}, "warning", "9 waiting"),
    ({"daysSinceLastUpdate": 200}, "error", "0 waiting"),
    ({"pendingCount": None, "daysSinceLastUpdate": None}, "ok", "Not known")])
def test_updates(monkeypatch: pytest.MonkeyPatch, told: dict[str, Any], status: str, value: str) -> None:
    state = {"pendingCount": 0, "securityCount": 0, "daysSinceLastUpdate": 3, "pendingReboot": False, "lastUpdates": []}
    monkeypatch.setattr(upkeep, "HERE", Here(state={**state, **told}))
    for name in ("windows_update", "updates"):
        [result] = checks.run(name)
        assert (result["checkType"], result["status"], result["value"]) == ("windows_update", status, value)


@pytest.mark.parametrize(("told", "status"), [
    ({"firewall": None, "antivirus": None}, "ok"), ({"diskEncryption": False}, "warning"),
    ({"firewall": False, "screenLock": False}, "error"), ({"antivirus": False}, "error")])
def test_security(monkeypatch: pytest.MonkeyPatch, told: dict[str, Any], status: str) -> None:
    monkeypatch.setattr(upkeep, "HERE", Here(state=told))
    assert run("security")["status"] == status


def test_software_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upkeep, "HERE", Here(software=[{"name": "n" * 200, "version": "v" * 200}] * 3000))
    results = run("installed_software")["results"]
    assert results["total"] == 3000 and results["truncated"] and 0 < len(results["software"]) < 500


def test_all_is_every_check(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "_find", lambda check, look: Finding(status="ok", results={}, value=""))
    for asked in ("all", "", None):
        assert [one["checkType"] for one in checks.run(asked)] == list(checks.CHECKS)
    assert set(checks.CHECKS) >= {"cpu", "memory", "disk", "network", "top_processes", "event_log", "windows_update",
                                  "installed_software", "services", "security", "battery"}


def test_the_score_is_made_of_the_eight_checks_of_the_contract() -> None:
    assert set(checks.SCORED) == {"cpu", "memory", "disk", "network", "top_processes", "event_log", "windows_update",
                                  "services"}
    assert [name for name in checks.CHECKS if name in checks.SCORED] == list(checks.SCORED)


def test_an_unknown_check_is_told_apart() -> None:
    for strange in ("format", "\x1b[2J", "CPU"):
        with pytest.raises(Unknown):
            checks.run(strange)
    assert issubclass(Unknown, ValueError)


@pytest.mark.parametrize(("problem", "status", "told"), [
    (NotAvailable("No journal is kept here."), "ok", "No journal is kept here."),
    (NotRun("The program x did not end within 5 seconds"), "error", "The program x did not end within 5 seconds."),
    (RuntimeError("broken\x1b[31m"), "error", "The check came to nothing: broken[31m.")])
def test_a_check_that_fails_says_so(
        monkeypatch: pytest.MonkeyPatch, problem: Exception, status: str, told: str) -> None:
    def fail() -> Finding:
        raise problem

    monkeypatch.setitem(checks.CHECKS, "battery", checks.Check(label="Battery", look=fail))
    result = run("battery")
    assert result["status"] == status and result["results"]["available"] is False
    assert told in (result["results"].get("reason"), result["results"].get("error"))


def test_a_check_that_hangs_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    end = threading.Event()

    def hang() -> Finding:
        end.wait(60)
        return health.battery()

    monkeypatch.setitem(checks.CHECKS, "battery", checks.Check(label="Battery", look=hang, seconds=0.2))
    result = run("battery")
    end.set()
    assert result["status"] == "error" and "did not end" in result["results"]["error"]


def test_results_are_brought_within_a_bound() -> None:
    kept = fitting({"long": list(range(10_000)), "short": ["a"], "n": 1}, most=5000)
    assert len(json.dumps(kept)) <= 5000 and kept["truncated"] and kept["short"] == ["a"] and kept["long"][0] == 0
    assert fitting({"text": "x" * 9000}, most=5000) == {"truncated": True}
    assert fitting({"n": 1}, most=5000) == {"n": 1}

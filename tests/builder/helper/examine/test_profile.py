"""What a device tells of itself: every field of contract 000, and None rather than an error."""

from __future__ import annotations

import json
import re
import socket
from types import SimpleNamespace
from typing import Any, NoReturn

import psutil
import pytest

from builder.helper.examine import here, profile
from builder.helper.examine.facts import fact, name_plate, word

ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def test_the_machine_that_runs_the_tests() -> None:
    told = profile.collect()
    assert tuple(told) == profile.FIELDS
    assert told["hostname"] == socket.gethostname() and told["processorCount"] == psutil.cpu_count()
    assert told["totalRamGB"] > 0 and told["uptimeHours"] >= 0 and ISO.fullmatch(told["lastBootTime"])
    assert isinstance(told["loggedInUsers"], list) and told["osName"] and told["osArchitecture"]
    for adapter in told["networkAdapters"]:
        assert set(adapter) == {"Name", "Status", "MacAddress", "Speed", "IPv4"}
    assert len(json.dumps(told)) < 32_000


def test_what_cannot_be_read_is_none_and_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def closed(*_: object, **__: object) -> NoReturn:
        raise PermissionError("closed")

    for name in ("boot_time", "virtual_memory", "net_if_stats", "net_if_addrs", "users", "disk_partitions"):
        monkeypatch.setattr(psutil, name, closed)
    monkeypatch.setattr(profile, "HERE", SimpleNamespace(profile=SimpleNamespace(facts=closed)))
    told = profile.collect()
    assert tuple(told) == profile.FIELDS
    assert told["lastBootTime"] is told["totalRamGB"] is told["totalDiskGB"] is told["gpuModel"] is None
    assert told["networkAdapters"] == told["loggedInUsers"] == []


@pytest.mark.parametrize("name", ["linux", "win32", "darwin"])
def test_each_platform_has_every_module_and_its_facts_are_fields(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a machine of another kind their programs are not there: every fact is missing, and nothing is raised."""
    platform = here.PLATFORMS[name]
    assert all(callable(function) for function in (
        platform.profile.facts, platform.services.every, platform.services.act, platform.events.query,
        platform.updates.state, platform.software.installed, platform.security.state))
    assert set(platform.profile.facts()) <= set(profile.FIELDS)
    protection = platform.security.state()
    assert {"firewall", "diskEncryption", "secureBoot", "screenLock", "antivirus"} <= set(protection)
    updates: dict[str, Any] = fact(platform.updates.state) or {}
    assert not updates or {"lastUpdates", "pendingReboot", "daysSinceLastUpdate", "pendingCount",
                           "securityCount"} <= set(updates)


def test_adapters_as_000_reads_them(monkeypatch: pytest.MonkeyPatch) -> None:
    def address(family: int, text: str) -> SimpleNamespace:
        return SimpleNamespace(family=family, address=text)

    up, down = SimpleNamespace(isup=True, speed=1000), SimpleNamespace(isup=False, speed=0)
    monkeypatch.setattr(psutil, "net_if_stats", lambda: {"Ethernet": up, "lo": up, "Wi-Fi": down})
    monkeypatch.setattr(psutil, "net_if_addrs", lambda: {
        "Ethernet": [address(psutil.AF_LINK, "00-1a-2b-3c-4d-5e"), address(socket.AF_INET, "192.0.2.7"),
                     address(socket.AF_INET, "192.0.2.8")],
        "lo": [address(socket.AF_INET, "127.0.0.1")]})
    assert profile.adapters() == [
        {"Name": "Ethernet", "Status": "Up", "MacAddress": "00:1A:2B:3C:4D:5E", "Speed": "1000 Mbps",
         "IPv4": "192.0.2.7"},
        {"Name": "Wi-Fi", "Status": "Down", "MacAddress": None, "Speed": None, "IPv4": None}]


@pytest.mark.parametrize(("given", "kept"), [
    ("  ", None), (None, None), (["x"], None), ("Latitude\x00 7420\n", "Latitude 7420"), ("\x1b[31mred", "[31mred"),
    ("x" * 500, "x" * 199 + "…"), (7, "7")], ids=["spaces", "none", "list", "nul", "escape", "long", "number"])
def test_words_are_cleaned(given: object, kept: str | None) -> None:
    assert word(given) == name_plate(given) == kept


def test_what_a_maker_never_filled_in_says_nothing() -> None:
    assert name_plate("To Be Filled By O.E.M.") is name_plate("Default string") is name_plate("0") is None
    assert word("None") == "None"

"""What a Mac's programs write, read by our functions. The samples were written by its manuals, not recorded there."""

from __future__ import annotations

import plistlib
from datetime import datetime
from pathlib import Path

import pytest

from builder.helper.examine.macos import events, profile, security, services, software, updates
from builder.helper.examine.records import EventQuery


def test_hardware() -> None:
    told = profile.hardware({
        "SPHardwareDataType": [{"machine_name": "MacBook Pro", "machine_model": "MacBookPro18,3",
                                "serial_number": "C02ABC", "boot_rom_version": "10151.61.4"}],
        "SPDisplaysDataType": [{"_name": "Apple M1 Pro", "sppci_model": "Apple M1 Pro"}]})
    assert told == {"deviceManufacturer": "Apple", "deviceModel": "MacBookPro18,3", "formFactor": "Laptop",
                    "serialNumber": "C02ABC", "biosManufacturer": "Apple", "biosVersion": "10151.61.4",
                    "gpuModel": "Apple M1 Pro"}
    assert profile.hardware({})["serialNumber"] is None


def test_versions_and_domain() -> None:
    assert profile.versions("ProductName:\t\tmacOS\nProductVersion:\t\t14.2.1\nBuildVersion:\t\t23C71\n") == {
        "ProductName": "macOS", "ProductVersion": "14.2.1", "BuildVersion": "23C71"}
    assert profile.directory("Active Directory Forest = corp.example\nActive Directory Domain = corp.example\n") == {
        "domain": "corp.example", "domainJoinType": "Domain"}
    assert profile.directory("")["domain"] is None


def test_services() -> None:
    listing = ("PID\tStatus\tLabel\n512\t0\tcom.apple.Finder\n-\t78\tcom.example.agent\n-\t1\tcom.apple.odd\n"
               "-\t0\torg.idle\n")
    found = {one.name: one for one in services.jobs(listing)}
    assert found["com.apple.Finder"].running and not found["org.idle"].missed
    assert [name for name, one in found.items() if one.missed] == ["com.example.agent"]


@pytest.mark.parametrize(("status", "complaint", "sentence"), [
    (1, "Operation not permitted", "needs an administrator"), (113, "Could not find service", "no service named"),
    (64, "Usage", "launchd refused: Usage"), (64, "", "status 64")])
def test_why_a_service_was_not_touched(status: int, complaint: str, sentence: str) -> None:
    assert sentence in services.why_not(status, "org.idle", complaint)


def test_the_log() -> None:
    said = "\n".join([
        '{"timestamp":"2026-01-01 12:00:00.123456+0100","messageType":"Fault","eventMessage":"disk is gone",'
        '"processImagePath":"/kernel","subsystem":"com.apple.iokit"}',
        '{"timestamp":"2026-01-01 12:00:01.000000+0100","messageType":"Error","eventMessage":"no",'
        '"processImagePath":""}',
        '{"count":2,"finished":1}', '{"cut'])
    fault, error = events.entries(said)
    assert fault.public() == {"time": "2026-01-01T11:00:00.123Z", "level": "Critical", "source": "kernel",
                              "eventId": None, "message": "disk is gone"}
    assert (error.level, error.source) == ("Error", "log")


def test_what_the_log_is_asked() -> None:
    asked = events.arguments(EventQuery(log="Setup", level="Error", hours=100))
    assert asked[:5] == ["show", "--style", "ndjson", "--last", "24h"]
    assert asked[6].startswith("(messageType == error OR messageType == fault) AND (process == ")
    assert "--predicate" not in events.arguments(EventQuery())


def test_updates() -> None:
    said = "Software Update Tool\n\nSoftware Update found the following:\n* Label: macOS 14.3-23D56\n\tTitle: x\n"
    assert updates.pending(said) == 1 and updates.pending("No new software available.") == 0
    history = plistlib.dumps([
        {"displayName": "Safari", "displayVersion": "17.2", "date": datetime(2026, 1, 1)},
        {"displayName": "macOS 14.3", "displayVersion": "", "date": datetime(2026, 1, 20)}, {"displayName": "undated"}])
    found = updates.last(history, now=datetime.fromisoformat("2026-01-25T00:00:00Z").timestamp())
    assert [one["title"] for one in found["lastUpdates"]] == ["macOS 14.3", "Safari 17.2"]
    assert found["daysSinceLastUpdate"] == 5
    assert updates.last(b"rubbish", now=0.0) == {"lastUpdates": [], "daysSinceLastUpdate": None}


def test_software(tmp_path: Path) -> None:
    folder = tmp_path / "Notes.app/Contents"
    folder.mkdir(parents=True)
    (folder / "Info.plist").write_bytes(plistlib.dumps({"CFBundleName": "Notes", "CFBundleShortVersionString": "4.11"}))
    assert software.program(tmp_path / "Notes.app") == {"name": "Notes", "version": "4.11", "publisher": None}
    assert software.program(tmp_path / "Gone.app")["name"] == "Gone"


@pytest.mark.parametrize(("text", "told"), [
    ("Firewall is enabled. (State = 1)", True), ("Firewall is disabled. (State = 0)", False),
    ("FileVault is On.", True), ("FileVault is Off.", False), ("System Integrity Protection status: enabled.", True),
    ("", None)])
def test_what_is_on(text: str, told: bool | None) -> None:
    assert security.is_on(text) is told


@pytest.mark.parametrize(("text", "told"), [
    ("screenLock is off", False), ("screenLock delay is 300 seconds", True), ("screenLock delay is immediate", True),
    ("", None)])
def test_the_screen(text: str, told: bool | None) -> None:
    assert security.locks(text) is told

"""/api/helper: which version is the newest, and the bytes of it."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.cast import Caller
from tests.features.packages.payload import write_payload
from tests.features.templates import made

FOLDER = "ConnectAssist-Helper"


@pytest.fixture
def payloads(tmp_path: Path) -> Path:
    return write_payload(tmp_path / "payloads", version="1.9.0")


@pytest.fixture
def app(make_app: Callable[..., Flask], payloads: Path) -> Flask:
    return make_app(payloads=payloads)


@pytest.fixture
def installers(admin: Caller) -> None:
    for name, content in (("Setup-1.10.0.exe", made.exe()), ("Setup-2.0.1.dmg", made.dmg())):
        sent = admin.post("/api/packages/templates", data={"file": (io.BytesIO(content), name)})
        assert sent.status_code == 200, sent.text


def told(who: Caller, **query: str) -> Any:
    return who.get("/api/helper/update-info", query_string=query)


VERSIONS = [
    ("win", "1.9.0", True, "1.10.0", "win"), ("win", "1.10.0", False, "1.10.0", "win"),
    ("win", "1.10", False, "1.10.0", "win"), ("win", "2.0", False, "1.10.0", "win"),
    ("win", "1.10.0rc1", True, "1.10.0", "win"), ("darwin", "2.0.0", True, "2.0.1", "darwin"),
    ("mac", "", True, "2.0.1", "darwin"), ("", "", True, "1.10.0", "win"), ("solaris", "", True, "1.10.0", "win"),
    ("linux", "1.10.0", False, "1.9.0", "linux-x86_64"), ("linux-x86_64", "1.8.9", True, "1.9.0", "linux-x86_64")]


def test_versions_are_compared_as_versions(installers: None, nobody: Caller) -> None:
    for platform, current, newer, latest, key in VERSIONS:
        answer = told(nobody, platform=platform, currentVersion=current, buildTime="1")
        assert (answer.status_code, answer.json) == (200, {
            "updateAvailable": newer, "currentVersion": current or "0.0.0", "latestVersion": latest,
            "downloadUrl": f"http://localhost/api/helper/download/{key}", "releaseNotes": None}), (platform, current)


def test_where_there_is_nothing(nobody: Caller) -> None:
    assert told(nobody, platform="win", currentVersion="1.0").json == {
        "updateAvailable": False, "currentVersion": "1.0", "latestVersion": "1.0", "downloadUrl": None,
        "releaseNotes": None}
    assert nobody.get("/api/helper/download/win").status_code == 404


def test_what_is_no_version_is_told(nobody: Caller) -> None:
    for version in ("latest", "1..2", "1.2.3; rm -rf /", "é", "%00"):
        answer = told(nobody, platform="win", currentVersion=version)
        assert (answer.status_code, answer.json["error"]) == (400, "currentVersion must look like 1.2.3"), version


@pytest.mark.parametrize(("platform", "name", "content"), [
    ("win", "RemoteSupport-Setup-1.10.0.exe", made.exe()), ("darwin", "RemoteSupport-2.0.1.dmg", made.dmg())])
def test_the_installer_as_it_was_uploaded(installers: None, nobody: Caller, platform: str, name: str,
                                          content: bytes) -> None:
    answer = nobody.get(f"/api/helper/download/{platform}")
    assert (answer.status_code, answer.data) == (200, content)
    assert int(answer.headers["Content-Length"]) == len(content)
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    part = nobody.get(f"/api/helper/download/{platform}", headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.data) == (206, content[10:20])


def test_our_payload_unstamped(nobody: Caller, payloads: Path) -> None:
    answer = nobody.get("/api/helper/download/linux-x86_64")
    assert answer.data == (payloads / "linux-x86_64.zip").read_bytes()
    assert not [n for n in zipfile.ZipFile(io.BytesIO(answer.data)).namelist() if "appsettings" in n]


def test_unknown_platforms(installers: None, nobody: Caller) -> None:
    for platform in ("nix", "template-exe", "..%2f..%2fsecret_key", "WIN "):
        answer = nobody.get(f"/api/helper/download/{platform}")
        assert answer.status_code == 404 and answer.json["error"], platform


def test_a_devices_own_package_with_the_newest_payload(nobody: Caller, technician_a: Caller, payloads: Path) -> None:
    session_id = technician_a.post("/api/packages/generate").json["sessionId"]
    before = zipfile.ZipFile(io.BytesIO(nobody.get(f"/api/packages/download/{session_id}?os=linux").data))
    settings = json.loads(before.read(f"{FOLDER}/appsettings.json"))
    device_id = settings["Device"]["Id"]
    secret = nobody.post("/api/enrollment/enroll", json={
        "token": settings["Enrollment"]["Token"], "deviceId": device_id, "hostname": "pc"}).json["deviceSecret"]
    write_payload(payloads, version="1.10.0")
    assert nobody.get("/api/helper/package").status_code == 401
    answer = nobody.get("/api/helper/package", headers={"X-Device-Id": device_id, "X-Device-Secret": secret})
    after = zipfile.ZipFile(io.BytesIO(answer.data))
    signed = json.loads(after.read(f"{FOLDER}/manifest.json"))
    assert signed["helper"]["version"] == "1.10.0"
    assert signed["package"] == device_id
    assert json.loads(after.read(f"{FOLDER}/appsettings.json")) == settings


def test_a_device_without_a_package_has_no_update(device: Caller) -> None:
    assert device.get("/api/helper/package").status_code == 404

"""GET /api/clients/:id/installer: the build as it is, with settings and a fresh token for one machine."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Flask

from builder.manifest import verify_folder
from tests.cast import ACME, BETA, Caller
from tests.features.installers.conftest import opened, settings_in
from tests.features.packages.payload import write_payload

PATH = f"/api/clients/{ACME}/installer"


def test_the_archive_as_contract_000_has_it(admin: Caller, payloads: Path) -> None:
    answer = admin.get(PATH)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/zip"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="pocket-it-acme.zip"'
    files = opened(answer.data)
    with zipfile.ZipFile(payloads / "linux-x86_64.zip") as build:
        for entry in build.infolist():
            assert files[entry.filename.partition("/")[2]] == build.read(entry)
    assert files.keys() - {entry.filename.partition("/")[2] for entry in build.infolist()} == {
        "appsettings.json", "manifest.json", "README.txt"}
    assert files["appsettings.json"].startswith(b'{\n  "Server": {\n    "Url"')
    told = json.loads(files["appsettings.json"])
    assert told["Server"] == {"Url": "http://localhost"}
    assert datetime.fromisoformat(told["Enrollment"]["ExpiresAt"])
    assert told["Database"]["Path"]
    assert told["Monitoring"]["IntervalMinutes"] == 5
    assert (told["Fleet"], told["Client"], told["Support"]) == (
        {"Enabled": True}, {"Name": "Acme"}, {"AllowUnattended": False})
    assert "Device" not in told, "the program makes an id of its own"


def test_its_manifest_holds(admin: Caller, nobody: Caller, tmp_path: Path) -> None:
    for name, content in opened(admin.get(PATH).data).items():
        (tmp_path / name).write_bytes(content)
    for stray in ("payloads", "app0"):  # what the fixtures keep in this folder
        (tmp_path / stray).rename(tmp_path.parent / f"{tmp_path.name}-{stray}")
    for stray in tmp_path.glob("tree-*"):
        stray.rename(tmp_path.parent / f"{tmp_path.name}-{stray.name}")
    manifest = verify_folder(tmp_path)
    assert manifest["platform"] == "linux-x86_64"
    token = json.loads((tmp_path / "appsettings.json").read_bytes())["Enrollment"]["Token"]
    enrolled = nobody.post("/api/enrollment/enroll", json={"token": token, "deviceId": "pc-1", "hostname": "PC"}).json
    assert enrolled["clientId"] == ACME
    assert enrolled["signingKey"] == manifest["public_key"]


def test_every_download_has_a_token_of_its_own(admin: Caller) -> None:
    tokens = [settings_in(admin.get(PATH).data)["Enrollment"]["Token"] for _ in range(2)]
    assert tokens[0] != tokens[1]
    listed = admin.get(f"/api/clients/{ACME}/installers").json
    assert [(each["hint"], each["state"], each["downloads"]) for each in listed["installers"]] == [
        (tokens[1][:8], "unused", 1), (tokens[0][:8], "unused", 1)]


def test_a_part_is_never_mixed_with_another_token(admin: Caller) -> None:
    answer = admin.get(PATH, headers={"Range": "bytes=10-20"})
    assert answer.status_code == 200
    opened(answer.data)


def test_who_may_have_one_and_of_whom(admin: Caller, technician_a: Caller, nobody: Caller, device: Caller) -> None:
    assert technician_a.get(PATH).status_code == 403
    assert technician_a.get("/pocket-it" + PATH).json == {"error": "You may not do this"}
    assert (nobody.get(PATH).status_code, device.get(PATH).status_code) == (401, 401)
    assert admin.get("/api/clients/99/installer").status_code == 404
    assert admin.get("/pocket-it/api/clients/99/installer").json["error"] == "Client not found"
    assert admin.get(f"{PATH}?platform=amiga").status_code == 400


def test_without_a_build(make_app: Callable[..., Flask], tmp_path: Path, cast: dict[str, Any]) -> None:
    app = make_app(payloads=tmp_path / "nothing")
    admin = Caller(app.test_client(use_cookies=False), cast["admin"])
    answer = admin.get("/pocket-it" + PATH)
    assert (answer.status_code, answer.json["error"]) == (500, "Client build not found")
    assert admin.get("/api/enrollment/tokens").json["total"] == 0, "no token was made for nothing"
    listed = admin.get(f"/api/clients/{ACME}/installers").json
    assert not any(each["available"] for each in listed["platforms"])


def test_the_platform_can_be_chosen(admin: Caller, payloads: Path) -> None:
    write_payload(payloads, platform="windows-x86_64", version="0.2.0", size=1000)
    files = opened(admin.get(PATH).data)
    assert json.loads(files["manifest.json"])["platform"] == "windows-x86_64", "the usual one"
    assert b"\r\n" in files["README.txt"]
    for asked in ("linux", "linux-x86_64"):
        manifest = json.loads(opened(admin.get(f"{PATH}?platform={asked}").data)["manifest.json"])
        assert manifest["platform"] == "linux-x86_64"
    assert admin.get(f"{PATH}?platform=macos").status_code == 500


def test_a_build_that_is_replaced_is_what_comes_next(admin: Caller, payloads: Path) -> None:
    assert json.loads(opened(admin.get(PATH).data)["manifest.json"])["helper"]["version"] == "0.1.0"
    write_payload(payloads, version="0.2.0")
    assert json.loads(opened(admin.get(PATH).data)["manifest.json"])["helper"]["version"] == "0.2.0"


def test_it_may_come_in_while_nobody_is_there_only_when_that_was_chosen(admin: Caller) -> None:
    archive = admin.get(f"{PATH}?unattended=1").data
    assert settings_in(archive)["Support"] == {"AllowUnattended": True}
    assert b"nobody sits here" in b" ".join(opened(archive)["README.txt"].split())
    assert admin.get(f"/api/clients/{ACME}/installers").json["installers"][0]["allow_unattended"] is True


def test_a_set_up_program_fetches_the_build_alone(admin: Caller, nobody: Caller) -> None:
    token = admin.post("/api/enrollment/token", json={"client_id": BETA}).json["token"]
    answer = nobody.get(f"/api/installer/package?token={token}")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == 'attachment; filename="pocket-it-beta.zip"'
    assert opened(answer.data).keys() == {"connectassist-helper", "ballast.bin"}
    enrolled = nobody.post("/api/enrollment/enroll", json={"token": token, "deviceId": "pc-1", "hostname": "PC"})
    assert enrolled.status_code == 200, "the token was not used up"
    for wrong in (token, "x", "9" * 36):
        assert nobody.get(f"/api/installer/package?token={wrong}").status_code == 400
    assert nobody.get("/api/installer/package").status_code == 400


def test_the_address_in_it_must_be_one(admin: Caller) -> None:
    answer = admin.get(PATH, base_url="http://" + "a." * 160 + "example")
    assert answer.status_code == 400


def test_a_device_updates_what_it_was_installed_with(admin: Caller, nobody: Caller, device: Caller,
                                                     payloads: Path) -> None:
    token = settings_in(admin.get(PATH).data)["Enrollment"]["Token"]
    secret = nobody.post("/api/enrollment/enroll", json={"token": token, "deviceId": "pc-1", "hostname": "PC"}
                         ).json["deviceSecret"]
    proof = {"X-Device-Id": "pc-1", "X-Device-Secret": secret}
    assert nobody.get("/api/updates/check?version=0.1.0", headers=proof).json["updateAvailable"] is False
    write_payload(payloads, version="0.2.0")
    told = nobody.get("/api/updates/check?version=0.1.0", headers=proof).json
    assert (told["updateAvailable"], told["currentVersion"], told["latestVersion"]) == (True, "0.1.0", "0.2.0")
    archive = nobody.get(told["downloadUrl"], headers=proof)
    assert len(archive.data) == told["fileSize"]
    assert "appsettings.json" not in opened(archive.data)
    assert nobody.get("/api/updates/download/9.9", headers=proof).status_code == 404
    assert nobody.get("/api/updates/check?version=junk", headers=proof).json["updateAvailable"] is True
    assert device.get("/api/updates/check?version=1").json == {"updateAvailable": False, "currentVersion": "1"}
    assert nobody.get("/api/updates/check").status_code == 401
    ours = opened(nobody.get("/api/helper/package", headers=proof).data)
    renewed = json.loads(ours["ConnectAssist-Helper/appsettings.json"])
    assert (renewed["Fleet"], renewed["Enrollment"]["Token"]) == ({"Enabled": True}, "")

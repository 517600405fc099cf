"""/downloads/*: stamped while sent, whole or in parts, counted."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from builder import manifest
from builder.manifest import Signer
from connectassist.core.audit import AuditEntry
from connectassist.core.db import db
from connectassist.core.settings import Settings
from connectassist.features.packages.models import Package
from tests.cast import Caller
from tests.features.packages.payload import write_payload

FOLDER = "ConnectAssist-Helper"


@pytest.fixture
def url(make_code: Callable[..., dict], nobody: Caller) -> str:
    made = make_code(customer_name="Zoë </script>")
    return nobody.post("/api/customer/installer", json={"support_code": made["support_code"]}).json["download_url"]


def part(who: Caller, url: str, span: str, **headers: str) -> TestResponse:
    return who.get(url, headers={"Range": span, **headers})


def counts(app: Flask) -> tuple[int, int]:
    with app.app_context():
        package = db.session.query(Package).one()
        recorded = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "package.download")).all()
        return package.downloads, len(recorded)


# -- what is in it ----------------------------------------------------------------------------------------------


def test_the_headers_are_those_of_a_file(nobody: Caller, url: str) -> None:
    answer = nobody.get(url)
    name = url.rpartition("/")[2]
    assert answer.status_code == 200
    assert answer.mimetype == "application/zip"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert int(answer.headers["Content-Length"]) == len(answer.data)
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["ETag"].startswith('"')


def test_the_package_is_a_whole_signed_helper(app: Flask, nobody: Caller, url: str, tmp_path: Path) -> None:
    archive = zipfile.ZipFile(io.BytesIO(nobody.get(url).data))
    assert archive.testzip() is None
    archive.extractall(tmp_path / "unpacked")
    key = Signer(app.extensions["vault"].signing_key()).public_key
    manifest.verify_folder(tmp_path / "unpacked" / FOLDER, public_key=key)
    settings = json.loads(archive.read(f"{FOLDER}/appsettings.json"))
    device_id = url.removeprefix("/downloads/ConnectAssist-").removesuffix(".zip")
    assert settings["Server"] == {"Url": "http://localhost"}
    assert settings["Device"] == {"Id": device_id, "CustomerName": "Zoë </script>"}
    assert settings["Client"] == {"Name": "Acme"}
    assert settings["Support"] == {"TechnicianName": "Tina Acme", "Code": device_id[5:11], "AllowUnattended": False}
    assert "Tina Acme" in archive.read(f"{FOLDER}/README.txt").decode()


def test_the_token_in_it_enrolls_its_device_once(nobody: Caller, technician_a: Caller, url: str) -> None:
    archive = zipfile.ZipFile(io.BytesIO(nobody.get(url).data))
    settings = json.loads(archive.read(f"{FOLDER}/appsettings.json"))
    body = {"token": settings["Enrollment"]["Token"], "deviceId": settings["Device"]["Id"], "hostname": "pc"}
    first, again = (nobody.post("/api/enrollment/enroll", json=body) for _ in range(2))
    assert (first.status_code, again.status_code) == (200, 400)
    assert again.json["error_code"] == "INVALID_ENROLLMENT_TOKEN"
    devices = {d["device_id"]: d for d in technician_a.get("/api/devices").json["devices"]}
    assert devices[body["deviceId"]]["customer_name"] == "Zoë </script>"


def test_two_downloads_are_the_same_bytes(nobody: Caller, url: str) -> None:
    first, second = nobody.get(url), nobody.get(url)
    assert first.data == second.data
    assert first.headers["ETag"] == second.headers["ETag"]


# -- parts ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cuts", [[1], [100_000], [262_144], [700_500], [10, 300_000, 650_000, 702_000]])
def test_a_download_that_was_cut_goes_on_with_the_same_bytes(nobody: Caller, url: str, cuts: list[int]) -> None:
    whole = nobody.get(url)
    edges = [0, *cuts, len(whole.data)]
    pieces = []
    for start, end in pairwise(edges):
        piece = part(nobody, url, f"bytes={start}-{end - 1}", **{"If-Range": whole.headers["ETag"]})
        assert piece.status_code == 206
        assert piece.headers["Content-Range"] == f"bytes {start}-{end - 1}/{len(whole.data)}"
        assert int(piece.headers["Content-Length"]) == len(piece.data) == end - start
        pieces.append(piece.data)
    assert b"".join(pieces) == whole.data


def test_open_and_last_ranges(nobody: Caller, url: str) -> None:
    whole = nobody.get(url).data
    assert part(nobody, url, "bytes=700000-").data == whole[700_000:]
    assert part(nobody, url, "bytes=-22").data == whole[-22:]
    assert part(nobody, url, f"bytes=5-{10**12}").data == whole[5:]


@pytest.mark.parametrize("span", ["bytes=99999999-", "bytes=99999999-999999999"])
def test_a_range_outside_is_refused_with_the_size(nobody: Caller, url: str, span: str) -> None:
    answer = part(nobody, url, span)
    size = int(nobody.open("HEAD", url).headers["Content-Length"])
    assert answer.status_code == 416
    assert answer.headers["Content-Range"] == f"bytes */{size}"


@pytest.mark.parametrize("span", [
    "bytes=0-0,5-6", "lines=1-2", "bytes=b-a", "bytes=5-1", "bytes", "bytes=" + "1-2," * 5000])
def test_a_range_that_is_not_understood_gets_all(nobody: Caller, url: str, span: str) -> None:
    answer = part(nobody, url, span)
    assert answer.status_code == 200
    assert len(answer.data) == int(answer.headers["Content-Length"])


def test_a_range_of_bytes_that_changed_gets_all(nobody: Caller, url: str, payloads: Path) -> None:
    before = nobody.get(url)
    write_payload(payloads, version="0.2.0", size=800_000)
    resumed = part(nobody, url, "bytes=1000-", **{"If-Range": before.headers["ETag"]})
    assert resumed.status_code == 200
    assert resumed.headers["ETag"] != before.headers["ETag"]
    assert zipfile.ZipFile(io.BytesIO(resumed.data)).testzip() is None


def test_without_if_range_old_and_new_bytes_are_not_mixed(nobody: Caller, url: str, payloads: Path) -> None:
    nobody.get(url)
    write_payload(payloads, version="0.2.0")
    assert part(nobody, url, "bytes=1000-").status_code == 200


def test_head_tells_all_and_sends_nothing(app: Flask, nobody: Caller, url: str) -> None:
    head = nobody.open("HEAD", url)
    assert (head.status_code, head.data) == (200, b"")
    assert counts(app) == (0, 0)
    assert int(head.headers["Content-Length"]) == len(nobody.get(url).data)


# -- counting ---------------------------------------------------------------------------------------------------


def test_whole_downloads_are_counted_and_parts_are_not(app: Flask, nobody: Caller, technician_a: Caller,
                                                       url: str) -> None:
    nobody.get(url)
    part(nobody, url, "bytes=0-99")
    part(nobody, url, "bytes=100-")
    nobody.get(url)
    assert counts(app) == (2, 2)
    assert technician_a.get("/api/support-codes").json["support_codes"][0]["downloads"] == 2


# -- what isn't there -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [
    "ConnectAssist-SUPP-000000-1.zip", "ConnectAssist-.zip", "connectassist.db", "..%2f..%2fapp.py", "%2e%2e",
    ".hidden", "ConnectAssist-..%2f..%2fx.zip", "C:%5cboot.ini", "a%00.zip", "x" * 3000, "%ff%fe",
    "ConnectAssist-'%20OR%201=1.zip"])
def test_other_names_are_not_found(nobody: Caller, app: Flask, name: str) -> None:
    settings: Settings = app.extensions["settings"]
    (settings.downloads / ".hidden").write_text("secret")
    answer = nobody.get(f"/downloads/{name}")
    assert answer.status_code == 404
    assert answer.mimetype == "text/html"


def test_a_package_ends_with_its_code(nobody: Caller, technician_a: Caller, url: str) -> None:
    technician_a.delete(f"/api/support-codes/{url.split('-')[2]}")
    assert nobody.get(url).status_code == 404


def test_a_deactivated_codes_package_enrolls_nothing(nobody: Caller, technician_a: Caller, url: str) -> None:
    archive = zipfile.ZipFile(io.BytesIO(nobody.get(url).data))
    settings = json.loads(archive.read(f"{FOLDER}/appsettings.json"))
    technician_a.delete(f"/api/support-codes/{settings['Support']['Code']}")
    answer = nobody.post("/api/enrollment/enroll", json={
        "token": settings["Enrollment"]["Token"], "deviceId": settings["Device"]["Id"], "hostname": "pc"})
    assert answer.json["error_code"] == "INVALID_ENROLLMENT_TOKEN"


def test_a_lost_payload_is_said(nobody: Caller, url: str, payloads: Path) -> None:
    (payloads / "linux-x86_64.zip").unlink()
    assert nobody.get(url).status_code == 503


def test_guessing_names_costs_like_guessing_codes(make_app: Callable[..., Flask], payloads: Path, cast: dict) -> None:
    app = make_app(payloads=payloads, rate_limits="on")
    nobody, technician = (Caller(app.test_client(use_cookies=False), cast[n]) for n in ("nobody", "technician_a"))
    url = technician.post("/api/support-codes", json={"customer_name": "x"}).json["client_package"]["download_url"]

    def ask(path: str, address: str = "192.0.2.1") -> int:
        return nobody.get(path, environ_overrides={"REMOTE_ADDR": address}).status_code

    assert [ask(f"/downloads/ConnectAssist-SUPP-00000{i}-1795332373.zip") for i in range(6)] == [404] * 5 + [429]
    assert ask(url) == 429
    assert ask(url, "198.51.100.1") == 200
    assert [ask("/downloads/connectassist-windows.exe", "203.0.113.1") for _ in range(8)] == [404] * 8


# -- the operator's own files -----------------------------------------------------------------------------------


@pytest.fixture
def offer(app: Flask) -> Callable[[str, bytes], None]:
    def put(name: str, content: bytes) -> None:
        (app.extensions["settings"].downloads / name).write_bytes(content)
    return put


def test_an_operators_file_is_served_by_its_exact_name(nobody: Caller, offer: Callable[..., Any]) -> None:
    offer("connectassist-windows.exe", b"MZ" + bytes(600_000))
    answer = nobody.get("/downloads/connectassist-windows.exe")
    assert answer.data == b"MZ" + bytes(600_000)
    assert answer.mimetype == "application/octet-stream"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="connectassist-windows.exe"'
    assert part(nobody, "/downloads/connectassist-windows.exe", "bytes=0-1").data == b"MZ"
    assert nobody.open("HEAD", "/downloads/connectassist-windows.exe").headers["Content-Length"] == "600002"
    assert nobody.get("/downloads/CONNECTASSIST-windows.exe").status_code == 404


def test_odd_names_and_empty_files(nobody: Caller, offer: Callable[..., Any]) -> None:
    offer('größe "1".txt', b"")
    answer = nobody.get('/downloads/größe "1".txt')
    assert (answer.status_code, answer.data) == (200, b"")
    assert "filename*=UTF-8''gr%C3%B6%C3%9Fe%20%221%22.txt" in answer.headers["Content-Disposition"]


def test_an_operators_file_may_be_called_like_a_package(nobody: Caller, offer: Callable[..., Any]) -> None:
    offer("ConnectAssist-Setup.zip", b"PK")
    assert nobody.get("/downloads/ConnectAssist-Setup.zip").data == b"PK"


def test_links_and_folders_are_not_offered(app: Flask, nobody: Caller, tmp_path: Path) -> None:
    downloads: Path = app.extensions["settings"].downloads
    (tmp_path / "secret").write_text("secret")
    (downloads / "link").symlink_to(tmp_path / "secret")
    (downloads / "folder").mkdir()
    assert [nobody.get(f"/downloads/{name}").status_code for name in ("link", "folder")] == [404, 404]

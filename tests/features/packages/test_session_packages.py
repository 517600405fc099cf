"""Contract 001's packages: links of 20 days, a manifest, and a download for every system."""

from __future__ import annotations

import io
import json
import re
import subprocess
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from builder import manifest
from builder.manifest import Signer
from connectassist.core import clock
from connectassist.core.db import db
from connectassist.features.short_links.models import ShortLink
from tests.cast import Caller
from tests.features.templates import made

FOLDER = "ConnectAssist-Helper"


@pytest.fixture
def links(technician_a: Caller) -> dict[str, Any]:
    answer = technician_a.client.post("/api/packages/generate", headers=technician_a.headers)
    assert answer.status_code == 200, answer.text
    return answer.json


@pytest.fixture
def url(links: dict[str, Any]) -> str:
    return f"/api/packages/download/{links['sessionId']}"


def opened(answer: Any) -> zipfile.ZipFile:
    assert answer.status_code == 200, answer.text
    archive = zipfile.ZipFile(io.BytesIO(answer.data))
    assert archive.testzip() is None
    return archive


def upload(admin: Caller, content: bytes, name: str) -> None:
    sent = admin.post("/api/packages/templates", data={"file": (io.BytesIO(content), name)})
    assert sent.status_code == 200, sent.text


# -- links ------------------------------------------------------------------------------------------------------


def test_generate_takes_no_body_and_gives_absolute_links(links: dict[str, Any], technician_a: Caller) -> None:
    session_id = links["sessionId"]
    assert links["success"] is True
    assert links["downloadUrl"] == f"http://localhost/api/packages/download/{session_id}"
    assert links["directLink"] == f"http://localhost/support/{session_id}"
    assert re.fullmatch(r"http://localhost/[0-9A-Za-z]{5}", links["shortLink"])
    assert re.fullmatch(r"http://localhost/[0-9A-Za-z]{5}", links["shortDownloadUrl"])
    listed = technician_a.get("/api/sessions").json["sessions"]
    assert [row["session_id"] for row in listed] == [session_id]


def test_the_session_lives_for_twenty_days(links: dict[str, Any], nobody: Caller,
                                           monkeypatch: pytest.MonkeyPatch) -> None:
    now = clock.now()
    manifest_url = f"/api/packages/manifest/{links['sessionId']}"
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=19, hours=23))
    assert nobody.get(manifest_url).status_code == 200
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=20, minutes=1))
    assert nobody.get(manifest_url).status_code == 404
    assert nobody.get(f"/s/{links['shortLink'][-5:]}").status_code == 404


def test_short_links_lead_on_from_both_places_and_outlive_a_restart(
        app: Flask, links: dict[str, Any], url: str, make_app: Callable[..., Flask]) -> None:
    again = make_app(database_url=app.extensions["settings"].database)
    for who in (app.test_client(), again.test_client()):
        for place in ("/", "/s/", "/remote/s/"):
            page = who.get(place + links["shortLink"][-5:])
            assert (page.status_code, page.headers["Location"]) == (302, f"/support/{links['sessionId']}")
            assert who.get(place + links["shortDownloadUrl"][-5:]).headers["Location"] == url


def test_wrong_short_codes_are_limited_together_in_both_places(make_app: Callable[..., Flask]) -> None:
    client = make_app(rate_limits="on").test_client()
    statuses = [client.get(place).status_code for place in ["/aaaa1", "/s/aaaa2"] * 11]
    assert statuses[:20] == [404] * 20
    assert set(statuses[20:]) == {429}
    assert client.get("/login").status_code == 200


def test_wrong_short_codes_of_all_networks_are_limited_together(make_app: Callable[..., Flask]) -> None:
    client = make_app(rate_limits="on").test_client()

    def ask(number: int, code: str) -> int:
        place = {"REMOTE_ADDR": f"10.{number // 250}.{number % 250}.1"}
        return client.get(f"/{code}", environ_overrides=place).status_code

    assert {ask(number, "admin") for number in range(310)} == {404}, "a page that isn't there is no guess"
    assert {ask(number, "aaaa1") for number in range(300)} == {404}
    assert ask(900, "aaaa1") == 429


def test_short_codes_that_are_over_make_room(app: Flask, technician_a: Caller,
                                             monkeypatch: pytest.MonkeyPatch) -> None:
    from connectassist.features.short_links import service
    monkeypatch.setattr(service, "MOST", 6)
    for _ in range(5):
        technician_a.post("/api/packages/generate")
    with app.app_context():
        assert db.session.query(ShortLink).count() == 6
        db.session.query(ShortLink).update({"expires_at": clock.now() - timedelta(seconds=1)})
        db.session.commit()
    technician_a.post("/api/packages/generate")
    with app.app_context():
        assert db.session.query(ShortLink).count() == 2


# -- the manifest -----------------------------------------------------------------------------------------------


def test_the_manifest_tells_what_there_is(links: dict[str, Any], nobody: Caller, admin: Caller, url: str) -> None:
    found = nobody.get(f"/api/packages/manifest/{links['sessionId']}").json
    assert [(p["type"], p["available"], p["size"]) for p in found["packages"]] == [
        ("exe", False, None), ("dmg", False, None), ("zip", True, None)]
    assert [p["downloadUrl"] for p in found["packages"]] == [f"{url}?type={kind}" for kind in ("exe", "dmg", "zip")]
    assert {s["os"]: s["holds"] for s in found["systems"]} == {
        "windows": "scripts", "macos": "scripts", "linux": "helper", "windows-xp": "scripts", "other": "scripts"}
    upload(admin, made.exe(), "setup-1.0.exe")
    found = nobody.get(f"/api/packages/manifest/{links['sessionId']}").json
    assert (found["packages"][0]["available"], found["packages"][0]["size"]) == (True, len(made.exe()))
    assert {s["os"]: s["holds"] for s in found["systems"]}["windows"] == "installer"


def test_an_unknown_session_and_another_tenants(links: dict[str, Any], nobody: Caller, technician_b: Caller) -> None:
    for path in ("manifest", "download"):
        assert nobody.get(f"/api/packages/{path}/AAA-000-AAA").status_code == 404
        assert nobody.get(f"/api/packages/{path}/..%2f..%2fetc").status_code == 404
        assert technician_b.get(f"/api/packages/{path}/{links['sessionId']}").status_code == 404


# -- downloads --------------------------------------------------------------------------------------------------


SYSTEMS = [
    ("?os=linux", "-linux", "connectassist-helper"), ("?os=xp", "-windows-xp", "connect.vbs"),
    ("?os=windows-xp&refresh=1", "-windows-xp", "connect.bat"), ("?os=win", "-windows", "connect.vbs"),
    ("?type=zip&os=osx", "-macos", "connect.sh"), ("?os=amiga", "-other", "connect.sh"),
    ("", "", "connectassist-helper"), ("?os=&type=", "", "connectassist-helper")]


def test_the_zip_for_every_system(app: Flask, nobody: Caller, links: dict[str, Any], url: str,
                                  tmp_path: Path) -> None:
    for number, system in enumerate(SYSTEMS):
        is_right(nobody, app, url, *system, session_id=links["sessionId"], folder=tmp_path / str(number))


def is_right(nobody: Caller, app: Flask, url: str, query: str, ending: str, starter: str, *, session_id: str,
             folder: Path) -> None:
    """Check one system's ZIP: its name, its content, its signature, and that every reader opens it."""
    answer = nobody.get(url + query)
    name = f"support-helper-{session_id}{ending}.zip"
    archive = opened(answer)
    assert answer.headers["Content-Disposition"] == f"attachment; filename=\"{name}\"; filename*=UTF-8''{name}"
    assert (answer.mimetype, answer.headers["Cache-Control"]) == ("application/zip", "no-store")
    assert f"{FOLDER}/{starter}" in archive.namelist()
    archive.extractall(folder)
    manifest.verify_folder(folder / FOLDER, public_key=Signer(app.extensions["vault"].signing_key()).public_key)
    config = json.loads((folder / FOLDER / "config.json").read_bytes())
    assert config.keys() == {"sessionId", "server", "httpFallback", "port", "technicianId", "createdAt"}
    assert (config["sessionId"], config["server"]) == (session_id, "http://localhost")
    (folder / "p.zip").write_bytes(answer.data)
    assert subprocess.run(["unzip", "-tq", folder / "p.zip"], check=False, capture_output=True).returncode == 0
    assert nobody.get(url + query).data == answer.data


def test_without_os_the_browser_tells(nobody: Caller, url: str) -> None:
    windows = nobody.get(url, headers={"User-Agent": "Mozilla/5.0 (Windows NT 10.0)"})
    assert f"{FOLDER}/connect.vbs" in opened(windows).namelist()


def test_windows_scripts_have_windows_lines_and_unix_ones_run(nobody: Caller, url: str) -> None:
    script = opened(nobody.get(url + "?os=xp")).read(f"{FOLDER}/connect.vbs")
    assert script.count(b"\r\n") == script.count(b"\n") > 20
    archive = opened(nobody.get(url + "?os=other"))
    assert archive.getinfo(f"{FOLDER}/connect.sh").external_attr >> 16 & 0o111


@pytest.mark.parametrize(("kind", "os", "content", "media_type"), [
    ("exe", "windows", made.exe(), "application/x-msdownload"),
    ("dmg", "mac", made.dmg(), "application/x-apple-diskimage")])
def test_an_installer_travels_untouched(admin: Caller, nobody: Caller, links: dict[str, Any], url: str, kind: str,
                                        os: str, content: bytes, media_type: str) -> None:
    assert nobody.get(f"{url}?type={kind}").status_code == 404
    upload(admin, content, f"RemoteSupport-Setup-1.5.0.{kind}")
    answer = nobody.get(f"{url}?type={kind}")
    name = f"support-{links['sessionId']}.{kind}"
    assert (answer.data, answer.mimetype) == (content, media_type)
    assert answer.headers["Content-Disposition"] == f"attachment; filename=\"{name}\"; filename*=UTF-8''{name}"
    archive = opened(nobody.get(f"{url}?os={os}"))
    held = next(entry for entry in archive.namelist() if entry.endswith(kind))
    assert archive.read(held) == content


def test_the_token_of_the_download_comes_back_as_a_cookie_that_scripts_read(nobody: Caller, url: str) -> None:
    cookie = nobody.get(f"{url}?dltoken=1739181234567").headers["Set-Cookie"]
    assert cookie.startswith("downloadComplete=1739181234567;") and "Path=/" in cookie and "HttpOnly" not in cookie
    for evil in ("a;b", "a\r\nSet-Cookie: x=1", "a b", "x" * 200, ""):
        assert "Set-Cookie" not in nobody.get(url, query_string={"dltoken": evil}).headers


def test_a_cut_download_goes_on(nobody: Caller, url: str) -> None:
    whole = nobody.get(url + "?os=linux")
    rest = nobody.get(url + "?os=linux", headers={"Range": "bytes=1000-", "If-Range": whole.headers["ETag"]})
    assert rest.status_code == 206
    assert whole.data[:1000] + rest.data == whole.data


def test_no_such_type(nobody: Caller, url: str) -> None:
    for query in ("?type=msi", "?type=exe%00", "?type=../../etc/passwd"):
        assert nobody.get(url + query).status_code == 404


# -- into the session -------------------------------------------------------------------------------------------


def enroll(nobody: Caller, settings: dict[str, Any]) -> Any:
    return nobody.post("/api/enrollment/enroll", json={
        "token": settings["Enrollment"]["Token"], "deviceId": settings["Device"]["Id"], "hostname": "pc"})


def test_the_helper_of_the_package_lands_in_its_session(nobody: Caller, technician_a: Caller,
                                                        links: dict[str, Any], url: str) -> None:
    settings = json.loads(opened(nobody.get(url + "?os=linux")).read(f"{FOLDER}/appsettings.json"))
    assert settings["Session"] == {"Id": links["sessionId"]}
    assert settings["Support"]["TechnicianName"] == "Tina Acme"
    enrolled = enroll(nobody, settings)
    assert enrolled.status_code == 200, enrolled.text
    proof = {"X-Device-Id": settings["Device"]["Id"], "X-Device-Secret": enrolled.json["deviceSecret"]}
    assigned = nobody.post("/api/sessions/assign", json={"deviceId": settings["Device"]["Id"]}, headers=proof)
    assert (assigned.status_code, assigned.json["sessionId"]) == (200, links["sessionId"])
    assert settings["Device"]["Id"] in [d["device_id"] for d in technician_a.get("/api/devices").json["devices"]]
    assert enroll(nobody, settings).status_code == 400
    other = json.loads(opened(nobody.get(url + "?os=linux")).read(f"{FOLDER}/appsettings.json"))
    assert other["Device"]["Id"] != settings["Device"]["Id"]


def test_the_device_id_of_a_sessions_package_fetches_nothing(nobody: Caller, url: str) -> None:
    settings = json.loads(opened(nobody.get(url + "?os=linux")).read(f"{FOLDER}/appsettings.json"))
    assert nobody.get(f"/downloads/ConnectAssist-{settings['Device']['Id']}.zip").status_code == 404


def test_when_the_session_is_over_the_package_is_too(nobody: Caller, technician_a: Caller, links: dict[str, Any],
                                                     url: str) -> None:
    settings = json.loads(opened(nobody.get(url + "?os=linux")).read(f"{FOLDER}/appsettings.json"))
    technician_a.delete(f"/api/sessions/{links['sessionId']}")
    assert nobody.get(url).status_code == 404
    assert enroll(nobody, settings).json["error_code"] == "INVALID_ENROLLMENT_TOKEN"

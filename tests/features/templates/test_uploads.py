"""/api/packages/templates: told by its content, put in place whole or not at all."""

from __future__ import annotations

import hashlib
import io
import json
import resource
import signal
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from builder import zipformat
from connectassist.core.audit import AuditEntry
from connectassist.core.db import db
from connectassist.realtime.gateway import GATEWAY
from tests.cast import Caller
from tests.features.templates import made
from tests.live.server import Server

URL = "/api/packages/templates"


def send(who: Caller, content: bytes, *, name: str = "file.bin", query: str = "", **fields: str) -> Any:
    return who.post(URL + query, data={**fields, "file": (io.BytesIO(content), name)})


def files_in(app: Flask) -> list[str]:
    shelf = app.extensions["settings"].shelf
    return sorted(path.relative_to(shelf).as_posix() for path in shelf.rglob("*") if path.is_file())


def test_at_first_there_is_nothing_and_no_path_is_told(app: Flask, viewer_a: Caller) -> None:
    answer = viewer_a.get(URL)
    assert answer.status_code == 200
    nothing = {"available": False, "size": None, "updatedAt": None, "version": None, "sha256": None}
    assert answer.json["templates"] == {"exe": nothing, "dmg": nothing}
    assert str(app.extensions["settings"].instance) not in answer.text


@pytest.mark.parametrize(("content", "kind", "name", "version"), [
    (made.exe(), "exe", "RemoteSupport-Setup-1.2.3.exe", "1.2.3"), (made.exe(), "exe", "setup.exe", "0.0.0"),
    (made.dmg(), "dmg", "RemoteSupport-2.10.dmg", "2.10")])
def test_an_installer_is_in_place_and_everyone_hears_of_it(
        app: Flask, admin: Caller, content: bytes, kind: str, name: str, version: str,
        monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Any] = []
    monkeypatch.setattr(GATEWAY, "to_staff", lambda client, event, payload, **_: told.append((event, payload)))
    answer = send(admin, content, name=name, query=f"?type={kind}")
    assert (answer.status_code, answer.json) == (200, {"success": True, "type": kind})
    row = admin.get(URL).json["templates"][kind]
    assert (row["available"], row["size"], row["version"]) == (True, len(content), version)
    assert told[0][0] == "templates-updated" and told[0][1]["templates"][kind]["version"] == version
    with app.app_context():
        entry = db.session.scalar(select(AuditEntry).where(AuditEntry.action == "template.upload"))
        assert entry.actor_name and entry.details["size"] == len(content)


def test_type_and_version_may_be_fields_or_in_the_query(admin: Caller) -> None:
    assert send(admin, made.exe(), type="exe", version="3.1").status_code == 200
    assert admin.get(URL).json["templates"]["exe"]["version"] == "3.1"
    assert send(admin, made.exe(), query="?type=exe&version=3.2").status_code == 200
    assert admin.get(URL).json["templates"]["exe"]["version"] == "3.2"
    assert send(admin, made.exe(), version="latest").status_code == 400


WRONG = [
    (made.dmg(), "exe"), (made.exe(), "dmg"), (b"MZ", "exe"), (b"MZ" + bytes(200), "exe"), (b"", "exe"),
    (made.dmg()[:-1], "dmg"), (b"<html>", ""), (b"PK\x03\x04" + bytes(100), ""), (made.exe(), "payload"),
    (made.exe(), "iso"), (made.python_for("a.txt"), ""), (made.python_for("linux-x86_64.zip"), "payload")]


def test_what_is_not_what_it_says_is_refused_and_the_old_one_stays(app: Flask, admin: Caller) -> None:
    send(admin, made.exe(999), name="ours-1.0.0.exe")
    before, listed = files_in(app), admin.get(URL).json
    for number, (content, kind) in enumerate(WRONG):
        answer = send(admin, content, name="setup-9.9.9.exe", query=f"?type={kind}")
        assert answer.status_code == 400 and answer.json["error"], number
        assert files_in(app) == before
        assert admin.get(URL).json == listed


def test_a_payload_bundle_becomes_the_helper_that_customers_get(app: Flask, admin: Caller, tmp_path: Path) -> None:
    assert send(admin, made.bundle(tmp_path)).json == {"success": True, "type": "payload"}
    row = next(each for each in admin.get(URL).json["payloads"] if each["platform"] == "linux-x86_64")
    assert row["available"]


def test_a_changed_payload_is_refused(app: Flask, admin: Caller, tmp_path: Path) -> None:
    good = made.bundle(tmp_path)
    for share in (0.2, 0.5, 0.8):
        place = int(len(good) * share)
        bad = good[:place] + bytes([good[place] ^ 1]) + good[place + 1:]
        assert send(admin, bad, query="?type=payload").status_code == 400
    assert files_in(app) == []


def test_a_payload_that_leads_out_of_its_folder_is_refused(app: Flask, admin: Caller, tmp_path: Path) -> None:
    content = made.bundle(tmp_path)
    for evil in ("../evil.so", "/etc/evil", "a\\..\\evil", "c:evil"):
        assert send(admin, forge(content, evil), query="?type=payload").status_code == 400
        assert files_in(app) == []
    assert send(admin, forge(content, "harmless.bin"), query="?type=payload").status_code == 200


def test_a_runtime_is_kept_with_its_hash(admin: Caller) -> None:
    assert send(admin, made.python_for("py/python.exe", "py/python312.dll")).json["type"] == "windows-runtime"
    assert send(admin, made.python_for("py/bin/python3", "py/bin/python3.12")).json["type"] == "macos-runtime"
    rows = admin.get(URL).json["runtimes"]
    assert all(row["available"] and len(row["sha256"]) == 64 for row in rows)


def test_without_a_file(admin: Caller) -> None:
    for body in ({}, {"file": "no file at all"}, {"type": "exe"}):
        answer = admin.post(URL, data=body, content_type="multipart/form-data")
        assert (answer.status_code, answer.json["error"]) == (400, "Missing file upload")
    assert admin.post(URL, json={"type": "exe"}).status_code == 400
    assert admin.post(URL, data=b"--x\r\nrubbish", content_type="multipart/form-data; boundary=x").status_code == 400


def test_two_files_at_once_are_refused(app: Flask, admin: Caller) -> None:
    two = [(io.BytesIO(made.exe()), "a.exe"), (io.BytesIO(made.exe()), "b.exe")]
    assert admin.post(URL, data={"file": two}).status_code == 400
    assert files_in(app) == []


def test_too_large_a_file(make_app: Callable[..., Flask], cast: dict) -> None:
    app = make_app(max_template_mb=1)
    who = Caller(app.test_client(), cast["admin"])
    answer = send(who, made.exe(1024 * 1024 + 10))
    assert (answer.status_code, answer.json["error_code"]) == (413, "TOO_LARGE")
    assert files_in(app) == []


@contextmanager
def no_file_above(size: int) -> Iterator[None]:
    """What a full disk is to this process: no file grows beyond `size`."""
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
        signal.signal(signal.SIGXFSZ, before)


def test_a_full_disk_is_told_and_nothing_half_written_stays(app: Flask, admin: Caller) -> None:
    send(admin, made.exe(), name="ours-1.0.exe")
    before = files_in(app)
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="ours-2.0.exe"\r\n\r\n'
    body = head + made.exe(4_000_000) + b"\r\n--x--\r\n"
    with no_file_above(3_000_000):
        answer = admin.post(URL, data=body, content_type="multipart/form-data; boundary=x")
    assert (answer.status_code, answer.json["error_code"]) == (507, "DISK_FULL")
    assert files_in(app) == before
    assert admin.get(URL).json["templates"]["exe"]["version"] == "1.0"


def test_a_large_one_takes_no_memory(start_server: Callable[..., Server]) -> None:
    server, content = start_server(async_mode="gevent"), made.exe(60_000_000)

    def memory() -> int:
        status = Path(f"/proc/{server.process_id}/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0])

    before = memory()
    answer = server.http("admin").post(URL, files={"file": ("RemoteSupport-Setup-5.0.0.exe", content)})
    assert answer.json() == {"success": True, "type": "exe"}
    assert memory() - before < 30_000
    part = server.http().get("/api/helper/download/win", headers={"Range": "bytes=59999990-"})
    assert part.status_code == 206 and part.content == content[59_999_990:]


def forge(content: bytes, name: str) -> bytes:
    """The same bundle with one file named otherwise, its index and hashes put right."""
    outer = zipfile.ZipFile(io.BytesIO(content))
    index = json.loads(outer.read("linux-x86_64.json"))
    inner = zipfile.ZipFile(io.BytesIO(outer.read("linux-x86_64.zip")))
    changed = io.BytesIO()
    with zipfile.ZipFile(changed, "w") as archive:
        for entry in inner.infolist():
            held = entry.filename.replace("ballast.bin", name)
            archive.writestr(zipfile.ZipInfo(held), inner.read(entry))
    raw = changed.getvalue()
    directory = zipformat.find_directory(io.BytesIO(raw))
    found = raw[directory.offset:directory.offset + directory.size]
    index["zip"] = {"size": len(raw), "sha256": hashlib.sha256(raw).hexdigest(), "entries": directory.entries,
                    "directory_offset": directory.offset, "directory_size": directory.size,
                    "directory_sha256": hashlib.sha256(found).hexdigest()}
    for line in index["files"]:
        line["path"] = line["path"].replace("ballast.bin", name)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("linux-x86_64.json", json.dumps(index))
        archive.writestr("linux-x86_64.zip", raw)
    return out.getvalue()

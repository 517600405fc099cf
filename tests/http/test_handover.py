"""Downloads handed over to nginx: what it is told, and when the server sends them itself all the same."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask

from connectassist.core import clock
from connectassist.http import handover
from tests.cast import Caller
from tests.features.packages.payload import write_payload


@pytest.fixture
def app(make_app: Callable[..., Flask], tmp_path: Path) -> Flask:
    return make_app(payloads=write_payload(tmp_path / "payloads"), accel_redirect="on", web_folder=tmp_path / "web")


@pytest.fixture
def address(technician_a: Caller, nobody: Caller) -> str:
    code = technician_a.post("/api/support-codes", json={"customer_name": "A"}).json["support_code"]
    return nobody.post("/api/customer/installer", json={"support_code": code, "platform": "linux"}).json["download_url"]


def test_nginx_is_told_where_the_bytes_are(app: Flask, nobody: Caller, address: str, tmp_path: Path) -> None:
    told = nobody.get(address)
    copy = tmp_path / "web" / "packages" / told.headers["X-Accel-Redirect"].removeprefix("/handed-over/")
    assert (told.status_code, told.data, told.headers["Content-Length"]) == (200, b"", "0")
    app.extensions["settings"].__dict__["accel_redirect"] = False
    direct = nobody.get(address)
    assert "X-Accel-Redirect" not in direct.headers and direct.data == copy.read_bytes()
    assert told.headers["ETag"] == direct.headers["ETag"]


def test_a_source_on_another_file_system_is_copied_too(monkeypatch: pytest.MonkeyPatch, nobody: Caller, address: str,
                                                       tmp_path: Path) -> None:
    def refuse(*_: object) -> int:
        raise OSError(18, "Invalid cross-device link")
    monkeypatch.setattr(os, "copy_file_range", refuse)
    told = nobody.get(address)
    copy = tmp_path / "web" / "packages" / told.headers["X-Accel-Redirect"].removeprefix("/handed-over/")
    assert copy.read_bytes()[:2] == b"PK" and copy.stat().st_size > 700_000


def test_a_nearly_full_disk_gets_no_copies(monkeypatch: pytest.MonkeyPatch, nobody: Caller, address: str) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(total=10**9, used=0, free=10**8))
    direct = nobody.get(address)
    assert "X-Accel-Redirect" not in direct.headers and len(direct.data) > 700_000


def test_a_range_that_is_not_there_is_refused_here(nobody: Caller, address: str) -> None:
    assert nobody.get(address, headers={"Range": "bytes=99999999-"}).status_code == 416


def test_files_of_people_never_lie_where_nginx_reads() -> None:
    """What travels through a session, recordings and tickets' files are sent by the server alone."""
    features = Path(handover.__file__).parents[1] / "features"
    users = {path.relative_to(features).parts[0] for path in features.rglob("*.py")
             if "by_proxy=True" in path.read_text()}
    assert users == {"packages", "installers", "updates"}


def test_what_nobody_asks_for_is_swept_away(app: Flask, nobody: Caller, address: str, tmp_path: Path) -> None:
    nobody.get(address)
    (copy,) = (tmp_path / "web" / "packages").iterdir()
    stuck = copy.with_suffix(".part")
    stuck.write_bytes(b"")
    with app.app_context():
        handover.sweep()
        assert copy.exists() and stuck.exists()
        for path, seconds in ((copy, 3700), (stuck, 700)):
            then = clock.now().timestamp() - seconds
            os.utime(path, (then, then))
        handover.sweep()
    assert not copy.exists() and not stuck.exists()
    assert "X-Accel-Redirect" in nobody.get(address).headers, "it is made again"

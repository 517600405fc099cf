"""What `backup` and `restore` say, keep, leave out and refuse."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from connectassist.core import occupancy
from connectassist.core.db import db
from connectassist.core.settings import Settings
from connectassist.core.vault import Vault
from connectassist.features.backups import making
from connectassist.features.devices.models import Device
from tests.cast import Caller
from tests.conftest import settings_for
from tests.features.backups.sites import ENDED, backed_up, counts, rows
from tests.live.operator import Operator


def test_an_encrypted_one_wants_its_passphrase(site: Settings, elsewhere: Settings, tmp_path: Path,
                                               monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectassist.features.backups.age.WORK", 8)
    right, wrong = tmp_path / "right", tmp_path / "wrong"
    right.write_text("correct horse\n")
    wrong.write_text("battery staple\n")
    archive = backed_up(site, "--passphrase-file", right)
    assert archive.name.endswith(".age") and archive.stat().st_mode & 0o777 == 0o600
    operator = Operator(elsewhere)
    for command in (("backup", "--check", archive), ("restore", archive)):
        assert "does not open this archive" in operator.is_refused(*command, "--passphrase-file", wrong)
    assert not (elsewhere.instance / "connectassist.db").exists()
    assert "It is whole" in operator.runs("backup", "--check", archive, "--passphrase-file", right)
    Operator(elsewhere, backup_passphrase="correct horse").runs("restore", archive)
    assert counts(elsewhere) == counts(site)


def test_what_is_damaged_newer_or_lacks_its_key_changes_nothing(site: Settings, elsewhere: Settings,
                                                                monkeypatch: pytest.MonkeyPatch) -> None:
    archive = backed_up(site)
    whole, operator = archive.read_bytes(), Operator(elsewhere)
    for data, words in ((whole[:-50], "damaged or cut off"), (whole[:len(whole) // 2], "damaged or cut off"),
                        (whole[:9000] + b"\0" + whole[9001:], "damaged")):
        archive.write_bytes(data)
        assert words in operator.is_refused("restore", archive)
    archive.write_bytes(whole)
    another = Operator(elsewhere, secret_key="another secret key, which is long enough as well")
    assert "--lost-key" in another.is_refused("restore", archive)
    with monkeypatch.context() as patch:
        patch.setattr(making, "VERSION", "99.0")
        newer = backed_up(site)
    assert "newer than this one" in operator.is_refused("restore", newer)
    assert not (elsewhere.instance / "connectassist.db").exists()
    assert not (elsewhere.instance / occupancy.STAGING).exists()
    another.runs("restore", archive, "--lost-key")
    assert counts(elsewhere) == counts(site)


def test_rows_without_their_files_are_told(site: Settings, elsewhere: Settings, customer: Caller) -> None:
    ticket = customer.post("/api/tickets", json={"title": "t", "description": "d"}).json["id"]
    file = customer.post(f"/api/tickets/{ticket}/attachments", data={"file": (io.BytesIO(b"x"), "a.txt")}).json["id"]
    (site.instance / "attachments" / file).unlink()
    archive = site.instance.parent / "kept"
    said = Operator(site).runs("backup", "--to", archive)
    assert f"1 files that rows speak of are not there, such as instance/attachments/{file}" in said
    assert "1 that rows speak of were gone" in Operator(elsewhere).runs("restore", max(archive.iterdir()))


def test_what_is_left_out_and_what_never_comes_along(site: Settings, tmp_path: Path) -> None:
    for name in ("recordings/r.webm", "uploads/u", "uploads/v.part", "attachments/incoming/i", "fontcache/f", "own",
                 "serving.json"):
        (site.instance / name).parent.mkdir(exist_ok=True)
        (site.instance / name).write_text("x")
    (site.instance / "uploads" / "link").symlink_to("/etc/passwd")
    into = site.instance / "my-backups"
    for _ in range(2):
        Operator(site).runs("backup", "--to", into, "--without", "recordings")
    there = settings_for(tmp_path / "there", database_url="")
    Operator(there).runs("restore", max(into.iterdir()))
    files = {path.relative_to(there.instance).as_posix() for path in there.instance.rglob("*") if path.is_file()}
    kept = {name for name in files if not name.startswith(("before-", "connectassist.db"))}
    assert kept == {"uploads/u", "own", "serving.lock"}
    assert not list(site.instance.glob(".backup-*"))


def test_old_ones_go(site: Settings) -> None:
    for _ in range(4):
        archive = backed_up(site, "--keep", 2)
    left = sorted(archive.parent.iterdir())
    assert archive in left and len({path.name[:30] for path in left}) <= 2


def test_two_at_a_time_are_refused(site: Settings) -> None:
    folder = site.instance.parent / "kept"
    folder.mkdir()
    with making._alone_in(folder):
        assert "Another backup" in Operator(site).is_refused("backup", "--to", folder)


def test_devices_passwords_are_read_with_the_key_that_came_along(site: Settings, elsewhere: Settings, app: Flask,
                                                                 tmp_path: Path) -> None:
    (site.instance / "secret_key").write_text("the key of this instance, long enough for this")
    own = Operator(site, secret_key="")
    with app.app_context():
        device = db.session.scalars(select(Device)).first()
        assert device is not None
        device.permanent_password = Vault("the key of this instance, long enough for this").encrypt("pässword")
        db.session.commit()
        db.session.remove()
    own.runs("backup")
    Operator(elsewhere, secret_key="").runs("restore", max((site.instance / "backups").iterdir()))
    vault = Vault((elsewhere.instance / "secret_key").read_text())
    (sealed,) = rows(elsewhere, "SELECT permanent_password FROM devices WHERE permanent_password IS NOT NULL")
    assert vault.decrypt(sealed[0]) == "pässword"


def test_the_list_of_contents_says_what_it_is(site: Settings) -> None:
    with tarfile.open(backed_up(site)) as tar:
        about = json.load(tar.extractfile("about.json"))  # type: ignore[arg-type]
    assert about["rows"] == counts(site) | {name: about["rows"][name] for name in ENDED}
    assert about["revision"] and about["version"] and about["made_at"].endswith("Z")

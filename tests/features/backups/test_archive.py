"""What comes from somewhere as a backup is looked at before anything of it counts."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import tarfile
from pathlib import Path
from typing import Any

import pytest

from connectassist import VERSION
from connectassist.core import swapping
from connectassist.features.backups import age, archive, restoring
from connectassist.features.backups.archive import BadArchive

ABOUT = {"format": 1, "version": VERSION, "revision": "0005", "rows": {}, "made_at": "2026-11-23T03:00:00.000Z",
         "key": "x"}
NO_KEYS = age.Keys()
#: Where a backup may not write. What is there is looked at afterwards.
TARGET = "../../outside"


def whole(path: Path, *, keys: age.Keys = NO_KEYS) -> Path:
    """A sound little archive, by our own hand."""
    with path.open("wb") as target, archive.writing(target, keys) as into:
        into.put_json(archive.ABOUT, ABOUT, changed=0)
        for name in ("instance/uploads/a", f"instance/uploads/{'ü' * 120}"):
            data = os.urandom(100_000)
            into.put(name, io.BytesIO(data), size=len(data), changed=0)
        into.put_json(archive.MANIFEST, {"files": into.noted}, changed=0)
    return path


class Forged:
    """An archive that somebody else wrote, with a list of contents that fits."""

    def __init__(self) -> None:
        self._packed = io.BytesIO()
        self._gzip = gzip.GzipFile(fileobj=self._packed, mode="wb", compresslevel=1)
        self._tar = tarfile.TarFile(fileobj=self._gzip, mode="w", format=tarfile.PAX_FORMAT)
        self.noted: dict[str, Any] = {}
        self.add(archive.ABOUT, json.dumps(ABOUT).encode())

    def add(self, name: str, data: bytes = b"", **changes: Any) -> Forged:
        entry = tarfile.TarInfo(name)
        entry.size = len(data)
        for key, value in changes.items():
            setattr(entry, key, value)
        self._tar.addfile(entry, io.BytesIO(data))
        self.noted[name] = {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        return self

    def closed(self, path: Path) -> Path:
        noted = dict(self.noted)
        self.add(archive.MANIFEST, json.dumps({"files": noted}).encode())
        self._tar.close()
        self._gzip.close()
        path.write_bytes(self._packed.getvalue())
        return path


def unpack(path: Path, folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    staged = swapping.stage(folder)
    with archive.reading(path, NO_KEYS) as found:
        restoring._unpack(found, staged)
    return staged


def test_a_sound_one_is_whole(tmp_path: Path) -> None:
    found = restoring.check(whole(tmp_path / "a"), keys=NO_KEYS)
    assert found.about == ABOUT and len(found.noted) == 3
    assert len(list(unpack(tmp_path / "a", tmp_path / "i").rglob("*"))) == 3


def test_ordinary_tar_reads_it(tmp_path: Path) -> None:
    """Who has lost us has not lost their data."""
    with tarfile.open(whole(tmp_path / "a")) as tar:
        assert tar.getnames()[0] == archive.ABOUT and tar.getnames()[-1] == archive.MANIFEST


@pytest.mark.parametrize("entry", [
    {"name": "instance/../../outside"}, {"name": "/tmp/outside"}, {"name": "instance//tmp/outside"},
    {"name": "../outside"}, {"name": "instance/a\\..\\b"}, {"name": "instance/\x1b[2J"}, {"name": "other/a"},
    {"name": "instance/a/./b"}, {"name": "instance/"}, {"name": f"instance/{'a/' * 400}b"},
    {"name": "instance/a", "type": tarfile.SYMTYPE, "linkname": TARGET},
    {"name": "instance/a", "type": tarfile.LNKTYPE, "linkname": TARGET},
    {"name": "instance/a", "type": tarfile.CHRTYPE, "devmajor": 1, "devminor": 3},
    {"name": "instance/a", "type": tarfile.FIFOTYPE}, {"name": "instance/a", "type": tarfile.DIRTYPE},
    {"name": "instance/a", "type": tarfile.GNUTYPE_SPARSE},
    {"name": "instance/connectassist.db"}, {"name": "instance/connectassist.db-wal"}, {"name": "instance/serving.lock"},
    {"name": "instance/.restoring/journal.json"}, {"name": "instance/before-restore-x/a"},
    {"name": "instance/backups/a"}, {"name": "instance/kept"}, {"name": "instance/kept/below"}, {"name": "about.json"},
], ids=lambda entry: str(entry["name"][:24].encode()) + str(entry.get("type", b"")))
def test_what_leads_elsewhere_is_refused(tmp_path: Path, entry: dict[str, Any]) -> None:
    forged = Forged().add("instance/kept", b"x")
    path = forged.add(entry.pop("name"), **entry).closed(tmp_path / "a")
    with pytest.raises(BadArchive):
        unpack(path, tmp_path / "i")
    found = {each.name for each in tmp_path.rglob("*") if each.is_file()}
    assert found <= {"a", "kept"} and not any(each.is_symlink() for each in tmp_path.rglob("*"))


def test_a_header_that_asks_for_gigabytes_is_refused_unread(tmp_path: Path) -> None:
    """The memory for it would be taken before anything of it is looked at."""
    forged = Forged()
    entry = tarfile.TarInfo("x")
    entry.type, entry.size = tarfile.XHDTYPE, 8 * 1024**3
    forged._tar.fileobj.write(entry.tobuf(tarfile.GNU_FORMAT))  # type: ignore[union-attr]
    with pytest.raises(BadArchive, match="ordinary files"):
        restoring.check(forged.closed(tmp_path / "a"), keys=NO_KEYS)


def test_no_more_is_unpacked_than_there_is_room_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = Forged().add("instance/zeros", bytes(50_000_000)).closed(tmp_path / "a")
    assert path.stat().st_size < 500_000
    monkeypatch.setattr(restoring.shutil, "disk_usage", lambda folder: type("", (), {"free": 90_000_000}))
    with pytest.raises(restoring.Refused, match="not enough room"):
        unpack(path, tmp_path / "i")
    assert not [each for each in (tmp_path / "i").rglob("*") if each.is_file()]


@pytest.mark.parametrize("keys", [NO_KEYS, age.Keys(passphrase="x")], ids=["plain", "encrypted"])
def test_a_cut_or_changed_one_is_found_out(tmp_path: Path, keys: age.Keys, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(age, "WORK", 4)
    path = whole(tmp_path / "a", keys=keys)
    data = path.read_bytes()
    assert restoring.check(path, keys=keys)
    for length in (0, 5, 100, 1000, 70_000, 150_000, len(data) - 100, len(data) - 1):
        path.write_bytes(data[:length])
        with pytest.raises((BadArchive, age.WrongKey)):
            restoring.check(path, keys=keys)
    for place in (*range(12, 200, 17), *range(200, len(data), 10_007), len(data) - 5):
        bad = bytearray(data)
        bad[place] ^= 4
        path.write_bytes(bytes(bad))
        with pytest.raises((BadArchive, age.WrongKey)):
            restoring.check(path, keys=keys)


def test_what_is_not_in_the_list_of_contents_is_found_out(tmp_path: Path) -> None:
    forged = Forged().add("instance/a", b"x")
    forged.noted["instance/a"]["sha256"] = hashlib.sha256(b"y").hexdigest()
    missing = Forged()
    missing.noted["instance/gone"] = {"size": 1, "sha256": "0"}
    for each in (forged, missing):
        with pytest.raises(BadArchive, match="list of contents"):
            restoring.check(each.closed(tmp_path / "a"), keys=NO_KEYS)


@pytest.mark.parametrize("data", [b"", b"PK\3\4", b"\x1f\x8b", b"\x1f\x8bgarbage" * 100, b"age-encryption.org/v1\n"])
def test_another_file_is_no_backup(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a"
    path.write_bytes(data)
    with pytest.raises(BadArchive):
        restoring.check(path, keys=NO_KEYS)

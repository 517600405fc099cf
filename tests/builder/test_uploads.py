"""Scripts and installers become payloads, also when two are packed at once."""

from __future__ import annotations

import subprocess
import zipfile
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from builder.errors import UploadRefused
from builder.manifest import Signer, verify_folder
from builder.payloads import FOLDER, SCRIPTS, load, scripts, uploads
from builder.stamp import Order, stamp
from tests.features.templates import made

ORDER = Order(device_id="SESS-1", settings={}, readme="Hello", created_at=datetime(2026, 1, 1, tzinfo=UTC),
              extras={"config.json": b'{"sessionId": "9PD-835-6DE"}'})


@pytest.mark.parametrize("kind", SCRIPTS)
def test_many_first_callers_at_once_get_the_same(tmp_path: Path, kind: str) -> None:
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda _: scripts.payload(kind, shelf=tmp_path / "shelf").zip_sha256, range(16)))
    assert len(set(found)) == 1
    assert sorted(path.name for path in (tmp_path / "shelf").iterdir()) == [f"{kind}.json", f"{kind}.zip"]
    scripts.payload(kind, shelf=tmp_path / "shelf").verify()


def test_an_installer_is_stamped_like_a_helper(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.part").write_bytes(made.exe())
    payload = uploads.shelve_installer(tmp_path / "in" / "a.part", kind="exe", version="1.0", shelf=tmp_path / "shelf")
    stamp(ORDER, payload=payload, signer=Signer.from_seed(b"s" * 32)).write_to(tmp_path / "p.zip")
    assert subprocess.run(["unzip", "-tq", tmp_path / "p.zip"], check=False, capture_output=True).returncode == 0
    with zipfile.ZipFile(tmp_path / "p.zip") as archive:
        archive.extractall(tmp_path / "out")
    verify_folder(tmp_path / "out" / FOLDER)
    assert (tmp_path / "out" / FOLDER / "RemoteSupport-Setup-1.0.exe").read_bytes() == made.exe()
    span = uploads.installer(payload)
    assert span.path.read_bytes()[span.offset:span.offset + span.size] == made.exe()
    assert list((tmp_path / "in").iterdir()) == []


def test_a_bundle_comes_out_as_it_went_in(tmp_path: Path) -> None:
    (tmp_path / "b.part").write_bytes(made.bundle(tmp_path))
    assert uploads.recognise(tmp_path / "b.part") == "payload"
    payload = uploads.shelve_payload(tmp_path / "b.part", shelf=tmp_path / "shelf")
    assert payload.version == "0.3.0"
    assert payload.zip_sha256 == load(tmp_path / "bundle-0.3.0" / "out", platform="linux-x86_64").zip_sha256


@pytest.mark.parametrize("version", ["1.0rc1", "", "1.2.3.4.5", "v1"])
def test_a_payload_whose_version_helpers_cannot_compare_is_refused(tmp_path: Path, version: str) -> None:
    (tmp_path / "b.part").write_bytes(made.bundle(tmp_path, version=version))
    with pytest.raises(UploadRefused):
        uploads.shelve_payload(tmp_path / "b.part", shelf=tmp_path / "shelf")


def test_the_unix_script_registers_and_names_the_chat(tmp_path: Path) -> None:
    payload = scripts.payload("scripts-unix", shelf=tmp_path / "shelf")
    config = b'{\n  "sessionId": "9PD-835-6DE",\n  "server": "http://127.0.0.1:9",\n  "port": 5500\n}'
    with zipfile.ZipFile(payload.zip_path) as archive:
        archive.extractall(tmp_path)
    (tmp_path / FOLDER / "config.json").write_bytes(config)
    bin_folder = tmp_path / "bin"
    bin_folder.mkdir()
    (bin_folder / "curl").write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >{tmp_path}/asked\n')
    (bin_folder / "curl").chmod(0o755)
    told = subprocess.run(["sh", tmp_path / FOLDER / "connect.sh"], capture_output=True, text=True, check=True,
                          env={"PATH": f"{bin_folder}:/usr/bin:/bin"})
    asked = (tmp_path / "asked").read_text()
    assert "http://127.0.0.1:9/api/sessions/register" in asked and '"sessionId":"9PD-835-6DE"' in asked
    assert "http://127.0.0.1:9/customer/xp-chat.html?session=9PD-835-6DE" in told.stdout

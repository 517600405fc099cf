"""The manifest: one way to write it, one key to sign it, and every changed byte is found."""

import json
import stat
import subprocess
from pathlib import Path

import pytest

from builder import manifest
from builder.errors import ManifestBroken
from builder.manifest import Signer, verify_folder
from builder.payloads import FOLDER
from builder.stamp import stamp


@pytest.fixture
def folder(order, payload, signer, tmp_path) -> Path:
    stamp(order, payload=payload, signer=signer).write_to(tmp_path / "package.zip")
    subprocess.run(["unzip", "-q", tmp_path / "package.zip", "-d", tmp_path / "customer"], check=True)
    return tmp_path / "customer" / FOLDER


def test_it_is_written_as_the_protocol_says(folder):
    raw = (folder / "manifest.json").read_bytes()
    held = json.loads(raw)
    assert raw == json.dumps(held, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    assert [entry["path"] for entry in held["files"]] == sorted(entry["path"] for entry in held["files"])
    assert held.keys() == {"version", "package", "platform", "created_at", "files", "helper", "public_key",
                           "signature"}
    assert held["helper"] == {"version": "0.1.0", "executable": "connectassist-helper"}
    manifest.check_signature(held)


def test_one_changed_byte_anywhere_is_found(folder):
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and path.stat().st_size):
        original = path.read_bytes()
        for place in {0, len(original) // 2, len(original) - 1}:
            path.write_bytes(original[:place] + bytes([original[place] ^ 1]) + original[place + 1:])
            with pytest.raises(ManifestBroken) as told:
                verify_folder(folder)
            assert told.value.path == path.relative_to(folder).as_posix()
        path.write_bytes(original)
    verify_folder(folder)


def test_a_missing_and_an_added_file_are_found(folder):
    (folder / "lib" / "extra.so").write_bytes(b"x")
    with pytest.raises(ManifestBroken, match=r"extra\.so: it is not part"):
        verify_folder(folder)
    (folder / "lib" / "extra.so").unlink()
    (folder / "lib" / "a.bin").unlink()
    with pytest.raises(ManifestBroken, match=r"a\.bin: it is missing"):
        verify_folder(folder)


def test_another_servers_key_is_refused(folder):
    with pytest.raises(ManifestBroken, match="another server"):
        verify_folder(folder, public_key=Signer.new().public_key)


@pytest.mark.parametrize("content", [
    b"", b"[]", b"{}", b'{"files": 1}', b"\xff", b'{"public_key": 5, "signature": []}'])
def test_a_manifest_that_is_none_is_refused(folder, content):
    (folder / "manifest.json").write_bytes(content)
    with pytest.raises(ManifestBroken):
        verify_folder(folder)


def test_the_key_is_kept_and_private(tmp_path):
    path = tmp_path / "instance" / "signing.key"
    first = Signer.at(path)
    assert Signer.at(path).public_key == first.public_key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]
    assert Signer.new().public_key != first.public_key

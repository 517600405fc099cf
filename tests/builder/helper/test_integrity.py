"""A package of which one byte was changed does not start."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from builder.helper.errors import Tampered
from builder.helper.integrity import check, same_signer
from tests.builder.helper.desk import PUBLIC, package, sign


@pytest.fixture
def unpacked(tmp_path: Path) -> Path:
    folder = package(tmp_path / "package", url="http://127.0.0.1:1")
    (folder / "_internal").mkdir()
    (folder / "_internal" / "libone.so").write_bytes(b"one")
    sign(folder)
    return folder


def flip(file: Path, *, at: int = -3) -> None:
    data = bytearray(file.read_bytes())
    data[at] ^= 1
    file.write_bytes(data)


def test_an_untouched_package_names_its_signer(unpacked: Path):
    assert check(unpacked) == PUBLIC


@pytest.mark.parametrize("name", ["appsettings.json", "connectassist-helper", "README.txt", "_internal/libone.so"])
def test_one_changed_byte_names_the_file(unpacked: Path, name: str):
    flip(unpacked / name, at=0)
    with pytest.raises(Tampered, match=name):
        check(unpacked)


@pytest.mark.parametrize("at", range(0, 100, 5))
def test_one_changed_byte_in_the_manifest(unpacked: Path, at: int):
    manifest = unpacked / "manifest.json"
    flip(manifest, at=manifest.stat().st_size * at // 100)
    with pytest.raises(Tampered):
        check(unpacked)


def test_every_signed_field_counts(unpacked: Path):
    manifest = json.loads((unpacked / "manifest.json").read_text())
    manifest["platform"] = "windows"
    (unpacked / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(Tampered, match=r"manifest\.json was changed"):
        check(unpacked)


def test_a_missing_file_and_a_missing_manifest(unpacked: Path):
    (unpacked / "README.txt").unlink()
    with pytest.raises(Tampered, match=r"README\.txt is missing"):
        check(unpacked)
    (unpacked / "manifest.json").unlink()
    with pytest.raises(Tampered, match=r"manifest\.json is missing"):
        check(unpacked)


@pytest.mark.parametrize("name", ["_internal/extra.bin", "_internal/sub/libtwo.so", "version.dll", "sitecustomize.py"])
def test_a_file_that_could_be_loaded_must_be_listed(unpacked: Path, name: str):
    (unpacked / name).parent.mkdir(exist_ok=True)
    (unpacked / name).write_bytes(b"planted")
    with pytest.raises(Tampered, match="does not belong"):
        check(unpacked)


def test_the_customers_own_files_beside_it_do_no_harm(unpacked: Path):
    (unpacked / "holiday.jpg").write_bytes(b"jpeg")
    (unpacked / "package (1).zip").write_bytes(b"PK")
    assert check(unpacked) == PUBLIC


def test_a_link_in_place_of_a_file_is_refused(unpacked: Path, tmp_path: Path):
    (unpacked / "README.txt").rename(tmp_path / "elsewhere.txt")
    (unpacked / "README.txt").symlink_to(tmp_path / "elsewhere.txt")
    with pytest.raises(Tampered, match=r"README\.txt"):
        check(unpacked)


@pytest.mark.parametrize("path", ["../outside", "/etc/passwd", "a//b", "c:\\x"])
def test_a_manifest_cannot_point_outside(unpacked: Path, path: str):
    from tests.builder.helper.desk import KEY

    manifest = json.loads((unpacked / "manifest.json").read_text())
    manifest["files"].append({"path": path, "size": 1, "sha256": "0"})
    resigned(unpacked, manifest, KEY)
    with pytest.raises(Tampered, match="outside the package"):
        check(unpacked)


def resigned(folder: Path, manifest: dict, key) -> None:
    import base64

    from builder.helper.integrity import canonical

    manifest["signature"] = base64.b64encode(key.sign(canonical(manifest))).decode()
    (folder / "manifest.json").write_text(json.dumps(manifest))


def test_another_servers_key_is_refused():
    same_signer(PUBLIC, server_key=PUBLIC)
    same_signer(PUBLIC, server_key="")
    with pytest.raises(Tampered, match="not signed by this server"):
        same_signer(PUBLIC, server_key="AAAA")

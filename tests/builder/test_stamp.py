"""Stamping: every ZIP reader opens the package, it runs, and nothing of the payload is changed."""

import io
import json
import random
import shutil
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from builder import zipformat
from builder.errors import PayloadBroken, PayloadMissing
from builder.manifest import verify_folder
from builder.payloads import FOLDER, Payload, load
from builder.stamp import CHUNK, stamp


def stamped(order, payload, signer) -> bytes:
    return b"".join(stamp(order, payload=payload, signer=signer))


def is_sound(package: Path) -> bool:
    return subprocess.run(["unzip", "-tq", package], check=False, capture_output=True).returncode == 0


def unzip(package: Path, folder: Path) -> Path:
    subprocess.run(["unzip", "-q", package, "-d", folder], check=True)
    return folder / FOLDER


@pytest.fixture
def package(order, payload, signer, tmp_path) -> Path:
    path = tmp_path / "package.zip"
    stamp(order, payload=payload, signer=signer).write_to(path)
    return path


def test_unzip_accepts_it(package):
    assert is_sound(package)


def test_7zip_accepts_it_without_a_warning(package):
    if not (seven := shutil.which("7z") or shutil.which("7zz")):
        pytest.skip("7-Zip is not installed")
    told = subprocess.run([seven, "t", package], check=False, capture_output=True, text=True)
    assert told.returncode == 0
    assert "warning" not in told.stdout.lower()


def test_python_reads_every_file_back(package, tree, order):
    with zipfile.ZipFile(package) as archive:
        assert archive.testzip() is None
        held = {info.filename.removeprefix(f"{FOLDER}/"): archive.read(info) for info in archive.infolist()}
    expected = {path.relative_to(tree).as_posix(): path.read_bytes() for path in tree.rglob("*") if path.is_file()}
    assert {name: held[name] for name in expected} == expected
    assert held.keys() - expected.keys() == {"appsettings.json", "manifest.json", "README.txt"}
    assert json.loads(held["appsettings.json"]) == order.settings
    assert held["README.txt"] == b"Hello\n"


def test_everything_lies_in_one_folder(package):
    with zipfile.ZipFile(package) as archive:
        assert {name.split("/")[0] for name in archive.namelist()} == {FOLDER}


def test_the_unpacked_helper_runs_and_its_manifest_holds(package, tmp_path, signer, order):
    folder = unzip(package, tmp_path / "customer")
    manifest = verify_folder(folder, public_key=signer.public_key)
    assert manifest["package"] == order.device_id
    assert manifest["created_at"] == "2026-01-02T03:04:05.678Z"
    told = subprocess.run(["./connectassist-helper"], cwd=folder, capture_output=True, text=True, check=True)
    assert told.stdout == f"helper in {folder}\n"


def test_two_stamps_of_one_order_are_equal(order, payload, signer):
    first, second = (stamp(order, payload=payload, signer=signer) for _ in range(2))
    assert b"".join(first) == b"".join(second)
    assert first.fingerprint == second.fingerprint


@pytest.mark.parametrize("change", [{"device_id": "other"}, {"readme": "Bye\n"}, {"settings": {}}])
def test_another_order_gives_another_fingerprint(order, payload, signer, change):
    first, second = (stamp(one, payload=payload, signer=signer) for one in (order, replace(order, **change)))
    assert first.fingerprint != second.fingerprint


def test_the_payloads_bytes_are_kept(order, payload, signer):
    original = payload.zip_path.read_bytes()
    package = stamp(order, payload=payload, signer=signer)
    assert b"".join(package)[: package.prefix.length] == original[: package.prefix.length]
    assert payload.zip_path.read_bytes() == original
    payload.verify()


def test_the_size_is_known_before_the_bytes(order, payload, signer):
    assert stamp(order, payload=payload, signer=signer).size == len(stamped(order, payload, signer))


def test_ranges_equal_slices(order, tmp_path, signer, pack_tree, write_tree):
    noise = random.Random(7)
    tree = write_tree(tmp_path / "noisy", {"noise": noise.randbytes(3 * CHUNK)})
    package = stamp(order, payload=pack_tree(tree, tmp_path / "noisy-out"), signer=signer)
    whole, split = b"".join(package), package.prefix.length
    edges = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, split - 1, split, split + 1, package.size - 1, package.size]
    cuts = [(a, b) for a in edges for b in edges if a <= b]
    cuts += [tuple(sorted(noise.randrange(package.size) for _ in "ab")) for _ in range(50)]
    for start, end in cuts:
        chunks = list(package.open_range(start, end))
        assert b"".join(chunks) == whole[start:end]
        assert all(0 < len(chunk) <= CHUNK for chunk in chunks)


@pytest.mark.parametrize("start, end", [(-1, 5), (5, 4), (0, 10**9)])
def test_a_range_outside_is_refused(order, payload, signer, start, end):
    with pytest.raises(ValueError, match="bytes"):
        stamp(order, payload=payload, signer=signer).open_range(start, end)


def test_a_payload_replaced_meanwhile_is_noticed(order, payload, signer, tree, pack_tree):
    package = stamp(order, payload=payload, signer=signer)
    (tree / "new").write_bytes(b"new")
    fresh = pack_tree(tree, payload.zip_path.parent)
    with pytest.raises(PayloadBroken, match="replaced"):
        package.open_range(0, 1)
    assert fresh.zip_sha256 != payload.zip_sha256


def test_a_payload_replaced_while_it_is_sent_does_not_mix(order, payload, signer, tree, pack_tree):
    expected = stamped(order, payload, signer)
    package = stamp(order, payload=payload, signer=signer)
    running = iter(package)
    (tree / "new").write_bytes(b"new")
    pack_tree(tree, payload.zip_path.parent)
    assert b"".join(running) == expected


def test_a_payload_removed_meanwhile_is_missing(order, payload, signer):
    package = stamp(order, payload=payload, signer=signer)
    payload.zip_path.unlink()
    with pytest.raises(PayloadMissing, match="make payloads"):
        package.open_range(0, 1)


@pytest.mark.parametrize("full_16, full_32", [(4, zipformat.FULL_32), (zipformat.FULL_16, 100)])
def test_zip64_records_are_right(order, payload, signer, tmp_path, monkeypatch, full_16, full_32):
    monkeypatch.setattr(zipformat, "FULL_16", full_16)
    monkeypatch.setattr(zipformat, "FULL_32", full_32)
    path = tmp_path / "big.zip"
    stamp(order, payload=payload, signer=signer).write_to(path)
    with path.open("rb") as file:
        found = zipformat.find_directory(file)
    assert found.entries == payload.directory.entries + 3
    assert b"PK\x06\x06" in path.read_bytes()[found.offset + found.size:]
    assert is_sound(path)
    verify_folder(unzip(path, tmp_path / "customer"))


def test_zip64_begins_where_the_fields_of_a_zip_are_full():
    assert (zipformat.FULL_16, zipformat.FULL_32) == (2**16 - 1, 2**32 - 1)


def test_a_payload_beyond_4_gib_is_stamped(order, payload, signer):
    """A sparse ZIP stands for a huge one: its first bytes are a hole, as a ZIP may have."""
    package = stamp(order, payload=_behind_a_hole(payload), signer=signer)
    tail_start = package.prefix.length
    assert tail_start > 2**32
    with _Far(b"".join(package.open_range(tail_start, package.size)), tail_start) as far:
        archive = zipfile.ZipFile(far)
        assert archive.read(f"{FOLDER}/README.txt") == b"Hello\n"


def _behind_a_hole(small: Payload) -> Payload:
    index_path = small.zip_path.with_suffix(".json")
    index, hole, content = json.loads(index_path.read_text()), 2**32 + 5, small.zip_path.read_bytes()
    with small.zip_path.open("wb") as file:
        file.seek(hole)
        file.write(content)
    index["zip"]["size"] += hole
    index["zip"]["directory_offset"] += hole
    index_path.write_text(json.dumps(index))
    return load(index_path.parent, platform=small.platform)


class _Far(io.BytesIO):
    """Bytes that believe to lie at a far place of a file, without the gigabytes before them."""

    def __init__(self, content: bytes, origin: int) -> None:
        super().__init__(content)
        self.origin = origin

    def seek(self, place: int, whence: int = 0) -> int:
        return super().seek(max(place - self.origin, 0) if whence == 0 else place, whence) + self.origin

    def tell(self) -> int:
        return super().tell() + self.origin


@pytest.mark.parametrize("seed", range(8))
def test_any_tree_is_stamped_and_checked(order, signer, tmp_path, pack_tree, write_tree, seed):
    chance = random.Random(seed)
    names = ["".join(chance.choices("abcäñ日😀 .-_'$%&", k=chance.randint(1, 12))).strip(" .") for _ in range(30)]
    files = {f"d{chance.randint(0, 4)}/f{name}": chance.randbytes(chance.choice([0, 1, 9, 5000])) for name in names}
    payload = pack_tree(write_tree(tmp_path / "tree", files), tmp_path / "out")
    path = tmp_path / "package.zip"
    stamp(order, payload=payload, signer=signer).write_to(path)
    with zipfile.ZipFile(path) as archive:
        archive.extractall(tmp_path / "customer")
    manifest = verify_folder(tmp_path / "customer" / FOLDER)
    assert len(manifest["files"]) == len(files) + 3

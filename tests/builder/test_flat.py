"""The twin of a payload without its folder: every file is the same, and stamping it costs no more."""

import json
import shutil
import subprocess
import zipfile
from dataclasses import replace

import pytest

from builder.errors import PayloadBroken
from builder.manifest import verify_folder
from builder.payloads import FOLDER
from builder.payloads.flat import flat
from builder.stamp import stamp


@pytest.fixture
def twin(payload, tmp_path):
    return flat(payload, shelf=tmp_path / "flat")


def test_every_file_is_the_same_at_the_root(payload, twin):
    with zipfile.ZipFile(payload.zip_path) as before, zipfile.ZipFile(twin.zip_path) as after:
        assert after.testzip() is None
        assert [f"{FOLDER}/{name}" for name in after.namelist()] == before.namelist()
        for old, new in zip(before.infolist(), after.infolist(), strict=True):
            assert before.read(old) == after.read(new)
            assert (old.external_attr, old.compress_size, old.CRC) == (new.external_attr, new.compress_size, new.CRC)
    assert (twin.lines, twin.version, twin.twin_of) == (payload.lines, payload.version, payload.zip_sha256)


def test_it_is_made_once_and_anew_for_a_new_payload(payload, twin, tmp_path, write_tree, pack_tree):
    again = flat(payload, shelf=tmp_path / "flat")
    assert again.mark == twin.mark
    newer = pack_tree(write_tree(tmp_path / "newer", {"other": b"x"}), tmp_path / "newer-payloads")
    assert flat(newer, shelf=tmp_path / "flat").zip_sha256 != twin.zip_sha256
    assert sorted(path.name for path in (tmp_path / "flat").iterdir()) == ["linux-x86_64.json", "linux-x86_64.zip"]


def test_a_stamped_twin_runs_where_it_is_unpacked(twin, order, signer, tmp_path):
    stamp(order, payload=twin, signer=signer).write_to(tmp_path / "package.zip")
    for program in (["unzip", "-tq"], ["7z", "t"]):
        if shutil.which(program[0]):
            subprocess.run([*program, tmp_path / "package.zip"], check=True, capture_output=True)
    folder = tmp_path / "customer"
    subprocess.run(["unzip", "-q", tmp_path / "package.zip", "-d", folder], check=True)
    assert {"appsettings.json", "manifest.json", "README.txt", "connectassist-helper"} <= {
        path.name for path in folder.iterdir()}
    assert json.loads((folder / "appsettings.json").read_bytes()) == order.settings
    assert (folder / "appsettings.json").read_text().startswith('{\n  "Device": {\n    "')
    verify_folder(folder, public_key=signer.public_key)
    assert subprocess.run(["./connectassist-helper"], cwd=folder, capture_output=True, check=True).stdout


def test_a_payload_cut_short_is_refused(payload, tmp_path):
    broken = tmp_path / "broken.zip"
    broken.write_bytes(payload.zip_path.read_bytes()[:200])
    with pytest.raises(PayloadBroken):
        flat(replace(payload, zip_path=broken), shelf=tmp_path / "flat")
    assert list((tmp_path / "flat").iterdir()) == []

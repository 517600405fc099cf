"""Loading a payload: quick when it is whole, clear when it is not."""

import json

import pytest

from builder.errors import PayloadBroken, PayloadMissing
from builder.payloads import available, load
from builder.payloads.pack import Label, pack


def test_it_is_read_once_and_again_when_it_changes(payload, tree, pack_tree):
    folder = payload.zip_path.parent
    assert load(folder, platform=payload.platform) is payload
    (tree / "new").write_bytes(b"new")
    pack_tree(tree, folder)
    assert load(folder, platform=payload.platform).zip_sha256 != payload.zip_sha256


@pytest.mark.parametrize("platform", ["windows-x86_64", "amiga", "../linux-x86_64", ""])
def test_what_was_not_built_is_missing(payload, platform):
    with pytest.raises(PayloadMissing) as told:
        load(payload.zip_path.parent, platform=platform)
    assert told.value.platform == platform


def test_only_what_is_there_is_available(payload, tmp_path):
    assert available(payload.zip_path.parent) == [payload.platform]
    assert available(tmp_path / "nowhere") == []


@pytest.mark.parametrize("keep", [0, 1, 100, -1])
def test_a_truncated_zip_is_broken(payload, keep):
    payload.zip_path.write_bytes(payload.zip_path.read_bytes()[:keep])
    with pytest.raises(PayloadBroken, match="bytes instead of"):
        load(payload.zip_path.parent, platform=payload.platform)
    assert available(payload.zip_path.parent) == []


def test_a_changed_directory_is_broken(payload):
    content = bytearray(payload.zip_path.read_bytes())
    content[payload.directory.offset + 20] ^= 1
    payload.zip_path.write_bytes(content)
    with pytest.raises(PayloadBroken, match="directory"):
        load(payload.zip_path.parent, platform=payload.platform)


def test_a_changed_byte_inside_is_found_by_the_slow_check(payload):
    content = bytearray(payload.zip_path.read_bytes())
    content[payload.directory.offset // 2] ^= 1
    payload.zip_path.write_bytes(content)
    with pytest.raises(PayloadBroken, match="not those"):
        load(payload.zip_path.parent, platform=payload.platform).verify()


@pytest.mark.parametrize("content", ["", "[]", "{}", "nonsense", '{"format": 1}', '{"format": 2, "platform": ""}'])
def test_a_spoilt_index_is_broken(payload, content):
    payload.zip_path.with_suffix(".json").write_text(content)
    with pytest.raises(PayloadBroken):
        load(payload.zip_path.parent, platform=payload.platform)


@pytest.mark.parametrize("name", ["appsettings.json", "Manifest.JSON", "readme.TXT"])
def test_reserved_names_are_refused(tree, pack_tree, tmp_path, name):
    (tree / name).write_bytes(b"{}")
    with pytest.raises(PayloadBroken, match="kept for stamping"):
        pack_tree(tree, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_tree_without_its_program_is_refused(tree, tmp_path):
    label = Label(platform="linux-x86_64", version="1", executable="absent", source="")
    with pytest.raises(PayloadBroken, match="lacks absent"):
        pack(tree, out=tmp_path / "out", label=label)


def test_packing_twice_gives_equal_bytes(tree, pack_tree, tmp_path):
    first, second = pack_tree(tree, tmp_path / "one"), pack_tree(tree, tmp_path / "two")
    assert first.zip_path.read_bytes() == second.zip_path.read_bytes()
    names = [path.with_suffix(".json").read_text() for path in (first.zip_path, second.zip_path)]
    assert names[0] == names[1]
    assert json.loads(names[0])["executable"] == "connectassist-helper"

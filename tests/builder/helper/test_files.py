"""No path leads out of the shared folder, and no file of the customer's is lost."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from builder.helper.errors import BadFile
from builder.helper.files import PARTIAL, SharedFolder, check_name


@pytest.fixture
def shared(tmp_path: Path) -> SharedFolder:
    (tmp_path / "secret.txt").write_text("secret")
    folder = SharedFolder(tmp_path / "shared")
    (folder.root / "docs").mkdir()
    (folder.root / "docs" / "a.txt").write_text("hello")
    (folder.root / "b.txt").write_text("b")
    return folder


def test_the_folder_is_made_on_demand(tmp_path: Path):
    folder = SharedFolder(tmp_path / "new" / "shared")
    assert not (tmp_path / "new").exists()
    assert folder.list("") == []
    assert (tmp_path / "new" / "shared").is_dir()


def test_listing_says_folders_first(shared: SharedFolder):
    rows = shared.list("")
    assert [(r["name"], r["isDirectory"], r["path"]) for r in rows] == [
        ("docs", True, "docs"), ("b.txt", False, "b.txt"),
    ]
    assert rows[1]["size"] == 1
    assert rows[1]["mtime"].endswith("Z")
    assert [r["path"] for r in shared.list("docs")] == ["docs/a.txt"]


@pytest.mark.parametrize("path", [
    "..", "../secret.txt", "docs/../../secret.txt", "docs\\..\\..\\secret.txt", "a\0b", "con", "docs/NUL.txt",
    "x:y", "~/..", "C:\\Windows", "c:b.txt", "\\\\host\\share\\a", "b.txt:stream", "b.txt::$DATA", "docs/CONIN$",
    "com\u00b9",
    ".. /secret.txt", "... /x", "\uff0e\uff0e/secret.txt", "\u2025/secret.txt", "docs\uff0f..\uff0fsecret.txt",
    "docs\u2215a.txt",
    "\uff23\uff2f\uff2e", "docs/\u202etxt.a", "\ud800", "/".join(["a"] * 1200), "docs/" + "a" * 201,
    7, None, ["docs"], "a" * 3000, "docs/\x1b[2J",
])
def test_paths_that_lead_out_or_are_none(shared: SharedFolder, path: object):
    with pytest.raises(BadFile):
        shared.file(path)
    with pytest.raises(BadFile):
        shared.list(path)


def test_an_absolute_path_is_read_below_the_folder(shared: SharedFolder):
    assert shared.file("/docs/a.txt").read_text() == "hello"
    with pytest.raises(BadFile):
        shared.file("/etc/passwd")


def test_links_that_lead_out_are_neither_shown_nor_served(shared: SharedFolder, tmp_path: Path):
    (shared.root / "leak.txt").symlink_to(tmp_path / "secret.txt")
    (shared.root / "up").symlink_to(tmp_path)
    (shared.root / "inside.txt").symlink_to(shared.root / "b.txt")
    assert [r["name"] for r in shared.list("")] == ["docs", "b.txt", "inside.txt"]
    for path in ("leak.txt", "up/secret.txt"):
        with pytest.raises(BadFile):
            shared.file(path)
    with pytest.raises(BadFile):
        shared.incoming(folder="up", name="new.txt")


def test_only_plain_files_are_served(shared: SharedFolder):
    os.mkfifo(shared.root / "pipe")
    with pytest.raises(BadFile):
        shared.file("pipe")
    with pytest.raises(BadFile):
        shared.file("docs")
    assert "pipe" not in [r["name"] for r in shared.list("")]


@pytest.mark.parametrize("name", [
    "", ".", "..", "a/b", "a\\b", "a\0", "a\nb", "CON", "nul.txt", "com1", "LPT9.doc", "x.", "x ", "a:b", "a*",
    "n" * 201, "invoice\u202efdp.exe", "\ud800", f"x{PARTIAL}", 3, None,
])
def test_names_that_are_refused(name: object):
    with pytest.raises(BadFile):
        check_name(name)


@pytest.mark.parametrize("name", ["report.pdf", "Überblick 2026 (1).txt", "日本.txt", ".profile", "console.log"])
def test_names_that_are_fine(name: str):
    assert check_name(name) == name


def test_a_file_has_its_name_only_when_whole(shared: SharedFolder):
    incoming = shared.incoming(folder="docs", name="new.bin")
    incoming.write(b"12")
    assert [r["name"] for r in shared.list("docs")] == ["a.txt"]
    assert incoming.finish(size=2).read_bytes() == b"12"


def test_a_file_that_is_not_whole_leaves_nothing(shared: SharedFolder):
    incoming = shared.incoming(folder="", name="half.bin")
    incoming.write(b"12")
    with pytest.raises(BadFile, match="whole"):
        incoming.finish(size=3)
    assert sorted(os.listdir(shared.root)) == ["b.txt", "docs"]


def test_an_existing_file_is_kept(shared: SharedFolder):
    for expected in ("b (2).txt", "b (3).txt"):
        incoming = shared.incoming(folder="", name="b.txt")
        incoming.write(b"new")
        assert incoming.finish().name == expected
    assert (shared.root / "b.txt").read_text() == "b"

"""Files that are there as a whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from connectassist.core import durable, settings


def test_a_file_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    path = tmp_path / "key"
    durable.write(path, b"one")
    durable.write(path, b"two")
    assert path.read_bytes() == b"two"
    assert path.stat().st_mode & 0o777 == 0o600
    assert os.listdir(tmp_path) == ["key"]


def test_what_breaks_off_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "key"
    durable.write(path, b"one")
    with monkeypatch.context() as patched, pytest.raises(OSError):
        patched.setattr(durable.os, "fsync", _full)
        durable.write(path, b"two")
    assert path.read_bytes() == b"one"
    durable.write(path, b"two")
    assert path.read_bytes() == b"two"


def test_a_first_file_stays(tmp_path: Path) -> None:
    durable.begin(tmp_path / "key", b"one")
    durable.begin(tmp_path / "key", b"two")
    assert (tmp_path / "key").read_bytes() == b"one"
    assert os.listdir(tmp_path) == ["key"]


def test_a_first_start_that_breaks_off_leaves_no_empty_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = {"CONNECTASSIST_INSTANCE": str(tmp_path), "CONNECTASSIST_DOWNLOADS": str(tmp_path / "downloads")}
    with monkeypatch.context() as patched, pytest.raises(OSError):
        patched.setattr(durable.os, "fsync", _full)
        settings.load(environment)
    assert len(settings.load(environment).secret_key) > 40


def _full(_: int) -> None:
    raise OSError("the disk is full")

"""Programs of our own in the place of the machine's, to see which words they get and how their answers are read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from builder.helper.examine import running


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], Path]:
    """Makes a shell script the only program of its name; returns the file into which it writes its words."""
    folder = tmp_path / "programs"
    folder.mkdir()
    monkeypatch.setattr(running, "PATH", str(folder))

    def make(name: str, body: str) -> Path:
        words = tmp_path / f"{name}.words"
        script = folder / name
        script.write_text(f'#!/bin/sh\nfor word in "$@"; do echo "$word" >> {words}; done\n{body}\n')
        script.chmod(0o755)
        return words

    return make

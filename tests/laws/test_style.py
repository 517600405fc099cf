"""Ruff is content: style, imports in order, common mistakes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.laws.source import ROOT


def test_ruff_is_content() -> None:
    ruff = Path(sys.executable).with_name("ruff")
    result = subprocess.run([ruff, "check", "--no-cache", "--output-format", "concise", "."], cwd=ROOT,
                            capture_output=True, text=True)
    assert result.returncode == 0, result.stdout

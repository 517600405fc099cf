"""The systemd units, by systemd's own word."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import fields
from pathlib import Path

import pytest

from connectassist.cli import cli
from connectassist.core.settings import Settings
from tests.laws.source import ROOT

UNITS = ROOT / "packaging" / "systemd"
NAMES = ("connectassist.service", "connectassist-backup.service", "connectassist-backup.timer")
ANALYZE = shutil.which("systemd-analyze")
needs_systemd = pytest.mark.skipif(ANALYZE is None, reason="systemd-analyze is not installed here")


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """The units as they would be installed here: with the programs where they lie in this checkout."""
    shutil.copytree(UNITS, tmp_path / "units")
    command = tmp_path / "connectassist"
    command.write_text("#!/bin/sh\n")
    command.chmod(0o700)
    for unit in [path for path in (tmp_path / "units").rglob("*") if path.is_file()]:
        unit.write_text(unit.read_text().replace("/opt/connectassist/.venv/bin/connectassist", str(command))
                        .replace("/opt/connectassist", str(ROOT)))
    return tmp_path / "units"


def analyze(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(ANALYZE), *words], capture_output=True, text=True)


@needs_systemd
def test_systemd_understands_every_line(installed: Path) -> None:
    for name in NAMES:
        result = analyze("verify", "--man=no", str(installed / name))
        complaints = [line for line in result.stderr.splitlines() if "connectassist" in line]
        assert (result.returncode, complaints) == (0, []), result.stderr


@needs_systemd
def test_a_line_that_means_nothing_is_caught(installed: Path) -> None:
    unit = installed / NAMES[0]
    unit.write_text(unit.read_text().replace("[Service]", "[Service]\nNoNewPriviledges=yes"))
    assert "NoNewPriviledges" in analyze("verify", "--man=no", str(unit)).stderr


@needs_systemd
def test_the_server_is_shut_in(installed: Path) -> None:
    """systemd's own measure, from 0 (shut in) to 10 (may do anything): 2 at most, which it writes as 20."""
    result = analyze("security", "--offline=true", "--threshold=20", "--no-pager", str(installed / NAMES[0]))
    assert result.returncode == 0, result.stdout[-2000:]


def test_units_name_programs_and_settings_that_there_are() -> None:
    known = {f"CONNECTASSIST_{field.name.upper()}" for field in fields(Settings)}
    for unit in UNITS.rglob("*"):
        text = unit.read_text() if unit.is_file() else ""
        assert set(re.findall(r"CONNECTASSIST_[A-Z_]+", text)) <= known, unit.name
        for command in re.findall(r"^ExecStart=.*/connectassist (\S+)", text, re.MULTILINE):
            assert command in cli.commands, unit.name


@pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes somebody else")
def test_commands_run_with_the_services_settings(tmp_path: Path) -> None:
    """What systemd takes out of the settings' file is what a command gets, with no shell between."""
    program, settings = tmp_path / ".venv" / "bin" / "connectassist", tmp_path / "settings.env"
    program.parent.mkdir(parents=True)
    program.write_text('#!/bin/sh\necho "$CONNECTASSIST_INSTANCE|$CONNECTASSIST_SECRET_KEY|$CONNECTASSIST_HOST|$2"\n')
    program.chmod(0o755)
    settings.write_text("# a word\nCONNECTASSIST_SECRET_KEY=a $HOME `id` 'b\n\nCONNECTASSIST_HOST=\"::1\"")
    done = subprocess.run(
        ["sh", UNITS / "connectassist-command", "backup", "--to=/mnt/a b"], capture_output=True, text=True,
        env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "PROGRAM": str(tmp_path), "SETTINGS": str(settings),
             "SERVICE_USER": "root"})
    assert done.stdout == "/var/lib/connectassist|a $HOME `id` 'b|::1|--to=/mnt/a b\n", done.stderr

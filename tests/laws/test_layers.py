"""Law 1: imports run one way, and a feature is entered by its front door."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from pathlib import Path

from tests.laws.source import BUILDER, ROOT, SERVER, imports, named, python_files, tree_of

#: What one feature may use of another: its verbs, its reads, how its rows are shown, and rules. Types of another
#: feature's rows may be named in annotations (under TYPE_CHECKING), never used.
FRONT_DOORS = {"service", "queries", "rows", "attendance", "consent", "granting", "modes", "states", "tokens",
               "opening"}


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run import-linter with the project's contracts over the packages in a folder."""
    program = Path(sys.executable).with_name("lint-imports")
    return subprocess.run([program, "--config", str(ROOT / "pyproject.toml"), "--no-cache"], cwd=folder,
                          capture_output=True, text=True)


def side_doors(tree: ast.Module, feature: str) -> list[str]:
    """What a module of a feature imports of other features otherwise than by their front doors."""
    found = []
    for name, line in imports(tree):
        parts = name.split(".")
        if parts[:2] == ["connectassist", "features"] and len(parts) > 3 and parts[2] != feature \
                and parts[3] not in FRONT_DOORS:
            found.append(f"line {line}: {name}")
    return found


def test_imports_run_one_way() -> None:
    result = lint(ROOT)
    assert result.returncode == 0, result.stdout + result.stderr


def test_an_import_up_the_floors_is_caught(tmp_path: Path) -> None:
    for package in (SERVER, BUILDER):
        shutil.copytree(package, tmp_path / package.name, ignore=shutil.ignore_patterns("__pycache__"))
    clock = tmp_path / "connectassist" / "core" / "clock.py"
    clock.write_text(clock.read_text() + "\nfrom connectassist.http import limits  # noqa\n")
    result = lint(tmp_path)
    assert result.returncode != 0
    assert "connectassist.core.clock" in result.stdout


def test_features_meet_at_their_front_doors() -> None:
    breaches = [f"{named(path)} {breach}" for path in python_files(SERVER / "features")
                for breach in side_doors(tree_of(path), path.relative_to(SERVER / "features").parts[0])]
    assert not breaches, "\n".join(breaches)


def test_a_side_door_is_caught() -> None:
    source = "from connectassist.features.devices.models import Device"
    assert side_doors(ast.parse(source), "sessions")
    assert not side_doors(ast.parse(source), "devices")
    assert not side_doors(ast.parse(f"if TYPE_CHECKING:\n    {source}"), "sessions")
    assert not side_doors(ast.parse("from connectassist.features.devices import service"), "sessions")


def test_pages_use_features_by_their_front_doors() -> None:
    breaches = [f"{named(path)} {breach}" for path in python_files(SERVER / "web")
                for breach in side_doors(tree_of(path), "")]
    assert not breaches, "\n".join(breaches)


def test_there_is_one_module_for_each_purpose() -> None:
    forbidden = {"utils", "util", "helpers", "common", "manager", "managers", "misc", "base"}
    breaches = [named(path) for path in python_files(SERVER, BUILDER)
                if {path.stem, *path.relative_to(ROOT).parts[:-1]} & forbidden]
    assert not breaches, "\n".join(breaches)

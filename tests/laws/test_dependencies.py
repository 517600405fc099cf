"""Every pinned dependency has its line in docs/decisions/0002-dependencies.md, and nothing else has."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest

from tests.laws.source import BUILDER, ROOT, SERVER, imports, python_files, tree_of

RECORD = ROOT / "docs" / "decisions" / "0002-dependencies.md"
LISTS = ("requirements.txt", "requirements-dev.txt", "builder/helper/requirements.txt",
         "builder/requirements-build.txt")
PIN = re.compile(r"^([A-Za-z0-9._-]+)(\[[a-z,]+\])?==([^\s;]+)(\s*;.*)?$")


def pins(path: Path) -> dict[str, str]:
    """Name and version of each line of a requirements file. Fails on a line without an exact version."""
    found = {}
    for line in path.read_text().splitlines():
        text = line.partition("#")[0].strip()
        if not text or text.startswith("-r"):
            continue
        match = PIN.match(text)
        assert match, f"{path.name}: {text!r} is not pinned"
        found[match[1].lower()] = match[3]
    return found


def npm_pins() -> dict[str, str]:
    """Name and version of each npm package."""
    package = json.loads((ROOT / "package.json").read_text())
    return {**package.get("dependencies", {}), **package.get("devDependencies", {})}


def recorded() -> dict[str, str]:
    """Each name in the record with its reason."""
    rows = re.findall(r"^\| `([^`]+)` \| (.+) \|$", RECORD.read_text(), re.MULTILINE)
    return {name.lower(): reason for name, reason in rows}


def wanted() -> set[str]:
    return {name for listing in LISTS if (ROOT / listing).is_file() for name in pins(ROOT / listing)} | {
        name.lower() for name in npm_pins()}


def test_each_dependency_has_its_reason() -> None:
    assert not wanted() - set(recorded()), "write why into docs/decisions/0002-dependencies.md"
    assert all(len(reason) > 15 for reason in recorded().values())


def test_nothing_is_recorded_that_is_not_used() -> None:
    assert not set(recorded()) - wanted()


def test_npm_packages_are_pinned() -> None:
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in npm_pins().values()), npm_pins()


def test_one_package_has_one_version() -> None:
    versions: dict[str, set[str]] = {}
    for listing in LISTS:
        if (ROOT / listing).is_file():
            for name, version in pins(ROOT / listing).items():
                versions.setdefault(name, set()).add(version)
    assert not {name: found for name, found in versions.items() if len(found) > 1}


#: Where the imported name and the package's differ.
PACKAGES = {"PIL": "pillow", "Xlib": "python-xlib", "argon2": "argon2-cffi", "jwt": "pyjwt",
            "engineio": "python-engineio", "socketio": "python-socketio", "sklearn": "scikit-learn"}


def test_what_is_imported_is_pinned() -> None:
    names = {name.split(".")[0] for path in python_files(SERVER, BUILDER)
             for name, _ in imports(tree_of(path), with_types=True)}
    third_party = names - set(sys.stdlib_module_names) - {"connectassist", "builder", "__future__"}
    missing = {name for name in third_party if PACKAGES.get(name, name).lower().replace("_", "-") not in wanted()}
    assert not missing, "imported, yet in no requirements file"


def test_an_unpinned_line_is_caught(tmp_path: Path) -> None:
    listing = tmp_path / "requirements.txt"
    listing.write_text("Flask>=3\n")
    with pytest.raises(AssertionError, match="not pinned"):
        pins(listing)

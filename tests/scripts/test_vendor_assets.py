"""What the browser gets from others: exactly the files that are named, and nothing that calls out."""

from __future__ import annotations

import json
import re
import runpy
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
SPRITE = ('<svg><defs><symbol id="tabler-sun" viewBox="0 0 24 24"><path d="M1"/></symbol>'
          '<symbol id="tabler-sun-off" viewBox="0 0 24 24"><path d="M2"/></symbol></defs></svg>')


@pytest.fixture(scope="module")
def script() -> dict[str, Any]:
    return runpy.run_path(str(ROOT / "scripts" / "vendor_assets.py"))


def test_only_the_named_icons_are_taken(script: dict[str, Any]) -> None:
    cut = script["build_sprite"](SPRITE, names=["sun"])
    assert '<symbol id="sun"' in cut and "M1" in cut
    assert "sun-off" not in cut and "M2" not in cut


def test_an_unknown_icon_stops_the_set_up(script: dict[str, Any]) -> None:
    with pytest.raises(SystemExit, match="no-such-icon"):
        script["build_sprite"](SPRITE, names=["sun", "no-such-icon"])


def test_pointers_to_elsewhere_are_cut(script: dict[str, Any], tmp_path: Path) -> None:
    source = tmp_path / "a.js"
    source.write_text('x="https://cdn.example.net/logo-mini.svg";\n//# sourceMappingURL=a.js.map\n')
    script["copy_file"](source, tmp_path / "out" / "a.js")
    assert (tmp_path / "out" / "a.js").read_text() == 'x="data:,";\n'


def test_every_vendored_file_is_there(script: dict[str, Any]) -> None:
    vendor = ROOT / "static" / "vendor"
    assert [target for _, target in script["FILES"] if not (vendor / target).exists()] == []
    names = script["wanted_icons"](ROOT / "scripts" / "icons.txt")
    sprite = (vendor / "icons.svg").read_text("utf-8")
    assert len(names) > 50
    assert set(re.findall(r'<symbol id="([^"]+)"', sprite)) == set(names)


def test_versions_are_pinned_and_the_lock_names_no_registry() -> None:
    package = json.loads((ROOT / "package.json").read_text("utf-8"))
    exact = re.compile(r"\d+\.\d+\.\d+")
    assert [name for name, version in package["dependencies"].items() if not exact.fullmatch(version)] == []
    lock = json.loads((ROOT / "package-lock.json").read_text("utf-8"))
    entries = [entry for path, entry in lock["packages"].items() if path]
    assert entries and all("resolved" not in entry and "integrity" in entry for entry in entries)
    assert lock["packages"][""]["dependencies"] == package["dependencies"]

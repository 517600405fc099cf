"""Law 6: files that can be read at a sitting."""

from __future__ import annotations

import warnings

from tests.laws.source import named, versioned

AIM, LIMIT = 250, 400


def lengths() -> dict[str, int]:
    """Lines of every source file that is ours."""
    return {named(path): len(path.read_text().splitlines()) for path in versioned(".py", ".js", ".css", ".html", ".sh")}


def test_no_file_is_longer_than_400_lines() -> None:
    found = lengths()
    assert found
    assert not {name: count for name, count in found.items() if count > LIMIT}
    for name, count in sorted(found.items()):
        if count > AIM:
            warnings.warn(f"{name} has {count} lines: think again about its shape", stacklevel=1)

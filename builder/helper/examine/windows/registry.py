"""Reading the registry; on other systems there is none, and every value is missing."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any


def value(root: str, path: str, name: str) -> Any:
    """One value, or None. `root` is HKLM or HKCU."""
    if sys.platform != "win32":
        return None
    import winreg

    try:
        with winreg.OpenKey(_root(root), path) as key:
            return winreg.QueryValueEx(key, name)[0]
    except OSError:
        return None


def exists(root: str, path: str) -> bool:
    """Is there such a key?"""
    if sys.platform != "win32":
        return False
    import winreg

    try:
        winreg.OpenKey(_root(root), path).Close()
    except OSError:
        return False
    return True


def below(root: str, path: str, *, most: int = 5000) -> Iterator[str]:
    """The paths of the keys below a key."""
    if sys.platform != "win32":
        return
    import winreg

    try:
        with winreg.OpenKey(_root(root), path) as key:
            for number in range(min(most, winreg.QueryInfoKey(key)[0])):
                yield f"{path}\\{winreg.EnumKey(key, number)}"
    except OSError:
        return


def _root(name: str) -> Any:
    import winreg

    return {"HKLM": winreg.HKEY_LOCAL_MACHINE, "HKCU": winreg.HKEY_CURRENT_USER}[name]  # type: ignore[attr-defined]

"""Installed software on Windows, from the keys that uninstallers leave in the registry."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..facts import word
from . import registry

_KEYS = (("HKLM", r"SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall"),
         ("HKLM", r"SOFTWARE\WOW6432Node\Microsoft\Windows\CurrentVersion\Uninstall"),
         ("HKCU", r"SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall"))


def installed() -> list[dict[str, Any]]:
    """Every program that Windows lists under Apps, by name."""
    found = [program(lambda name, root=root, path=path: registry.value(root, path, name))
             for root, top in _KEYS for path in registry.below(root, top)]
    unique = {(one["name"], one["version"]): one for one in found if one}
    return sorted(unique.values(), key=lambda one: str(one["name"]).lower())


def program(value: Callable[[str], Any]) -> dict[str, Any] | None:
    """One program out of its key; None for parts and patches of others, which Windows does not list either."""
    name = word(value("DisplayName"))
    if not name or value("SystemComponent") == 1 or value("ParentKeyName"):
        return None
    return {"name": name, "version": word(value("DisplayVersion")), "publisher": word(value("Publisher"))}

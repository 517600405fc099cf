"""What protects a Linux machine, as far as its user may know: firewall, disk encryption, secure boot, screen lock."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil

from ..facts import contents, fact
from ..running import run, there_is
from .profile import secure_boot

_Layer = dict[str, Any]
_GNOME_LOCK = ("gsettings", "get", "org.gnome.desktop.screensaver", "lock-enabled")


def state() -> dict[str, Any]:
    """True, False or None (not told to this user) for each; and which firewall it is."""
    product, is_on = _firewall()
    return {"firewall": is_on, "firewallProduct": product, "diskEncryption": fact(_encrypted),
            "secureBoot": {"Enabled": True, "Disabled": False}.get(secure_boot() or ""),
            "screenLock": fact(_locks), "antivirus": None, "antivirusProduct": None}


def ufw_is_on(settings: str) -> bool | None:
    """Whether ufw's own settings switch it on; None where they do not say."""
    told = re.search(r"^\s*ENABLED\s*=\s*(yes|no)", settings, re.MULTILINE | re.IGNORECASE)
    return told[1].lower() == "yes" if told else None


def root_is_encrypted(listing: str) -> bool:
    """Whether the file system of / lies on an encrypted layer, out of the JSON of lsblk. Raises ValueError."""
    for layers in _paths(json.loads(listing)["blockdevices"]):
        places = layers[-1].get("mountpoints") or [layers[-1].get("mountpoint")]
        if "/" in places:
            return any(layer.get("type") == "crypt" for layer in layers)
    raise ValueError("no device holds /")


def _paths(devices: list[_Layer], above: tuple[_Layer, ...] = ()) -> Iterator[tuple[_Layer, ...]]:
    """Every device with the layers that it lies on, from the disk up."""
    for device in devices:
        yield (*above, device)
        yield from _paths(device.get("children") or [], (*above, device))


def _firewall() -> tuple[str | None, bool | None]:
    if there_is("firewall-cmd"):
        said = fact(lambda: run("firewall-cmd", "--state", seconds=5))
        return "firewalld", None if said is None else said.status == 0
    if (settings := contents("/etc/ufw/ufw.conf")) is not None:
        return "ufw", ufw_is_on(settings)
    if there_is("nft"):
        said = fact(lambda: run("nft", "list", "ruleset", seconds=5))
        return "nftables", "hook input" in said.text if said and said.status == 0 else None
    return None, None


def _encrypted() -> bool:
    return root_is_encrypted(run("lsblk", "--json", "--output", "NAME,TYPE,MOUNTPOINT", seconds=5).text)


def _locks() -> bool | None:
    """GNOME's setting where GNOME runs, else KDE's; other desktops are not asked."""
    if any(process.info["name"] == "gnome-shell" for process in psutil.process_iter(["name"])):
        return {"true": True, "false": False}.get(run(*_GNOME_LOCK, seconds=5).text.strip())
    told = re.search(r"^Autolock=(true|false)", contents(Path.home() / ".config/kscreenlockerrc") or "", re.MULTILINE)
    return told[1] == "true" if told else None

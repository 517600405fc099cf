"""What protects a Mac: firewall, FileVault, system integrity, screen lock."""

from __future__ import annotations

import re
from typing import Any

from ..facts import fact
from ..running import run


def state() -> dict[str, Any]:
    """True, False or None (not told) for each."""
    return {"firewall": is_on(_said("socketfilterfw", "--getglobalstate")), "firewallProduct": "Application Firewall",
            "diskEncryption": is_on(_said("fdesetup", "status")),
            "systemIntegrity": is_on(_said("csrutil", "status")), "secureBoot": None,
            "screenLock": locks(_said("sysadminctl", "-screenLock", "status")),
            "antivirus": None, "antivirusProduct": None}


def is_on(text: str) -> bool | None:
    """Whether a program said that something is on or enabled."""
    found = re.search(r"\b(is )?(on|enabled|off|disabled)\b", text, re.IGNORECASE)
    return found[2].lower() in ("on", "enabled") if found else None


def locks(text: str) -> bool | None:
    """Whether the screen locks, out of `sysadminctl -screenLock status`."""
    if "screenLock is off" in text:
        return False
    return True if "screenLock delay" in text or "immediate" in text else None


def _said(*words: str) -> str:
    said = fact(lambda: run(*words, seconds=10))
    return f"{said.text}\n{said.complaint}" if said else ""

"""What protects a Windows machine: firewall, antivirus, BitLocker, secure boot, screen lock."""

from __future__ import annotations

from typing import Any

from ..facts import fact, joined
from . import registry
from .powershell import ask

_FIREWALL = "Get-NetFirewallProfile|Select-Object Name,@{n='On';e={[bool]$_.Enabled}}"
_ANTIVIRUS = "Get-CimInstance -Namespace root/SecurityCenter2 AntiVirusProduct|Select-Object displayName,productState"
# Explorer tells every user what manage-bde tells administrators only.
_BITLOCKER = ("[pscustomobject]@{p=(New-Object -ComObject Shell.Application).NameSpace($env:SystemDrive).Self."
              "ExtendedProperty('System.Volume.BitLockerProtection')}")
_SECURE_BOOT = r"SYSTEM\CurrentControlSet\Control\SecureBoot\State"
_DESKTOP, _POLICY = r"Control Panel\Desktop", r"SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System"
_RUNS, _IS_OLD = 0x1000, 0x10


def state() -> dict[str, Any]:
    """True, False or None (not told) for each; and which antivirus it is."""
    secure = registry.value("HKLM", _SECURE_BOOT, "UEFISecureBootEnabled")
    return {"firewall": firewall(fact(ask, _FIREWALL) or []), "firewallProduct": "Windows Firewall",
            **antivirus(fact(ask, _ANTIVIRUS) or []), "diskEncryption": encryption(fact(ask, _BITLOCKER) or []),
            "secureBoot": {1: True, 0: False}.get(secure), "screenLock": _locks()}


def firewall(told: list[dict[str, Any]]) -> bool | None:
    """Is the firewall on for every kind of network? None when Windows did not say."""
    return all(row.get("On") is True for row in told) if told else None


def antivirus(told: list[dict[str, Any]]) -> dict[str, Any]:
    """Whether one of the antivirus programs is running, and whether its signatures are current.

    The bits of productState are not documented; these two are what Windows' own Security Centre shows.
    """
    running = [row for row in told if isinstance(row.get("productState"), int) and row["productState"] & _RUNS]
    return {"antivirus": bool(running) if told else None,
            "antivirusProduct": joined(row.get("displayName") for row in running or told),
            "antivirusCurrent": any(not row["productState"] & _IS_OLD for row in running) if running else None}


def encryption(told: list[dict[str, Any]]) -> bool | None:
    """Is the system's drive protected by BitLocker? None when Explorer does not say."""
    state_of_drive = told[0].get("p") if told else None
    return {1: True, 3: True, 5: True, 6: True, 0: False, 2: False, 4: False}.get(state_of_drive)


def _locks() -> bool | None:
    if registry.value("HKLM", _POLICY, "InactivityTimeoutSecs"):
        return True
    told = [registry.value("HKCU", _DESKTOP, name) for name in ("ScreenSaveActive", "ScreenSaverIsSecure")]
    return None if told[1] is None else told == ["1", "1"]

"""Updates of Windows, out of what it already knows: its search is told not to ask the network."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

from ..facts import fact, word
from . import registry
from .powershell import ask

_PENDING = """\
$s=(New-Object -ComObject Microsoft.Update.Session).CreateUpdateSearcher();$s.Online=$false;
$u=@($s.Search('IsInstalled=0 and IsHidden=0').Updates);
[pscustomobject]@{pending=$u.Count;security=@($u|?{$_.MsrcSeverity}).Count}"""
_LAST = """\
Get-CimInstance Win32_QuickFixEngineering|?{$_.InstalledOn}|Sort-Object InstalledOn -Descending|
Select-Object -First 10 HotFixID,Description,@{n='On';e={$_.InstalledOn.ToString('yyyy-MM-dd')}}"""
_REBOOT = (r"SOFTWARE\Microsoft\Windows\CurrentVersion\WindowsUpdate\Auto Update\RebootRequired",
           r"SOFTWARE\Microsoft\Windows\CurrentVersion\Component Based Servicing\RebootPending")


def state() -> dict[str, Any]:
    """Pending and last updates, and whether a restart is due."""
    pending = next(iter(fact(lambda: ask(_PENDING, seconds=60)) or []), {})
    return {"manager": "Windows Update", "pendingCount": pending.get("pending"),
            "securityCount": pending.get("security"), **last(fact(ask, _LAST) or [], now=time.time()),
            "pendingReboot": any(registry.exists("HKLM", path) for path in _REBOOT)}


def last(told: list[dict[str, Any]], *, now: float) -> dict[str, Any]:
    """The last updates and how many days ago the newest came, out of PowerShell's answer."""
    dated = [(str(row["On"]), row) for row in told if row.get("On")]
    shown = [{"title": word(f"{row.get('HotFixID')} {row.get('Description') or ''}"), "date": f"{day}T00:00:00.000Z"}
             for day, row in sorted(dated, key=lambda pair: pair[0], reverse=True)]
    newest = fact(lambda: datetime.fromisoformat(max(day for day, _ in dated)).timestamp())
    return {"lastUpdates": shown,
            "daysSinceLastUpdate": None if newest is None else max(0, int((now - newest) // 86400))}

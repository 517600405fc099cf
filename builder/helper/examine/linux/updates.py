"""Updates on Linux, out of what the package manager already knows: nothing is fetched, and no root is needed."""

from __future__ import annotations

import os
import re
import time
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from ..errors import NotAvailable
from ..facts import ending, fact, moment, word
from ..running import run, there_is

_SHOWN = 10
_REBOOT = ("/run/reboot-required", "/var/run/reboot-required")
_APT_LISTS, _DPKG_STATUS = Path("/var/lib/apt/lists"), Path("/var/lib/dpkg/status")
_INSTALLED = re.compile(r"^Inst (\S+)( \[[^\]]*\])? \((?P<origin>[^)]*)\)", re.MULTILINE)
_DPKG = re.compile(
    r"^(?P<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) upgrade (?P<name>\S+) \S+ (?P<version>\S+)$", re.MULTILINE)
_DNF = re.compile(r"^(\S+\.(?:noarch|x86_64|i686|aarch64|armv7hl|ppc64le|s390x))\s+(\S+)\s+\S+$", re.MULTILINE)


def state() -> dict[str, Any]:
    """Pending and last updates, and whether a restart is due. Raises NotAvailable, NotRun."""
    if there_is("apt-get"):
        return {"manager": "apt", **_apt(), "pendingReboot": _waits_for_restart()}
    if there_is("dnf"):
        return {"manager": "dnf", **_dnf(), "pendingReboot": _waits_for_restart() or _dnf_wants_restart()}
    raise NotAvailable("This machine has neither apt nor dnf, so its updates are not known.")


def apt_pending(text: str) -> dict[str, int]:
    """How many updates, and how many of them for security, out of `apt-get --simulate`."""
    origins = [match["origin"].lower() for match in _INSTALLED.finditer(text)]
    return {"pendingCount": len(origins), "securityCount": sum("security" in origin for origin in origins)}


def dpkg_upgrades(log: str) -> list[tuple[float, str]]:
    """Time and name of each upgrade in dpkg's log, the newest first."""
    found = [(datetime.fromisoformat(match["time"]).timestamp(), f"{match['name']} {match['version']}")
             for match in _DPKG.finditer(log)]
    return sorted(found, reverse=True)


def dnf_pending(text: str) -> int:
    """How many updates `dnf check-update` lists; what it calls obsolete comes after and does not count."""
    return len(_DNF.findall(text.split("Obsoleting")[0]))


def rpm_installed(text: str) -> list[tuple[float, str]]:
    """Time and name of packages, the newest first, out of `rpm -qa` with the time before the name."""
    pairs = (line.split(None, 1) for line in text.splitlines())
    return sorted(((float(pair[0]), pair[1]) for pair in pairs if len(pair) == 2 and pair[0].isdecimal()), reverse=True)


def _apt() -> dict[str, Any]:
    newest = max((entry.stat().st_mtime for entry in _APT_LISTS.glob("*Release")), default=None)
    # Without lists apt would honestly find nothing to update, which is not the same as being up to date.
    found = fact(lambda: _apt_simulates(newest, _DPKG_STATUS.stat().st_mtime)) if newest else None
    pending = found or {"pendingCount": None, "securityCount": None}
    logs = (ending(f"/var/log/dpkg.log{suffix}", most=2 << 20) or "" for suffix in ("", ".1"))
    return {**pending, "listsAgeDays": _days_since(newest),
            **_last([one for log in logs for one in dpkg_upgrades(log)])}


@lru_cache(maxsize=1)
def _apt_simulates(lists_changed: float, packages_changed: float) -> dict[str, int]:
    """Seconds of work for apt, so it is asked again only once its lists or the packages have changed.

    Raises NotAvailable, NotRun.
    """
    said = run("apt-get", "--simulate", "--quiet", "--option=Debug::NoLocking=1", "upgrade", "--with-new-pkgs",
               seconds=40, most=4 << 20)
    if said.status:
        raise NotAvailable("apt could not work out what to update.")
    return apt_pending(said.text)


def _dnf() -> dict[str, Any]:
    said = run("dnf", "--cacheonly", "--quiet", "check-update", seconds=60, most=4 << 20)
    # 0 is none and 100 is some; anything else means that there is no cache to look in.
    pending = dnf_pending(said.text) if said.status in (0, 100) else None
    installed = run("rpm", "-qa", "--queryformat", "%{INSTALLTIME} %{NAME}-%{VERSION}-%{RELEASE}\\n",
                    seconds=30, most=4 << 20).text
    return {"pendingCount": pending, "securityCount": None, "listsAgeDays": None, **_last(rpm_installed(installed))}


def _last(upgrades: list[tuple[float, str]]) -> dict[str, Any]:
    shown = [{"title": word(name), "date": moment(when)} for when, name in upgrades[:_SHOWN]]
    return {"lastUpdates": shown, "daysSinceLastUpdate": _days_since(upgrades[0][0] if upgrades else None)}


def _days_since(when: float | None) -> int | None:
    return None if when is None else max(0, int((time.time() - when) // 86400))


def _waits_for_restart() -> bool:
    return any(os.path.exists(path) for path in _REBOOT)


def _dnf_wants_restart() -> bool:
    said = fact(lambda: run("needs-restarting", "-r", seconds=20))
    return bool(said and said.status == 1 and "reboot" in said.text.lower())

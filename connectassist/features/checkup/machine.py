"""Checks of the machine: its clock, and how many connections it lets a program have."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable

from connectassist.features.checkup.findings import Check, Finding, hint, ok, warning
from connectassist.features.checkup.grounds import Grounds

ABOUT = "Machine"
FEW_FILES = 16_384


def clock_is_set(grounds: Grounds) -> Finding:
    """Does somebody set the clock? Sign-ins, codes and relays' credentials hold for minutes."""
    said = _told("timedatectl", "show", "--property=NTPSynchronized", "--value")
    if said == "no":
        return warning("Nobody sets this computer's clock.", "`timedatectl set-ntp true`, or install chrony.")
    if said != "yes":
        return hint("It can't be told here whether somebody sets this computer's clock.", "Have it set by NTP.")
    return ok("This computer's clock is set by NTP.")


def files(grounds: Grounds) -> Finding:
    """May the server have as many connections as it wants? Each is an open file."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return ok("This system sets no limit to open files.")
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    unit = _told("systemctl", "show", "connectassist", "--property=LimitNOFILE", "--value")
    if unit.isdigit() and _told("systemctl", "is-enabled", "connectassist") == "enabled":
        most = int(unit)
    if most != resource.RLIM_INFINITY and most < FEW_FILES:
        return warning(f"The server may have {most:,} open files and sockets, which some {most // 2:,} devices use up.",
                       "Put `LimitNOFILE=65536` into its systemd unit, or raise `ulimit -Hn`.")
    return ok("The server may have as many connections as it wants.")


def _told(*command: str) -> str:
    """What a program of the system says; nothing where there is none."""
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=10).stdout.strip()
    except (OSError, subprocess.TimeoutExpired, UnicodeDecodeError):
        return ""


CHECKS: Iterable[Check] = (Check("clock", ABOUT, clock_is_set), Check("open files", ABOUT, files))

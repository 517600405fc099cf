"""What a device tells of itself once it is connected: contract 000's `system_profile`."""

from __future__ import annotations

import ipaddress
import platform
import socket
import time
from typing import Any

import psutil

from . import disks
from .facts import fact, gigabytes, moment, word
from .here import HERE

_MOST_ADAPTERS = 32
_MOST_USERS = 50
FIELDS = (
    "hostname", "osVersion", "cpuModel", "totalRamGB", "totalDiskGB", "processorCount", "osName", "osEdition",
    "osBuild", "osArchitecture", "osDisplayVersion", "osInstallDate", "biosManufacturer", "biosVersion", "gpuModel",
    "serialNumber", "domain", "domainJoinType", "lastBootTime", "uptimeHours", "loggedInUsers", "networkAdapters",
    "deviceManufacturer", "deviceModel", "formFactor", "tpmVersion", "secureBoot",
)


def collect() -> dict[str, Any]:
    """Everything of FIELDS; None for what this machine does not tell. Takes some seconds on Windows and macOS."""
    found = {**dict.fromkeys(FIELDS), **_alike_everywhere(), **{
        name: value for name, value in (fact(HERE.profile.facts) or {}).items() if value is not None}}
    return {name: found[name] for name in FIELDS}


def adapters() -> list[dict[str, Any]]:
    """The network adapters, those with a name for looping back left out; `Speed` is in words, as 000 shows it."""
    states = fact(psutil.net_if_stats) or {}
    addresses = fact(psutil.net_if_addrs) or {}
    return [_adapter(name, states[name], addresses.get(name, [])) for name in sorted(states)
            if not _loops_back(addresses.get(name, []))][:_MOST_ADAPTERS]


def _alike_everywhere() -> dict[str, Any]:
    started = fact(psutil.boot_time)
    memory = fact(psutil.virtual_memory)
    return {
        "hostname": word(socket.gethostname()), "osName": platform.system() or None,
        "osArchitecture": platform.machine() or None, "processorCount": psutil.cpu_count(),
        "cpuModel": word(platform.processor()), "totalRamGB": gigabytes(memory.total) if memory else None,
        "totalDiskGB": round(sum(disk.total for disk in disks.mounted()) / (1 << 30), 1) or None,
        "lastBootTime": moment(started) if started else None,
        "uptimeHours": round(max(0.0, time.time() - started) / 3600, 1) if started else None,
        "loggedInUsers": logged_in(), "networkAdapters": adapters(),
    }


def logged_in() -> list[str]:
    """The names of the users who are signed in, each once."""
    names = (word(user.name) for user in fact(psutil.users) or [])
    return sorted({name for name in names if name})[:_MOST_USERS]


def _adapter(name: str, state: Any, addresses: list[Any]) -> dict[str, Any]:
    by_family = {address.family: address.address for address in reversed(addresses)}
    mac = by_family.get(psutil.AF_LINK)
    return {"Name": word(name), "Status": "Up" if state.isup else "Down",
            "MacAddress": mac.replace("-", ":").upper() if mac else None,
            "Speed": f"{state.speed} Mbps" if state.speed else None, "IPv4": by_family.get(socket.AF_INET)}


def _loops_back(addresses: list[Any]) -> bool:
    told = (address.address for address in addresses if address.family == socket.AF_INET)
    return any(ipaddress.ip_address(one).is_loopback for one in told)

"""The checks of what runs now: processor, memory, disks, network, processes, battery."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import psutil

from . import disks, network, processes, thresholds
from .facts import fact, gigabytes
from .thresholds import ERROR, OK, WARNING, worst

_CPU_SECONDS = 1.0
_SHOWN_PROCESSES = 15


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What a check found: its status, the details for the server, and the one figure to show."""

    status: str
    results: dict[str, Any]
    value: str


def cpu() -> Finding:
    """How busy the processor is, measured over one second."""
    percent = psutil.cpu_percent(interval=_CPU_SECONDS)
    load = fact(psutil.getloadavg)
    return Finding(status=thresholds.CPU.grade(percent), value=f"{percent:.0f} %", results={
        "usagePercent": round(percent, 1), "processorCount": psutil.cpu_count(),
        "physicalCores": psutil.cpu_count(logical=False), "loadAverage": [round(one, 2) for one in load or ()] or None})


def memory() -> Finding:
    """How much memory is in use; what the system would give back at once counts as free."""
    told, swap = psutil.virtual_memory(), fact(psutil.swap_memory)
    return Finding(
        status=thresholds.MEMORY.grade(told.percent), value=f"{told.percent:.0f} % of {gigabytes(told.total)} GB",
        results={"totalGB": gigabytes(told.total), "usedGB": gigabytes(told.total - told.available),
                 "freeGB": gigabytes(told.available), "usagePercent": round(told.percent, 1),
                 "swapTotalGB": gigabytes(swap.total) if swap else None,
                 "swapUsedGB": gigabytes(swap.used) if swap else None})


def disk() -> Finding:
    """How full the machine's own file systems are."""
    drives = [_drive(found) for found in disks.mounted()]
    fullest = max(drives, key=lambda drive: drive["usagePercent"], default=None)
    return Finding(status=worst(*(drive["status"] for drive in drives)), results={"drives": drives},
                   value=f"{fullest['drive']} {fullest['usagePercent']:.0f} %" if fullest else "No disk found")


def look_at_network(server: str) -> Finding:
    """Whether the helper's own server is reached, how fast, and whether its name is known.

    An answer that arrives proves that the server is reached somehow; a direct way that is closed is therefore a
    warning (a proxy stands between), and only a machine without any adapter that is up is an error.
    """
    told = network.look(server)
    is_hampered = told["internetReachable"] is False or told["dnsWorking"] is False
    status = worst(ERROR if told["adapterStatus"] != "Up" else OK, WARNING if is_hampered else OK,
                   thresholds.PING.grade(told["pingMs"]))
    return Finding(status=status, results=told, value=_network_words(told))


def top_processes() -> Finding:
    """Which processes use most of the processor, and which most of the memory."""
    found = processes.usage(seconds=_CPU_SECONDS)
    by_memory = sorted(found, key=lambda one: -one["memoryMB"])[:_SHOWN_PROCESSES // 3]
    shown = found[:_SHOWN_PROCESSES] + [one for one in by_memory if one not in found[:_SHOWN_PROCESSES]]
    total = psutil.virtual_memory().total / (1 << 20)
    grades = [worst(thresholds.PROCESS_CPU.grade(one["cpuPercent"]),
                    thresholds.PROCESS_MEMORY.grade(one["memoryMB"] / total * 100)) for one in shown]
    top = shown[0] if shown else None
    return Finding(status=worst(*grades), results={"processes": shown, "total": len(found)},
                   value=f"{top['name']} {top['cpuPercent']:.0f} %" if top else "")


def battery() -> Finding:
    """How full the battery is; a machine without one is well."""
    told = fact(psutil.sensors_battery)
    if told is None:
        return Finding(status=OK, value="No battery", results={"available": False})
    # psutil says "unlimited" and "unknown" in negative numbers.
    minutes = round(told.secsleft / 60) if told.secsleft and told.secsleft > 0 else None
    status = OK if told.power_plugged else thresholds.BATTERY_EMPTY.grade(100 - told.percent)
    return Finding(status=status, value=f"{told.percent:.0f} %{', on mains' if told.power_plugged else ''}", results={
        "available": True, "percent": round(told.percent), "pluggedIn": told.power_plugged, "minutesLeft": minutes})


def _drive(found: disks.Disk) -> dict[str, Any]:
    free = gigabytes(found.free)
    return {"drive": found.place, "totalGB": gigabytes(found.total), "freeGB": free, "usagePercent": found.percent,
            "status": thresholds.grade_disk(found.percent, free)}


def _network_words(told: dict[str, Any]) -> str:
    if told["adapterStatus"] != "Up":
        return "No adapter is up"
    if told["dnsWorking"] is False:
        return "The server's name is not found"
    if told["internetReachable"] is None:
        return "Adapters are up"
    return f"{told['pingMs']:.0f} ms" if told["internetReachable"] else "The server is not reached directly"

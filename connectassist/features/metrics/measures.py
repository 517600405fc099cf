"""What is measured of the server's machine, and from where on somebody should look at it."""

from __future__ import annotations

from dataclasses import dataclass

CPU, MEMORY, DISK, HUB_LAG = "cpu", "memory", "disk", "hub_lag"
WARNING, CRITICAL = "warning", "critical"
#: Seconds that a sample stands for: a minute for the last days, an hour for what is older.
MINUTE, HOUR = 60, 3600
#: How contract 004 calls how bad an alert is; ours are warning and critical.
SEVERITIES = {WARNING: "medium", CRITICAL: "critical"}


@dataclass(frozen=True)
class Threshold:
    """From where on a measure is a warning, and from where on critical; in percent, or milliseconds for the hub."""

    warning: float
    critical: float


@dataclass(frozen=True)
class Measure:
    """`column` of a sample holds it; `title` is what an alert says."""

    column: str
    title: str
    unit: str
    usual: Threshold
    most: float


MEASURES = {
    CPU: Measure("cpu", "The server's processor is busy", "%", Threshold(85, 95), 100),
    MEMORY: Measure("memory", "The server is short of memory", "%", Threshold(85, 95), 100),
    DISK: Measure("disk", "The server's disk fills up", "%", Threshold(85, 95), 100),
    HUB_LAG: Measure("hub_lag_ms", "The server answers late", "ms", Threshold(500, 2000), 60_000),
}
USUAL = {metric: measure.usual for metric, measure in MEASURES.items()}

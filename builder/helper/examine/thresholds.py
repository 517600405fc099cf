"""Where a warning begins, and where an error: one table, with the reasons.

What is not told by a machine is no fault: None is always ok. The server counts ok as 100, warning as 50 and error as 0.
"""

from __future__ import annotations

from dataclasses import dataclass

OK, WARNING, ERROR = "ok", "warning", "error"


@dataclass(frozen=True, kw_only=True)
class Threshold:
    """From `warning` on it is a warning, from `error` on an error; None is never."""

    of: str
    warning: float
    error: float | None
    reason: str

    def grade(self, value: float | None) -> str:
        """The status that a value stands for."""
        if value is None:
            return OK
        if self.error is not None and value >= self.error:
            return ERROR
        return WARNING if value >= self.warning else OK


CPU = Threshold(of="cpu: % in use over one second", warning=85, error=97,
                reason="one second is short, so only what nearly fills the machine counts")
MEMORY = Threshold(of="memory: % in use", warning=85, error=95,
                   reason="above that the system begins to swap, and everything waits for the disk")
DISK = Threshold(of="disk: % in use", warning=85, error=95,
                 reason="updates and swap files need some tenth of a disk; a full one stops programs")
DISK_FREE_GB = Threshold(of="disk: GB free below which the percentages count", warning=50, error=10,
                         reason="5 % of a large disk is plenty: a disk with that much free is not full")
PING = Threshold(of="network: ms to open a connection to the server", warning=200, error=1500,
                 reason="from a fifth of a second on, remote control feels slow")
PROCESS_CPU = Threshold(of="top_processes: % of the whole machine by one process", warning=60, error=None,
                        reason="one program that takes most of the machine is what people call slow")
PROCESS_MEMORY = Threshold(of="top_processes: % of the memory by one process", warning=50, error=None,
                           reason="half of the memory for one program leaves little to the others")
SERVICES = Threshold(of="services: automatic services that do not run", warning=1, error=5,
                     reason="one is worth a look; five mean that something under them is broken")
CRITICALS = Threshold(of="event_log: critical entries in 24 hours", warning=1, error=5,
                      reason="critical is what systems write when they crash or lose a disk")
ERRORS = Threshold(of="event_log: errors in 24 hours", warning=50, error=400,
                   reason="a healthy machine writes some dozens a day; hundreds are a fault that repeats")
SECURITY_UPDATES = Threshold(of="windows_update: security updates waiting", warning=1, error=None,
                             reason="each closes a hole that is already known")
UPDATE_AGE = Threshold(of="windows_update: days since the last update", warning=45, error=120,
                       reason="Windows and Debian bring fixes monthly: one month missed, a third of a year missed")
BATTERY_EMPTY = Threshold(of="battery: % used up, without mains", warning=80, error=93,
                          reason="a machine that goes off in the middle of the work helps nobody")

ALL = (CPU, MEMORY, DISK, DISK_FREE_GB, PING, PROCESS_CPU, PROCESS_MEMORY, SERVICES, CRITICALS, ERRORS,
       SECURITY_UPDATES, UPDATE_AGE, BATTERY_EMPTY)


def worst(*grades: str) -> str:
    """The worst of several statuses; ok when there is none."""
    return max(grades, key=(OK, WARNING, ERROR).index, default=OK)


def grade_disk(percent: float, free_gb: float) -> str:
    """A disk's status: by its percentage, unless enough is free all the same."""
    if free_gb >= DISK_FREE_GB.warning:
        return OK
    if free_gb >= (DISK_FREE_GB.error or 0):
        return min(DISK.grade(percent), WARNING, key=(OK, WARNING, ERROR).index)
    return DISK.grade(percent)

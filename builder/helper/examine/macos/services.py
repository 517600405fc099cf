"""Services of a Mac: the jobs of launchd that this user sees."""

from __future__ import annotations

import os

from ..errors import Refused
from ..facts import word
from ..records import Service
from ..running import run

_DENIED, _NO_SUCH = (1, 150), (113, 3)


def every() -> list[Service]:
    """All jobs of this user, or of the system for root. Raises NotRun."""
    return jobs(run("launchctl", "list", seconds=10).text)


def jobs(listing: str) -> list[Service]:
    """Jobs out of the columns of `launchctl list`: PID or `-`, last status, label.

    A job of Apple's that ended with a status other than 0 means nothing: many start on demand and end so.
    """
    found = [line.split("\t") for line in listing.splitlines()[1:]]
    return sorted((_job(*parts) for parts in found if len(parts) == 3), key=lambda job: job.name)


def act(name: str, action: str) -> str:
    """Start, stop or restart a job; returns a sentence. Raises Refused, NotRun."""
    target = f"{'system' if os.getuid() == 0 else f'gui/{os.getuid()}'}/{name}"
    words = {"start": ("kickstart", target), "restart": ("kickstart", "-k", target),
             "stop": ("kill", "SIGTERM", target)}[action]
    said = run("launchctl", *words, seconds=30)
    if said.status:
        raise Refused(why_not(said.status, name, said.complaint))
    return f"The service {name} was told to {action}."


def why_not(status: int, name: str, complaint: str) -> str:
    """The sentence for a status of launchctl."""
    if status in _DENIED or "not permitted" in complaint:
        return f"The user at the device may not do this to the service {name}: it needs an administrator."
    if status in _NO_SUCH or "Could not find" in complaint:
        return f"There is no service named {name}."
    return f"launchd refused: {word(complaint, limit=300) or f'status {status}'}"


def _job(pid: str, status: str, label: str) -> Service:
    is_running = pid.isdecimal()
    has_failed = not is_running and status not in ("0", "-") and not label.startswith("com.apple.")
    return Service(name=label, display_name=word(label) or label, running=is_running, failed=has_failed,
                   missed=has_failed)

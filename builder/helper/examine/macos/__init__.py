"""How a Mac is examined: sysctl, system_profiler, launchctl, the unified log and their kin.

Written by Apple's manuals. What these programs answer is read by functions of its own, tested with samples written for
that; nothing of it has been run on a Mac.
"""

from . import events, profile, security, services, software, updates

__all__ = ["events", "profile", "security", "services", "software", "updates"]

"""How a Windows machine is examined: the registry, WMI by way of PowerShell, and psutil.

Written by Microsoft's manuals. What these programs answer is read by functions of its own, tested with samples written
for that; nothing of it has been run on Windows.
"""

from . import events, profile, security, services, software, updates

__all__ = ["events", "profile", "security", "services", "software", "updates"]

"""How a Linux machine is examined: /proc, /sys, systemd, the journal, dpkg and rpm. All of it without root."""

from . import events, profile, security, services, software, updates

__all__ = ["events", "profile", "security", "services", "software", "updates"]

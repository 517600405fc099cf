"""What a ticket may say: its states, its priorities, how long its texts may be."""

from __future__ import annotations

from connectassist.core import foreign

OPEN, IN_PROGRESS, RESOLVED, CLOSED, CANCELLED = "open", "in_progress", "resolved", "closed", "cancelled"
STATUSES = (OPEN, IN_PROGRESS, RESOLVED, CLOSED, CANCELLED)
LIVE = (OPEN, IN_PROGRESS)
PRIORITIES = ("low", "medium", "high", "critical")
USUAL_PRIORITY = "medium"
CATEGORIES = ("system_down", "performance_issue", "password_reset", "software_installation", "hardware_issue",
              "network_issue", "other")
#: What the form of contract 004's client offers instead. Two of them mean nothing else, and stay.
_LABELS = {"General": "other", "Account": "password_reset", "Network": "network_issue",
           "Software": "software_installation", "Hardware": "hardware_issue", "Email": "Email", "Security": "Security"}
#: So much of the comments a search looks through, the newest.
LONGEST_SAID = 20_000
LONGEST_TITLE, LONGEST_TEXT, LONGEST_CATEGORY, LONGEST_NAME = 500, 10_000, 100, 120
comparable = foreign.comparable


def line(text: str | None, limit: int) -> str | None:
    """One line as it is kept. Nothing at all is None."""
    return foreign.line(text, limit) or None


def paragraphs(text: str | None, limit: int = LONGEST_TEXT) -> str | None:
    """Text of several lines as it is kept. Nothing at all is None."""
    return foreign.lines(text, limit * 2).strip()[:limit] or None


def priority(wanted: str | None) -> str:
    """The priority of a new ticket: contract 000 takes anything that is none for the usual one."""
    return wanted if wanted in PRIORITIES else USUAL_PRIORITY


def category(wanted: str | None) -> str | None:
    """A category as contract 004 knows it, also by the name that its client's form shows; None for none of them."""
    return wanted if wanted in CATEGORIES else _LABELS.get(wanted or "")

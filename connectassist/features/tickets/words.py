"""What a ticket may say: its states, its priorities, how long its texts may be."""

from __future__ import annotations

from connectassist.core.audit import printable

OPEN, IN_PROGRESS, RESOLVED, CLOSED, CANCELLED = "open", "in_progress", "resolved", "closed", "cancelled"
STATUSES = (OPEN, IN_PROGRESS, RESOLVED, CLOSED, CANCELLED)
LIVE = (OPEN, IN_PROGRESS)
PRIORITIES = ("low", "medium", "high", "critical")
USUAL_PRIORITY = "medium"
LONGEST_TITLE, LONGEST_TEXT, LONGEST_CATEGORY, LONGEST_NAME = 500, 10_000, 100, 120


def line(text: str | None, limit: int) -> str | None:
    """One line as it is kept: printable, trimmed, cut. Nothing at all is None."""
    return " ".join(printable(text or "", limit * 4).split())[:limit] or None


def paragraphs(text: str | None, limit: int = LONGEST_TEXT) -> str | None:
    """Text of several lines as it is kept, each of them printable."""
    lines = [printable(each, limit).rstrip() for each in (text or "")[:limit * 2].splitlines()]
    return "\n".join(lines).strip()[:limit] or None


def priority(wanted: str | None) -> str:
    """The priority of a new ticket: contract 000 takes anything that is none for the usual one."""
    return wanted if wanted in PRIORITIES else USUAL_PRIORITY

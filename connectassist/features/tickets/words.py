"""What a ticket may say: its states, its priorities, how long its texts may be."""

from __future__ import annotations

from connectassist.core import foreign

OPEN, IN_PROGRESS, RESOLVED, CLOSED, CANCELLED = "open", "in_progress", "resolved", "closed", "cancelled"
STATUSES = (OPEN, IN_PROGRESS, RESOLVED, CLOSED, CANCELLED)
LIVE = (OPEN, IN_PROGRESS)
PRIORITIES = ("low", "medium", "high", "critical")
USUAL_PRIORITY = "medium"
LONGEST_TITLE, LONGEST_TEXT, LONGEST_CATEGORY, LONGEST_NAME = 500, 10_000, 100, 120


def line(text: str | None, limit: int) -> str | None:
    """One line as it is kept. Nothing at all is None."""
    return foreign.line(text, limit) or None


def paragraphs(text: str | None, limit: int = LONGEST_TEXT) -> str | None:
    """Text of several lines as it is kept. Nothing at all is None."""
    return foreign.lines(text, limit * 2).strip()[:limit] or None


def priority(wanted: str | None) -> str:
    """The priority of a new ticket: contract 000 takes anything that is none for the usual one."""
    return wanted if wanted in PRIORITIES else USUAL_PRIORITY

"""What a repair is before and after it is done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..examine import running
from ..examine.errors import NotRun, Refused
from ..text import printable

Snapshot = dict[str, Any]


@dataclass(frozen=True)
class Outcome:
    """What came of a repair; `before` and `after` show what it was meant to change."""

    success: bool
    message: str
    before: Snapshot | None = None
    after: Snapshot | None = None


@dataclass(frozen=True)
class Plan:
    """A repair that was looked at and may be asked for: what the person reads, and what a yes does."""

    title: str
    explains: str
    carry_out: Callable[[], Outcome]


#: What is repaired (shown in the question, "" when the name says it all), and how.
Prepared = tuple[str, Callable[[], Outcome]]


def measured(look: Callable[[], Snapshot], act: Callable[[], str]) -> Outcome:
    """Look, act, look again; what the act returns is the message. An act that could not be run still shows both."""
    before = look()
    try:
        message, success = act(), True
    except (NotRun, Refused) as problem:
        message, success = str(problem), False
    return Outcome(success, message, before, look())


def must(*words: str, seconds: float = 60.0) -> str:
    """Run a program that has to succeed; returns what it wrote. Raises NotRun with its own complaint."""
    said = running.run(*words, seconds=seconds)
    if said.status != 0:
        told = (said.complaint or said.text).strip().splitlines()
        why = printable(told[-1], limit=200) if told else ""
        raise NotRun(f"{words[0]} did not succeed: {why or f'status {said.status}'}")
    return said.text

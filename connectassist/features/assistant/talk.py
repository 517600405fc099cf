"""What the assistant is asked, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

USER, ASSISTANT = "user", "ai"
Action = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What one check of the device found, the newest of its kind. `status` is ok, warning or error. There is
    nothing to look at where it `is_available` not: no service manager, no battery."""

    check_type: str
    status: str
    label: str = ""
    value: str = ""
    minutes_ago: int = 0
    is_available: bool = True


@dataclass(frozen=True, kw_only=True)
class Question:
    """Somebody's words with all that the assistant may know of them: what was said before (`said`, oldest first, each a
    sender and a text), the device's own facts, what its checks found, what was proposed already. All of it is data.
    Without a device only a ticket can be proposed."""

    client_id: int
    text: str
    said: tuple[tuple[str, str], ...] = ()
    has_device: bool = True
    facts: dict[str, str] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    proposed: tuple[Action, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What to tell the person, and at most one proposal. `confidence`, between 0 and 1, says how surely this
    helps; `sources` name what it was taken from."""

    text: str
    action: Action | None = None
    confidence: float = 0.5
    sources: tuple[str, ...] = ()

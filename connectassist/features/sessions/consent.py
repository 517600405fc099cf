"""The rules of consent, pure, and the questions that wait for a customer's answer.

A session starts with no right. A technician asks, the customer answers; no answer in 30 s is a no.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from connectassist.core import ids
from connectassist.realtime.gateway import GATEWAY

VIEW, CONTROL, CLIPBOARD, FILES, COMMANDS = "view", "control", "clipboard", "files", "commands"
RIGHTS = (VIEW, CONTROL, CLIPBOARD, FILES, COMMANDS)
USUAL = (VIEW, CONTROL, CLIPBOARD, FILES)
NEED_VIEW = frozenset((CONTROL, CLIPBOARD))
PATIENCE = 30
APPROVED, DENIED, TIMEOUT, WITHDRAWN = "approved", "denied", "timeout", "withdrawn"
REASONS = {DENIED: "Denied by user", TIMEOUT: "Timeout", WITHDRAWN: "Withdrawn"}


def ordered(rights: Iterable[str]) -> list[str]:
    """Rights in their usual order, unknown ones dropped."""
    given = set(rights)
    return [right for right in RIGHTS if right in given]


def completed(rights: Iterable[str]) -> list[str]:
    """What asking for these rights means: control and clipboard make no sense without view."""
    asked = set(rights)
    return ordered(asked | ({VIEW} if asked & NEED_VIEW else set()))


def without(rights: Iterable[str], taken: Iterable[str]) -> list[str]:
    """What is left when some rights are taken back; with view go control and clipboard."""
    gone = set(taken)
    return ordered(set(rights) - gone - (NEED_VIEW if VIEW in gone else set()))


def granted(asked: Iterable[str], answer: Iterable[str] | None) -> list[str]:
    """What a yes grants: all that was asked, or the part of it that the customer ticked. Never more."""
    wanted = set(asked)
    given = wanted if answer is None else wanted & set(answer)
    return ordered(given if VIEW in given or VIEW not in wanted else given - NEED_VIEW)


@dataclass
class Question:
    """A technician's request that waits for the customer. `done` is set by the answer."""

    session_id: str
    asked: list[str]
    technician_id: int | None
    request: dict[str, Any]
    request_id: str = field(default_factory=ids.handle)
    outcome: str = TIMEOUT
    rights: list[str] = field(default_factory=list)
    done: Any = field(default_factory=lambda: GATEWAY.new_event())

    def settle(self, outcome: str, rights: Iterable[str] = ()) -> None:
        """Give the answer to whoever waits."""
        self.outcome, self.rights = outcome, ordered(rights)
        self.done.set()


class Questions:
    """At most one open question a session; a newer one withdraws the older."""

    def __init__(self) -> None:
        self._open: dict[str, Question] = {}

    def ask(self, question: Question) -> None:
        older = self._open.get(question.session_id)
        self._open[question.session_id] = question
        if older:
            older.settle(WITHDRAWN)

    def open(self, session_id: str, request_id: str | None = None) -> Question | None:
        """The session's open question, if it is the one meant."""
        found = self._open.get(session_id)
        return found if found and request_id in (None, found.request_id) else None

    def close(self, question: Question) -> None:
        if self._open.get(question.session_id) is question:
            del self._open[question.session_id]


questions = Questions()

"""The rules of consent, pure, and the questions that wait for a customer's answer.

A session starts with no right. A technician asks, the customer answers; no answer in 30 s is a no.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from connectassist.core import clock, ids
from connectassist.realtime.bus import BUS
from connectassist.realtime.gateway import GATEWAY

VIEW, CONTROL, CLIPBOARD, FILES, COMMANDS = "view", "control", "clipboard", "files", "commands"
RECORDING = "recording"
RIGHTS = (VIEW, CONTROL, CLIPBOARD, FILES, COMMANDS, RECORDING)
USUAL = (VIEW, CONTROL, CLIPBOARD, FILES)
NEED_VIEW = frozenset((CONTROL, CLIPBOARD, RECORDING))
PATIENCE = 30
APPROVED, DENIED, TIMEOUT, WITHDRAWN = "approved", "denied", "timeout", "withdrawn"
#: What the processes of a site tell each other of questions.
ASKED, ANSWERED, CLOSED = "question-asked", "question-answered", "question-closed"
REASONS = {DENIED: "Denied by user", TIMEOUT: "Timeout", WITHDRAWN: "Withdrawn"}


def ordered(rights: Iterable[str]) -> list[str]:
    """Rights in their usual order, unknown ones dropped."""
    given = set(rights)
    return [right for right in RIGHTS if right in given]


def completed(rights: Iterable[str]) -> list[str]:
    """What asking for these rights means: control, clipboard and recording make no sense without
    view."""
    asked = set(rights)
    return ordered(asked | ({VIEW} if asked & NEED_VIEW else set()))


def without(rights: Iterable[str], taken: Iterable[str]) -> list[str]:
    """What is left when some rights are taken back; with view go control, clipboard and recording."""
    gone = set(taken)
    return ordered(set(rights) - gone - (NEED_VIEW if VIEW in gone else set()))


def granted(asked: Iterable[str], answer: Iterable[str] | None) -> list[str]:
    """What a yes grants: all that was asked, or the part of it that the customer ticked. Never more."""
    wanted = set(asked)
    given = wanted if answer is None else wanted & set(answer)
    return ordered(given if VIEW in given or VIEW not in wanted else given - NEED_VIEW)


def asked_for(rights: Iterable[str] | None, *, held: Iterable[str], newcomer: bool) -> list[str]:
    """What a technician's request asks the customer. A session has one set of rights, so a newcomer asks for all
    that is held and for what they want besides."""
    wanted = set(rights or (held if newcomer else ()) or USUAL)
    return completed(wanted | (set(held) if newcomer else set()))


def after(held: Iterable[str], *, asked: Iterable[str], given: Iterable[str]) -> list[str]:
    """What is held after a yes: a line that the customer unticked is not allowed, whoever held it."""
    return ordered({*without(held, set(asked) - set(given)), *given})


@dataclass(eq=False)
class Question:
    """A technician's request that waits for the customer. `shown` once it went out, `done` is set by the answer. The
    technician waits in `process`; empty: in this one."""

    session_id: str
    asked: list[str]
    technician_id: int | None
    request: dict[str, Any]
    request_id: str = field(default_factory=ids.handle)
    shown: bool = False
    outcome: str = TIMEOUT
    rights: list[str] = field(default_factory=list)
    done: Any = field(default_factory=lambda: GATEWAY.new_event())
    process: str = ""
    since: float = field(default_factory=lambda: clock.now().timestamp())

    @property
    def is_here(self) -> bool:
        return not self.process

    def settle(self, outcome: str, rights: Iterable[str] = ()) -> None:
        """Give the answer to whoever waits, where they do."""
        self.outcome, self.rights = outcome, ordered(rights)
        self.done.set()
        if not self.is_here:
            BUS.tell(ANSWERED, {"session_id": self.session_id, "request_id": self.request_id, "outcome": outcome,
                                "rights": self.rights}, to=self.process)

    def told(self) -> dict[str, Any]:
        """As the other processes of a site are told of it."""
        return {"session_id": self.session_id, "asked": self.asked, "technician_id": self.technician_id,
                "request": self.request, "request_id": self.request_id, "shown": self.shown, "since": self.since,
                "process": self.process or BUS.name}


class Questions:
    """One question of a session stands on the customer's screen at a time, so that a yes without a number, as contract
    001's helper says it, names one person; the others wait in line. A technician's newer one withdraws their older.
    Where a site has several processes, each knows the whole line, in the same order."""

    def __init__(self) -> None:
        self._open: dict[str, list[Question]] = {}

    def ask(self, question: Question) -> None:
        for each in self._join(question):
            each.settle(WITHDRAWN)
        BUS.tell(ASKED, question.told())

    def _join(self, question: Question) -> list[Question]:
        """Put a question in line. Those that it withdraws."""
        line = self._open.setdefault(question.session_id, [])
        older = [each for each in line if each.technician_id == question.technician_id]
        line[:] = sorted([*(each for each in line if each not in older), question],
                         key=lambda each: each.since)
        return older

    def show(self, question: Question) -> None:
        """It goes on the customer's screen now."""
        if not question.shown:
            question.shown = True
            BUS.tell(ASKED, question.told())

    def put(self, question: Question) -> None:
        """Another process tells of a question, its own or one that it showed."""
        known = self.find(question.session_id, question.request_id)
        if known:
            known.shown = known.shown or question.shown
        elif not question.is_here:
            self._join(question)

    def find(self, session_id: str, request_id: str) -> Question | None:
        """One that waits in line."""
        return next((each for each in self._open.get(session_id, ()) if each.request_id == request_id), None)

    def of(self, process: str) -> list[Question]:
        """Those that were asked in a process."""
        return [each for line in self._open.values() for each in line if each.process == process]

    def open(self, session_id: str, request_id: str | None = None) -> Question | None:
        """The question that stands, if it is the one meant."""
        line = self._open.get(session_id)
        return line[0] if line and request_id in (None, line[0].request_id) else None

    def close(self, question: Question) -> None:
        self.drop(question)
        BUS.tell(CLOSED, {"session_id": question.session_id, "request_id": question.request_id})

    def drop(self, question: Question) -> None:
        """It is settled, as far as this process is concerned."""
        line = self._open.get(question.session_id, [])
        line[:] = [each for each in line if each is not question]
        if not line:
            self._open.pop(question.session_id, None)

    def end(self, session_id: str) -> None:
        """The session is over: nobody waits for an answer any more."""
        for question in self._open.pop(session_id, []):
            if question.is_here:
                question.settle(WITHDRAWN)


questions = Questions()

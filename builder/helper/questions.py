"""The question on the screen: who asks for what, for how long, and what the customer says."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from typing import Any

from . import consent
from .board import Board, Question
from .text import field, raw

ASK_SECONDS = 30.0
UNATTENDED_SECONDS = 10.0
Decide = Callable[[Question, frozenset[str] | None], Awaitable[None]]


class Questions:
    """Shows one question after the other; `decide(question, rights)` gets the answer, None for a no."""

    def __init__(self, *, board: Board, decide: Decide, answer: str, allow_unattended: bool) -> None:
        self._board = board
        self._decide = decide
        self._answer = answer
        self._unattended = allow_unattended
        self._waiting: list[Question] = []
        self._timer: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def ask(self, data: dict[str, Any]) -> Question | None:
        """Take a `connection-request`; None when it asks for nothing or is asked already."""
        rights = consent.asked(data.get("rights"))
        request_id = raw(data, "requestId", limit=128)
        if not rights or any(q.request_id == request_id for q in self._waiting):
            return None
        question = Question(
            request_id=request_id,
            technician=field(data, "technicianName", limit=60) or "A technician",
            rights=tuple(consent.ordered(rights)),
            reason=field(data, "reason", limit=300),
            deadline=time.monotonic() + self._seconds(data),
            grants_itself=self._unattended,
            technician_id=str(data.get("technicianId") or "")[:120],
            joins=_names(data.get("joins")),
        )
        self._waiting.append(question)
        self._show()
        if self._answer != "ask":
            self.answer(request_id, question.rights if self._answer == "allow" else None)
        return question

    def answer(self, request_id: str, rights: Iterable[str] | None) -> None:
        """The customer clicked: these rights (only ones that were asked count), or None for Decline."""
        question = next((q for q in self._waiting if q.request_id == request_id), None)
        if question is None:
            return
        self.close(request_id)
        granted = None if rights is None else consent.sound(consent.known(rights) & set(question.rights))
        task = asyncio.ensure_future(self._decide(question, granted or None))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def close(self, request_id: str) -> None:
        """Take one question off the screen."""
        self._waiting = [q for q in self._waiting if q.request_id != request_id]
        self._show()

    def close_all(self) -> None:
        """The session is over or out of reach."""
        self._waiting = []
        self._show()

    def _seconds(self, data: dict[str, Any]) -> float:
        """How long it may stand: by the difference of the server's two times, so that no clock need be right."""
        if self._unattended:
            return UNATTENDED_SECONDS
        try:
            asked, ends = (datetime.fromisoformat(str(data[k])) for k in ("timestamp", "expiresAt"))
            return min(ASK_SECONDS, max(1.0, (ends - asked).total_seconds()))
        except (KeyError, ValueError, TypeError):
            return ASK_SECONDS

    def _show(self) -> None:
        first = self._waiting[0] if self._waiting else None
        self._board.update(question=first)
        if self._timer:
            self._timer.cancel()
            self._timer = None
        if first:
            pause = max(0.0, first.deadline - time.monotonic())
            self._timer = asyncio.get_running_loop().call_later(pause, self._expire, first)

    def _expire(self, question: Question) -> None:
        """No answer is a no, except where unattended access was allowed beforehand."""
        if question.grants_itself:
            self.answer(question.request_id, question.rights)
        else:
            self.close(question.request_id)


def _names(listed: object) -> tuple[str, ...]:
    names = [field({"name": each}, "name", limit=60) for each in listed[:5]] if isinstance(listed, list) else []
    return tuple(name for name in names if name)

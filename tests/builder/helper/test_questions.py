"""One question after the other, and silence is a no."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any

import pytest

from builder.helper import questions
from builder.helper.board import Approval, Board, Question
from builder.helper.questions import Questions
from builder.helper.session import Session
from tests.live import apart


class Desk:
    """Questions with a board, and the decisions that came of them."""

    def __init__(self, **options: Any) -> None:
        self.board = Board()
        self.decided: asyncio.Queue[tuple[str, frozenset[str] | None]] = asyncio.Queue()
        self.questions = Questions(
            board=self.board, decide=self._decide, **{"answer": "ask", "allow_unattended": False, **options}
        )

    async def _decide(self, question: Question, rights: frozenset[str] | None) -> None:
        self.decided.put_nowait((question.request_id, rights))

    def ask(self, request_id: str = "a", *, rights: Any = ("view",), seconds: int = 30) -> Question | None:
        return self.questions.ask({
            "requestId": request_id, "technicianName": "Tina\x1b[31m", "rights": list(rights), "reason": "why\u202e",
            "timestamp": "2026-01-01T00:00:00.000Z", "expiresAt": f"2026-01-01T00:00:{seconds:02}.000Z",
        })


def play(script: Callable[[Desk], Awaitable[None]], **options: Any) -> None:
    async def run() -> None:
        await script(Desk(**options))

    apart.run(run())


def test_a_question_shows_harmless_words_and_completed_rights():
    async def script(desk: Desk) -> None:
        question = desk.ask(rights=["control", "nonsense"])
        assert (question.technician, question.reason) == ("Tina[31m", "why")
        assert question.rights == ("view", "control")
        assert desk.board.read().question == question

    play(script)


def test_only_what_was_asked_can_be_granted():
    async def script(desk: Desk) -> None:
        desk.ask(rights=["view", "files"])
        desk.questions.answer("a", ["view", "control", "commands"])
        assert await desk.decided.get() == ("a", frozenset({"view"}))
        assert desk.board.read().question is None

    play(script)


def test_allowing_nothing_is_a_no():
    async def script(desk: Desk) -> None:
        desk.ask()
        desk.questions.answer("a", [])
        assert await desk.decided.get() == ("a", None)

    play(script)


def test_the_second_question_waits_for_the_first():
    async def script(desk: Desk) -> None:
        desk.ask("a")
        desk.ask("b")
        assert desk.ask("b") is None
        assert desk.board.read().question.request_id == "a"
        desk.questions.close("a")
        assert desk.board.read().question.request_id == "b"
        desk.questions.answer("a", ["view"])
        assert desk.decided.empty()

    play(script)


@pytest.mark.parametrize("rights", [[], ["nonsense"], "view", None, 7])
def test_asking_for_nothing_is_no_question(rights: object):
    async def script(desk: Desk) -> None:
        assert desk.questions.ask({"requestId": "a", "rights": rights}) is None
        assert desk.board.read().question is None

    play(script)


async def gone(board: Board) -> None:
    """Wait until no question stands."""
    event, loop = asyncio.Event(), asyncio.get_running_loop()
    board.watch(lambda new: loop.call_soon(event.set) if new.question is None else None)
    await asyncio.wait_for(event.wait(), 40)


def test_silence_is_a_no():
    async def script(desk: Desk) -> None:
        desk.ask(seconds=1)
        await gone(desk.board)
        desk.questions.answer("a", ["view"])
        assert desk.decided.empty()

    play(script)


def test_unattended_access_is_a_yes_after_a_while_unless_declined(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(questions, "UNATTENDED_SECONDS", 0.05)

    async def script(desk: Desk) -> None:
        assert desk.ask().grants_itself
        assert await asyncio.wait_for(desk.decided.get(), 40) == ("a", frozenset({"view"}))
        desk.ask("b")
        desk.questions.answer("b", None)
        assert await desk.decided.get() == ("b", None)

    play(script, allow_unattended=True)


@pytest.mark.parametrize(("answer", "rights"), [("allow", frozenset({"view"})), ("decline", None)])
def test_a_rig_answers_by_itself(answer: str, rights: object):
    async def script(desk: Desk) -> None:
        desk.ask()
        assert await desk.decided.get() == ("a", rights)

    play(script, answer=answer)


def test_no_technician_answers_with_the_customers_own_mouse():
    board = Board()
    session = Session(link=SimpleNamespace(), board=board, customer="", answer="ask", allow_unattended=False)
    session.id = "9PD-835-6DE"
    session.consent.policy_says(["view", "control"])
    assert session.may_act("control")
    board.update(approval=Approval("r1", "End a program", "It ends at once.", "Tina", deadline=0.0))
    assert not session.may_act("control") and session.allows("control")
    board.update(approval=None, question=Question("q", "Tina", ("files",), "", deadline=0.0))
    assert not session.may_act("control")

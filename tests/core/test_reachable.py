"""Whether something answers, asked once for everybody who wants to know."""

from __future__ import annotations

import threading

import pytest

from connectassist.core import reachable
from connectassist.core.reachable import KEPT, Question


def test_one_question_is_on_its_way_for_everybody() -> None:
    asked, go_on = threading.Semaphore(0), threading.Event()

    def ask() -> None:
        asked.release()
        assert go_on.wait(40)

    question = Question("thing", ask)
    for _ in range(20):
        question.begin()
    assert asked.acquire(timeout=40) and not asked.acquire(timeout=0.1)
    go_on.set()
    assert question._answered.wait(40) and question.answer()


def test_what_is_late_does_not_answer_and_nobody_waits_longer_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reachable, "PATIENCE", 0.05)
    go_on = threading.Event()
    question = Question("thing", lambda: go_on.wait(40))
    question.begin()
    assert [question.answer() for _ in range(20)] == [False] * 20
    go_on.set()


def test_what_was_said_a_moment_ago_still_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    now, asked = [100.0], []
    monkeypatch.setattr(reachable.clock, "monotonic", lambda: now[0])
    question = Question("thing", lambda: asked.append(now[0]))
    for later in (0, KEPT / 2, KEPT, KEPT * 1.5):
        now[0] = 100.0 + later
        question.begin()
        assert question._answered.wait(40) and question.answer()
    assert asked == [100.0, 100.0 + KEPT]

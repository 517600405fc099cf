"""Who is answered when: a few at once, the others in turn, and no more of them than can be answered soon."""

from __future__ import annotations

from collections import deque
from functools import partial

import pytest

from connectassist.features.assistant import turns
from connectassist.features.assistant.turns import AT_ONCE, Turns

pytestmark = pytest.mark.usefixtures("app")


def test_too_many_are_told_so_and_all_others_are_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: deque[partial[None]] = deque()
    monkeypatch.setattr(turns, "MOST_WAITING", AT_ONCE + 3)
    monkeypatch.setattr(turns.GATEWAY.socketio, "start_background_task",
                        lambda task, *of: begun.append(partial(task, *of)))
    line, answered = Turns(), []

    def ask(name: str) -> bool:
        return line.take(name, lambda: answered.append(name))

    assert [ask(f"device-{number}") for number in range(AT_ONCE + 5)] == [True] * (AT_ONCE + 3) + [False] * 2
    assert ask("device-0"), "who waits already may say more"
    assert len(begun) == AT_ONCE
    while begun:
        begun.popleft()()
    assert answered == [*(f"device-{number}" for number in range(AT_ONCE + 3)), "device-0"]
    assert ask("later")

"""What is under way, by the clock: unit tests of the bookkeeping."""

from __future__ import annotations

from datetime import timedelta

import pytest

from connectassist.core import clock
from connectassist.features.commands.service import Claimed
from connectassist.features.device_lines.pushes import MOST, OVERDUE, Pushes


def claimed(name: str, *, seconds: float = 300) -> Claimed:
    return Claimed(id=name, type="t", parameters={}, priority=5, claim_token=f"token of {name}", attempt=1, number=1,
                   visible_until=clock.now() + timedelta(seconds=seconds))


def test_a_pong_confirms_what_went_before_it_on_its_line() -> None:
    pushes = Pushes()
    for number, (name, line) in enumerate((("a", "old"), ("b", "old"), ("c", "new"))):
        pushes.add("d", claimed(name), line=line, number=number)
    pushes.arrived("d", line="old", number=0)
    assert [each.id for each in pushes.lost("d", line="old")] == ["b"]
    assert pushes.lost("d", line="old") == []
    assert pushes.room("d") == MOST - 2, "what has arrived stays under way, and the other line's"
    assert pushes.drop("d", "a") and not pushes.drop("d", "a")


def test_what_was_not_answered_in_time_makes_room() -> None:
    pushes = Pushes()
    pushes.add("d", claimed("late", seconds=-1), line="x", number=1)
    pushes.add("d", claimed("held", seconds=-1), line="x", number=1)
    pushes.extend("d", "held", clock.now() + timedelta(seconds=60))
    assert pushes.overdue() == {"d"} and pushes.overdue() == set()
    assert pushes.room("d") == MOST - 1


def test_on_a_new_line_only_what_is_stuck_for_seconds_counts_as_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    pushes, moment = Pushes(), clock.monotonic()
    pushes.add("d", claimed("stuck"), line="dead", number=1)
    pushes.add("d", claimed("there"), line="dead", number=2)
    pushes.extend("d", "there", clock.now() + timedelta(seconds=60))
    assert pushes.stuck("d") == []
    monkeypatch.setattr(clock, "monotonic", lambda: moment + OVERDUE + 1)
    pushes.add("d", claimed("fresh"), line="dead", number=3)
    assert [each.id for each in pushes.stuck("d")] == ["stuck"]

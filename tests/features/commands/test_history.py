"""The judge of histories is judged: it finds nothing in a good one, and each broken promise in a forged one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.features.commands.history import Asked, Ended, Held, History, Taken, Told, out_of_order


def good() -> History:
    """Four commands: one done at the second delivery, one failed whose answer was lost, one dead, one done after its
    claim was extended."""
    return History(
        asked=[Asked("k1", 1.0), Asked("k1", 2.0, "c1"), Asked("k2", 1.0, "c2"), Asked("k3", 1.0, "c3"),
               Asked("k4", 1.0, "c4"), Asked("k5", 1.0)],
        taken=[Taken("c1", "t1", 10.0, 11.0, 10.1), Taken("c1", "t2", 12.0, 13.0, 12.1),
               Taken("c2", "t3", 10.0, 11.0, 10.1), Taken("c4", "t4", 10.0, 11.0, 10.1),
               Taken("c4", "t5", 12.5, 13.5, 12.6), *(
                   Taken("c3", f"d{n}", 20.0 + n, 21.0 + n, 20.1 + n) for n in range(5))],
        held=[Held("c4", "t4", 10.5, 12.4)],
        told=[Told("c1", "t1", "success", 12.2, 12.3, 403), Told("c1", "t2", "success", 12.4, 12.5, 200),
              Told("c2", "t3", "failure", 10.5, None, None), Told("c2", "t3", "failure", 15.0, 15.1, 409),
              Told("c4", "t5", "timeout", 13.0, 13.1, 200)],
        ended=[Ended("c1", "k1", "done", "success", 2), Ended("c2", "k2", "failed", "failure", 1),
               Ended("c3", "k3", "dead", None, 5), Ended("c4", "k4", "failed", "timeout", 2)])


def test_a_good_history_is_good() -> None:
    assert good().problems() == []


FORGERIES = {
    "lost": lambda h: h.ended.pop(0),
    "is there 2 times": lambda h: h.ended.append(replace(h.ended[0], id="c9")),
    "accepted as 2 commands": lambda h: h.asked.append(Asked("k1", 3.0, "c9")),
    "never asked for": lambda h: h.ended.append(Ended("c9", "k9", "dead", None, 5)),
    "has not ended: it is queued": lambda h: h.ended.append(Ended("c9", "k5", "queued", None, 0)),
    "acknowledged 2 times": lambda h: h.told.append(Told("c1", "t2", "success", 12.6, 12.7, 200)),
    "acknowledged as success and is failed": lambda h: h.ended.__setitem__(
        0, Ended("c1", "k1", "failed", "failure", 2)),
    "acknowledged as success and is dead": lambda h: h.ended.__setitem__(0, Ended("c1", "k1", "dead", None, 5)),
    "nobody said so": lambda h: h.told.__setitem__(2, replace(h.told[2], status=403)),
    "dead after 3 deliveries": lambda h: h.ended.__setitem__(2, replace(h.ended[2], attempts=3)),
    "the token t2 came 2 times": lambda h: h.taken.append(replace(h.taken[2], token="t2")),
    "again while it was in somebody's hands": lambda h: h.taken.__setitem__(1, Taken("c1", "t2", 10.9, 13.0, 11.0)),
    "again while it was": lambda h: h.held.__setitem__(0, Held("c4", "t4", 10.5, 12.6)),
    "given out after it was finished": lambda h: h.taken.append(Taken("c1", "t9", 14.0, 15.0, 14.1)),
    "a result of c1 was taken with a token that nobody was given": lambda h: h.told.__setitem__(
        1, replace(h.told[1], token="made up")),
    "a result of c1 was taken although somebody else had claimed it": lambda h: h.told.__setitem__(
        1, replace(h.told[1], token="t1")),
    "a result of c4 was taken after its time": lambda h: h.told.__setitem__(
        4, replace(h.told[4], sent=13.6, received=13.7)),
    "an extension of c4 was taken although": lambda h: h.held.append(Held("c4", "t4", 12.7, 13.0)),
}


@pytest.mark.parametrize("problem", FORGERIES)
def test_each_broken_promise_is_found(problem: str) -> None:
    forged = good()
    FORGERIES[problem](forged)
    assert any(problem in found for found in forged.problems()), forged.problems()


def test_order_is_judged() -> None:
    queued = [("a", 5), ("b", 1), ("c", 5)]
    assert out_of_order(queued, ["b", "a", "c"]) == []
    assert out_of_order(queued, ["b", "c", "a"])
    assert out_of_order(queued, ["a", "b", "c"])
    assert out_of_order(queued, ["b", "a"])

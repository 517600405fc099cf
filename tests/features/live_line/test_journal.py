"""Whoever comes back to another process of the site gets what they missed there, each once, or the whole state."""

from __future__ import annotations

import pytest

from connectassist.features.live_line.audiences import News
from connectassist.features.live_line.journal import MOST, MOST_PROCESSES, Journal


def news() -> News:
    return News("t", "1", 1)


@pytest.fixture
def pair() -> tuple[Journal, Journal]:
    """Two processes that know each other."""
    one, other = Journal(), Journal()
    meet(one, other)
    return one, other


def meet(one: Journal, other: Journal) -> None:
    assert one.stands(other.name, other.last) and other.stands(one.name, one.last)


def tell(at: Journal, *others: Journal) -> News:
    told = news()
    number = at.add(told)
    for other in others:
        assert other.add_of(at.name, number, news())
    return told


def numbers(found: list[News] | None) -> list[tuple[str, int]] | None:
    return None if found is None else [(each.process, each.number) for each in found]


def test_what_was_missed_is_known_at_the_other_process(pair: tuple[Journal, Journal]) -> None:
    one, other = pair
    seen = tell(one, other).cursor
    tell(other, one)
    tell(one, other)
    missed = [(other.name, 1), (one.name, 2)]
    assert numbers(one.after(seen)) == numbers(other.after(seen)) == missed
    assert other.after(one.cursor) == one.after(other.cursor) == []


def test_it_is_known_too_when_the_process_that_told_it_is_gone(pair: tuple[Journal, Journal]) -> None:
    one, other = pair
    seen, successor = one.cursor, Journal()
    tell(one, other)
    meet(successor, other)
    tell(successor, other)
    assert numbers(other.after(seen)) == [(one.name, 1), (successor.name, 1)]
    successor.learn(other.positions)
    assert successor.after(seen) is None, "it wasn't there when that was told"
    assert numbers(successor.after(one.cursor)) == [(successor.name, 1)], "whoever had it all missed this alone"


def test_a_new_process_knows_nothing_of_what_was_before_it(pair: tuple[Journal, Journal]) -> None:
    one, other = pair
    seen = one.cursor
    tell(one, other)
    late = Journal()
    assert not late.stands(one.name, one.last)
    assert late.after(seen) is None, "it wasn't there when that was told"
    assert late.after(Journal().cursor) is None, "of that process it never heard"
    assert numbers(late.after(f"{one.name}.{one.last}")) == []


def test_a_gap_is_noticed_and_nothing_is_told_twice(pair: tuple[Journal, Journal]) -> None:
    one, other = pair
    seen = other.cursor
    tell(one)
    assert other.add_of(one.name, 2, news()) is False
    assert other.after(seen) is None
    assert other.add_of(one.name, 2, news()) is None
    assert other.stands(one.name, 2) and not other.stands(one.name, 5)
    assert other.add_of(one.name, 6, news()) is True


def test_nothing_grows_without_end(pair: tuple[Journal, Journal]) -> None:
    one, other = pair
    seen = one.cursor
    for _ in range(MOST + 1):
        tell(one, other)
    assert other.after(seen) is None and len(other._kept) == MOST
    for _ in range(2 * MOST_PROCESSES):
        other.stands(Journal().name, 7)
    assert len(other._last) <= MOST_PROCESSES and other.name in other._last

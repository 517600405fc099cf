"""What happens all day, counted in plain numbers: adding to one costs next to nothing, and whoever wants to know reads
them when they ask (features/prometheus)."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Hashable
from itertools import accumulate


class Spread:
    """How values are spread: how many were no larger than each of some bounds, and their sum."""

    __slots__ = ("bounds", "counts", "sum")

    def __init__(self, bounds: tuple[float, ...]) -> None:
        self.bounds, self.counts, self.sum = bounds, [0] * (len(bounds) + 1), 0.0

    def add(self, value: float) -> None:
        """One more."""
        self.counts[bisect_left(self.bounds, value)] += 1
        self.sum += value

    def buckets(self) -> list[tuple[str, float]]:
        """Each bound with how many were no larger; `+Inf` with all of them."""
        return list(zip((*map(str, self.bounds), "+Inf"), accumulate(self.counts), strict=True))


class Tally(dict[Hashable, int]):
    """How often each thing happened. Whoever counts sees to it that there are few kinds of things."""

    def __missing__(self, key: Hashable) -> int:
        return 0

"""How good guesses are, counted on lines that the model has never seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from connectassist.core import clock
from connectassist.features.categorising.examples import Example
from connectassist.features.categorising.model import CATEGORIES, PRIORITIES, Guess

BINS = 5
ROUNDS = 20
Guesser = Callable[[str], Guess]
Pairs = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Row:
    """How one answer fares: `precision` of what is said so, `recall` of what is so."""

    name: str
    precision: float
    recall: float
    f1: float
    lines: int


@dataclass(frozen=True, slots=True)
class Judged:
    """Lines with what was guessed of them."""

    lines: list[tuple[Example, Guess]]

    @property
    def categories(self) -> Pairs:
        """What is so, and what was said."""
        return [(example.category, guess.category) for example, guess in self.lines]

    @property
    def priorities(self) -> Pairs:
        """What is so, and what was said."""
        return [(example.priority, guess.priority) for example, guess in self.lines]

    @property
    def near_priorities(self) -> float:
        """The part of the priorities that is right or one step off."""
        steps = [abs(PRIORITIES.index(true) - PRIORITIES.index(said)) for true, said in self.priorities]
        return sum(step <= 1 for step in steps) / len(steps)


def judge(guesser: Guesser, examples: list[Example]) -> Judged:
    """Let somebody guess each line."""
    return Judged([(example, guesser(example.text)) for example in examples])


def accuracy(pairs: Pairs) -> float:
    """The part that is right."""
    return sum(true == said for true, said in pairs) / max(len(pairs), 1)


def table(pairs: Pairs, names: tuple[str, ...] = CATEGORIES) -> list[Row]:
    """Precision, recall and F1 of each answer."""
    return [_row(name, pairs) for name in names]


def _row(name: str, pairs: Pairs) -> Row:
    right = sum(true == said == name for true, said in pairs)
    told, so = sum(said == name for _, said in pairs), sum(true == name for true, _ in pairs)
    precision, recall = right / max(told, 1), right / max(so, 1)
    return Row(name, precision, recall, 2 * precision * recall / max(precision + recall, 1e-9), so)


def macro_f1(pairs: Pairs, names: tuple[str, ...] = CATEGORIES) -> float:
    """The mean F1 of the answers, each counting the same however rare it is."""
    return sum(row.f1 for row in table(pairs, names)) / len(names)


def confusion(pairs: Pairs, names: tuple[str, ...] = CATEGORIES) -> list[list[int]]:
    """How often each (a row) was taken for each (a column)."""
    seen = Counter(pairs)
    return [[seen[true, said] for said in names] for true in names]


def calibration(judged: Judged) -> list[tuple[float, float, int, float, float]]:
    """By how sure the guesses were: from, to, how many, how sure on average, and how many of them were right."""
    found = []
    for step in range(BINS):
        low, high = step / BINS, (step + 1) / BINS
        held = [(guess.confidence, guess.category == example.category) for example, guess in judged.lines
                if low <= guess.confidence < high or (step == BINS - 1 and guess.confidence >= high)]
        if held:
            found.append((low, high, len(held), sum(sure for sure, _ in held) / len(held),
                          sum(right for _, right in held) / len(held)))
    return found


def calibration_error(judged: Judged) -> float:
    """The expected calibration error: how far confidence and truth are apart on average, 0 to 1."""
    return sum(count * abs(sure - right) for _, _, count, sure, right in calibration(judged)) / len(judged.lines)


def pace(guesser: Guesser, examples: list[Example]) -> tuple[float, float, float]:
    """How long a guess takes, in milliseconds: the median line, the 99th of a hundred, and the longest text there may
    be. Each is the quickest of many tries, so that what else the machine does stays out of it."""
    spans = sorted(_span(guesser, example.text) for example in examples)
    longest = " ".join(example.text for example in examples)
    return spans[len(spans) // 2], spans[len(spans) * 99 // 100], _span(guesser, longest)


def _span(guesser: Guesser, text: str) -> float:
    return min(_once(guesser, text) for _ in range(ROUNDS))


def _once(guesser: Guesser, text: str) -> float:
    start = clock.monotonic()
    guesser(text)
    return (clock.monotonic() - start) * 1000

"""Putting words right: the known word that a misspelled one was meant to be."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

SHORTEST, MOST_COMPARED, COMMON = 3, 40, 4000
#: In a shorter word the first letter is right: `moon` is not meant to be `soon`.
SHORTEST_WITH_ANY_FIRST = 6
#: So long a word may have two slips.
SHORTEST_WITH_TWO = 8
#: Two letters swapped are the commonest slip of all.
SWAPPED = 0.5


class Spelling:
    """The words that are known, by the pairs of letters in them."""

    def __init__(self) -> None:
        self._words: list[str] = []
        self._known: set[str] = set()
        self._by_pair: dict[str, list[int]] = defaultdict(list)
        self._meant: dict[str, str | None] = {}

    def learn(self, words: Iterable[str]) -> None:
        """Know these words as well."""
        for word in words:
            if len(word) >= SHORTEST and word not in self._known and word.isalpha():
                self._known.add(word)
                for pair in _pairs(word):
                    self._by_pair[pair].append(len(self._words))
                self._words.append(word)

    def meant(self, word: str) -> str | None:
        """The known word that it is one slip of the fingers away from, two in a long word; None where none is."""
        if len(word) < SHORTEST or len(word) > 24:
            return None
        if word not in self._meant:
            if len(self._meant) > COMMON:
                self._meant.clear()
            self._meant[word] = self._nearest(word)
        return self._meant[word]

    def _nearest(self, word: str) -> str | None:
        swapped = (word[:at] + word[at + 1] + word[at] + word[at + 2:] for at in range(len(word) - 1))
        return next((known for known in swapped if known in self._known), None) or self._compared(word)

    def _compared(self, word: str) -> str | None:
        shared: Counter[int] = Counter()
        for pair in _pairs(word):
            shared.update(self._by_pair.get(pair, ()))
        most = 2 if len(word) >= SHORTEST_WITH_TWO else 1
        near = [(distance, self._words[number][0] != word[0], -count, number)
                for number, count in shared.most_common(MOST_COMPARED)
                if (distance := slips(word, self._words[number], most=most)) <= most
                and (len(word) > SHORTEST or len(self._words[number]) > SHORTEST)
                and (len(word) >= SHORTEST_WITH_ANY_FIRST or self._words[number][0] == word[0])]
        return self._words[min(near)[-1]] if near else None


def _pairs(word: str) -> set[str]:
    marked = f"^{word}$"
    return {marked[at:at + 2] for at in range(len(marked) - 1)}


def slips(one: str, other: str, *, most: int) -> float:
    """How many letters were left out, added, taken for another or swapped with the next, which counts half; more than
    `most` counts as `most` and one."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[float] = []
    last: list[float] = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        line: list[float] = [row]
        for column, wanted in enumerate(other, 1):
            cost = min(last[column] + 1, line[column - 1] + 1, last[column - 1] + (letter != wanted))
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == wanted:
                cost = min(cost, before[column - 2] + SWAPPED)
            line.append(cost)
        if min(line) > most + 1:
            return most + 1
        before, last = last, line
    return last[-1]

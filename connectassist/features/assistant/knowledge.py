"""Finding what fits a question: BM25 over FAQ entries and solved tickets. Pure, and for a real thread: no database."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import snowballstemmer

from connectassist.features.assistant.vocabulary import SAME, STOP_WORDS

FAQ, TICKET = "faq", "ticket"
K1, B = 1.4, 0.6
#: How much more a word says in a title or among the keywords than in the text.
IN_TITLE, IN_KEYWORDS = 3, 2
LONGEST_WORD, MOST_WORDS = 40, 400
_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")


@dataclass(frozen=True)
class Document:
    """Something that may answer: an FAQ entry or a solved ticket. `text` is what people are shown; `hidden` words only
    help to find it. `questions` and `answers` are the same in other languages, by their names."""

    kind: str
    id: int
    title: str
    text: str
    keywords: str = ""
    hidden: str = ""
    key: str | None = None
    questions: Mapping[str, str] = field(default_factory=dict, compare=False)
    answers: Mapping[str, str] = field(default_factory=dict, compare=False)


@dataclass(frozen=True)
class Hit:
    """A document and how well it fits: `score` orders, `coverage` says how much of the question it speaks of."""

    document: Document
    score: float
    coverage: float


@lru_cache(maxsize=50_000)
def _stem(word: str) -> str:
    """A stemmer of its own for each new word: it keeps what it is doing in itself, and threads work at once."""
    return snowballstemmer.stemmer("english").stemWord(SAME.get(word, word))


def words(text: str) -> list[str]:
    """The words of a text, in small letters, as they stand."""
    return [found.replace("’", "'") for found in _WORD.findall(text.casefold())[:MOST_WORDS]
            if len(found) <= LONGEST_WORD]


def stems(text: str) -> list[str]:
    """What a text is about: its words without the small ones, each as its stem."""
    return [_stem(word) for word in words(text) if word not in STOP_WORDS]


class Index:
    """Documents, looked up by the words of a question."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self.documents = list(documents)
        counts = [self._weighed(document) for document in self.documents]
        mean = sum(sum(each.values()) for each in counts) / len(counts) if counts else 1.0
        self._found: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for number, weights in enumerate(counts):
            length = K1 * (1 - B + B * sum(weights.values()) / mean)
            for stem, weight in weights.items():
                self._found[stem].append((number, weight * (K1 + 1) / (weight + length)))

    @staticmethod
    def _weighed(document: Document) -> Counter[str]:
        counts = Counter(stems(document.text))
        counts.update(stems(document.hidden))
        for text, weight in ((document.title, IN_TITLE), (document.keywords, IN_KEYWORDS)):
            for stem in stems(text):
                counts[stem] += weight
        return counts

    def _rarity(self, stem: str) -> float:
        """BM25's idf; a word that stands nowhere counts as rare as any."""
        holders = len(self._found.get(stem, ()))
        return math.log(1 + (len(self.documents) - holders + 0.5) / (holders + 0.5))

    def search(self, text: str, *, limit: int = 4) -> list[Hit]:
        """The documents that fit a text best, the best first."""
        asked = {stem: self._rarity(stem) for stem in stems(text)}
        scores: dict[int, float] = defaultdict(float)
        covered: dict[int, float] = defaultdict(float)
        for stem, rarity in asked.items():
            for number, weight in self._found.get(stem, ()):
                scores[number] += rarity * weight
                covered[number] += rarity
        whole = sum(asked.values()) or 1.0
        best = sorted(scores, key=lambda number: (-scores[number], number))[:limit]
        return [Hit(self.documents[number], scores[number], covered[number] / whole) for number in best]

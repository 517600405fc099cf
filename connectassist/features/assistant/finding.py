"""Finding what answers a question, however it is spelled and in the languages that are spoken here. Pure Python, made
anew from documents whenever they change; a search takes a millisecond or two, so it needs no thread of its own.

BM25 over stems, as knowledge.py does it, with three things more: words of other languages count as the English ones
that they mean, a word that stands nowhere counts as the known one that it was meant to be, and each find says how sure
it is."""

from __future__ import annotations

import heapq
import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from sys import intern

from connectassist.features.assistant import languages
from connectassist.features.assistant.knowledge import FAQ, Document
from connectassist.features.assistant.spelling import Spelling

K1, B = 1.4, 0.6
IN_TITLE, IN_KEYWORDS, IN_OTHERS = 3.0, 2.0, 2.5
#: A word that was put right, or taken apart, says less than one that stands there.
GUESSED = 0.8
MOST_ASKED = 60
#: From how well the words fit to how likely it is the right one: fitted on the questions that are for tuning
#: (docs/faq.md).
BIAS, WEIGHTS = -6.43, (1.99, 3.83, 1.79, 0.43)
LARGEST_SCORE, AS_IT_STANDS = 30.0, 0.9
MOST_COMPARED = 12


@dataclass(frozen=True)
class Found:
    """A document with how likely, between 0 and 1, it is what was asked for."""

    document: Document
    confidence: float

    @property
    def is_entry(self) -> bool:
        """An entry of the knowledge base? A solved ticket otherwise."""
        return self.document.kind == FAQ

    @property
    def text(self) -> str:
        """The answer as somebody wrote it."""
        return self.document.text

    def text_in(self, language: str) -> str | None:
        """The answer in a language, where there is one."""
        if language in self.document.answers:
            return self.document.answers[language]
        return self.text if languages.language_of(self.text) == language else None


@dataclass(frozen=True)
class Reading:
    """What a document says: the words in it, and in its question in other languages; its stems, each with what it
    weighs, and how much that is without the other languages; the stems of its title, and of each of its questions."""

    words: tuple[str, ...]
    other_words: tuple[str, ...]
    weights: tuple[tuple[str, float], ...]
    length: float
    title: frozenset[str]
    questions: tuple[frozenset[str], ...]

    @cached_property
    def stems(self) -> frozenset[str]:
        """All of its stems."""
        return frozenset(stem for stem, _ in self.weights)


def reading(document: Document) -> Reading:
    """What a document says. It is kept: when one entry of thousands changes, the others aren't read again."""
    return _read(document.title, document.text, document.keywords, document.hidden, *document.questions.values())


@lru_cache(maxsize=8192)
def _read(title: str, text: str, keywords: str, hidden: str, *questions: str) -> Reading:
    parts = [(_words(part), weight) for part, weight in ((text, 1.0), (hidden, 1.0), (title, IN_TITLE),
                                                         (keywords, IN_KEYWORDS))]
    asked = [_words(question) for question in questions]
    weights: Counter[str] = Counter()
    for words, weight in parts:
        for stem in _stems(words):
            weights[stem] += weight  # type: ignore[assignment]
    length = sum(weights.values())
    # What the question is in other languages helps to find it, and makes no document longer.
    for stem in dict.fromkeys(stem for words in asked for stem in _stems(words)):
        weights[stem] = max(weights[stem], IN_OTHERS)  # type: ignore[assignment]
    own = frozenset(_stems(_words(title)))
    return Reading(tuple(dict.fromkeys(word for words, _ in parts for word in words)),
                   tuple(dict.fromkeys(word for words in asked for word in words)), tuple(weights.items()), length,
                   own, (own, *(frozenset(_stems(words)) for words in asked)))


def _words(text: str) -> list[str]:
    return [intern(word) for word in languages.telling_words(text)]


def _stems(words: Iterable[str]) -> list[str]:
    return [stem for word in words for stem in languages.meant(word)]


class Finder:
    """Documents, looked up by what a question means."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self.documents = list(documents)
        self._readings = [reading(document) for document in self.documents]
        self._spelling = Spelling()
        for each in (*(known.words for known in self._readings), *(known.other_words for known in self._readings),
                     languages.vocabulary()):
            self._spelling.learn(each)
        mean = sum(known.length for known in self._readings) / (len(self.documents) or 1)
        self._postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for number, known in enumerate(self._readings):
            length = K1 * (1 - B + B * known.length / (mean or 1.0))
            for stem, weight in known.weights:
                self._postings[stem].append((number, weight * (K1 + 1) / (weight + length)))
        self._rarities = {stem: self._rarity(len(holders)) for stem, holders in self._postings.items()}

    def _rarity(self, holders: int) -> float:
        return math.log(1 + (len(self.documents) - holders + 0.5) / (holders + 0.5))

    def _asked(self, text: str) -> tuple[dict[str, float], float]:
        """The stems of a question, each with how much it says; and how much they would say if none was guessed."""
        asked: dict[str, float] = {}
        whole: dict[str, float] = {}
        unheard_of = self._rarity(0)
        for word in list(dict.fromkeys(languages.telling_words(text)))[:MOST_ASKED]:
            stems, weight = self._read(word)
            for stem in stems:
                rarity = self._rarities.get(stem, unheard_of) / len(stems)
                asked[stem] = max(asked.get(stem, 0.0), rarity * weight)
                whole[stem] = max(whole.get(stem, 0.0), rarity)
        return asked, sum(whole.values()) or 1.0

    def _read(self, word: str) -> tuple[list[str], float]:
        """What a word means here: itself, the known words it is made of, or the one it was meant to be."""
        stems = languages.meant(word)
        if any(stem in self._postings for stem in stems):
            return stems, 1.0
        parts = languages.parts(word)
        if parts:
            return parts, GUESSED
        meant = self._spelling.meant(word)
        return (languages.meant(meant), GUESSED) if meant else (stems, 1.0)

    def search(self, text: str, *, limit: int = 4) -> list[Found]:
        """What fits a question best, the best first."""
        asked, whole = self._asked(text)
        scores: dict[int, float] = defaultdict(float)
        for stem, rarity in asked.items():
            for number, weight in self._postings.get(stem, ()):
                scores[number] += rarity * weight
        near = heapq.nlargest(MOST_COMPARED, scores, key=lambda number: (scores[number], -number))
        fits = {number: self._fit(number, asked, whole, scores[number]) for number in near}
        best = sorted(near, key=lambda number: (not fits[number].is_same, -fits[number].rank, number))
        return [Found(self.documents[number], _confidence(fits[number], _rival(place, best, fits)))
                for place, number in enumerate(best[:limit])]

    def _fit(self, number: int, asked: dict[str, float], whole: float, score: float) -> Fit:
        known = self._readings[number]
        covered = sum(rarity for stem, rarity in asked.items() if stem in known.stems)
        return Fit(covered / whole, self._answered(number, asked), score, asked.keys() in known.questions)

    def _answered(self, number: int, asked: dict[str, float]) -> float:
        """How much of a document's own question was asked."""
        own = {stem: self._rarities[stem] for stem in self._readings[number].title if stem in self._rarities}
        return sum(rarity for stem, rarity in own.items() if stem in asked) / (sum(own.values()) or 1.0)


@dataclass(frozen=True)
class Fit:
    """How much of the question a document speaks of, how much of its own question was asked, and BM25's score; and
    whether it was that very question, in one of its languages."""

    covered: float
    answered: float
    score: float
    is_same: bool = False

    @property
    def rank(self) -> float:
        """What orders."""
        return self.score * (0.5 + self.answered + self.covered / 2)


def _rival(place: int, best: list[int], fits: dict[int, Fit]) -> float:
    """How well the best of the others fits."""
    others = best[1:2] if place == 0 else best[:1]
    return fits[others[0]].rank if others else 0.0


def measures(fit: Fit, rival: float) -> tuple[float, ...]:
    """What tells how likely a document is the right one: both shares, how far it is ahead of the best of the
    others, and how much was said at all."""
    ahead = (fit.rank - rival) / (max(fit.rank, rival) or 1.0)
    return fit.covered, fit.answered, ahead, min(fit.score, LARGEST_SCORE)


def _confidence(fit: Fit, rival: float) -> float:
    weighed = BIAS + sum(weight * value for weight, value in zip(WEIGHTS, measures(fit, rival), strict=True))
    return round(max(1 / (1 + math.exp(-weighed)), AS_IT_STANDS if fit.is_same else 0.0), 3)
